package playback

import (
	"errors"
	"os"
)

// spoolMemory is how many bytes of compressed blobs wait in memory; more go to a temporary file.
const spoolMemory = 8 << 20

// spool keeps compressed blobs, each once, in the order in which they came. The zero spool is empty.
type spool struct {
	blobs []spooled
	index map[hash]struct{}
	held  int   // bytes in memory
	lines int64 // bytes that the blobs would take as lines
	file  *os.File
	size  int64 // of file
}

type spooled struct {
	h    hash
	data []byte // nil: in the file
	off  int64
	size int
}

func (s *spool) has(h hash) bool {
	_, ok := s.index[h]
	return ok
}

// put keeps a blob, and the slice with it.
func (s *spool) put(h hash, data []byte) error {
	if s.has(h) {
		return nil
	}
	b := spooled{h: h, data: data, size: len(data)}
	if s.held+len(data) > spoolMemory {
		if err := s.open(); err != nil {
			return err
		}
		if _, err := s.file.WriteAt(data, s.size); err != nil {
			return err
		}
		b.data, b.off = nil, s.size
		s.size += int64(len(data))
	} else {
		s.held += len(data)
	}
	if s.index == nil {
		s.index = make(map[hash]struct{})
	}
	s.index[h] = struct{}{}
	s.blobs = append(s.blobs, b)
	s.lines += blobLinesSize(len(data))
	return nil
}

// open makes the temporary file. Where the system allows it the file has no name from the start, so that a crash
// leaves nothing behind.
func (s *spool) open() error {
	if s.file != nil {
		return nil
	}
	f, err := os.CreateTemp("", "restep-blobs-*")
	if err != nil {
		return err
	}
	os.Remove(f.Name()) // fails on Windows, where close removes it
	s.file = f
	return nil
}

// each calls do for every blob until it returns an error.
func (s *spool) each(do func(h hash, data []byte) error) error {
	for _, b := range s.blobs {
		data := b.data
		if data == nil {
			data = make([]byte, b.size)
			if _, err := s.file.ReadAt(data, b.off); err != nil {
				return err
			}
		}
		if err := do(b.h, data); err != nil {
			return err
		}
	}
	return nil
}

func (s *spool) close() error {
	f := s.file
	*s = spool{}
	if f == nil {
		return nil
	}
	err := f.Close()
	if rm := os.Remove(f.Name()); !errors.Is(rm, os.ErrNotExist) {
		err = errors.Join(err, rm)
	}
	return err
}
