package sources

import (
	"errors"
	"fmt"
	"os"
)

// spill keeps bytes in one temporary file that no other process can see, and that is gone when this one is. What was
// written last, and all of it where it is little, is in memory. The zero value is ready.
type spill struct {
	f       *os.File
	end     int64  // bytes written
	pending []byte // the last of them, which are not in the file yet
	window  []byte // a part of the file that was read
	at      int64  // where window begins
	closed  bool
}

// spillBlock is how many bytes are written and read at once.
const spillBlock = 256 << 10

// write stores bytes and returns where they are.
func (s *spill) write(data []byte) (off int64, err error) {
	if len(s.pending)+len(data) > spillBlock {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	off = s.end
	if len(data) > spillBlock {
		_, err = s.f.WriteAt(data, off)
	} else {
		s.pending = append(s.pending, data...)
	}
	if err != nil {
		return 0, fmt.Errorf("keep content on disk: %w", err)
	}
	s.end += int64(len(data))
	return off, nil
}

// flush moves what is pending to the file.
func (s *spill) flush() error {
	if s.f == nil {
		f, err := os.CreateTemp("", "restep-*")
		if err != nil {
			return fmt.Errorf("keep content on disk: %w", err)
		}
		// Without a name nothing is left behind however this process ends. Where the system refuses, close removes it.
		os.Remove(f.Name())
		s.f = f
	}
	if _, err := s.f.WriteAt(s.pending, s.end-int64(len(s.pending))); err != nil {
		return fmt.Errorf("keep content on disk: %w", err)
	}
	s.pending = s.pending[:0]
	return nil
}

// read returns what was written at a place, in a slice of its own.
func (s *spill) read(off int64, size int) ([]byte, error) {
	if s.closed {
		return nil, errors.New("the recording is closed")
	}
	data := make([]byte, size)
	if first := s.end - int64(len(s.pending)); off >= first {
		copy(data, s.pending[off-first:])
		return data, nil
	}
	if off < s.at || off+int64(size) > s.at+int64(len(s.window)) {
		if size > spillBlock/2 {
			_, err := s.f.ReadAt(data, off)
			return data, diskError(err)
		}
		if err := s.fill(off); err != nil {
			return nil, err
		}
	}
	copy(data, s.window[off-s.at:])
	return data, nil
}

// fill reads a part of the file around a place: what is asked for next mostly follows, or stands shortly before.
func (s *spill) fill(off int64) error {
	if s.window == nil {
		s.window = make([]byte, 0, spillBlock)
	}
	inFile := s.end - int64(len(s.pending))
	s.at = max(0, off-spillBlock/4)
	s.window = s.window[:min(spillBlock, inFile-s.at)]
	if _, err := s.f.ReadAt(s.window, s.at); err != nil {
		s.window = s.window[:0]
		return diskError(err)
	}
	return nil
}

func diskError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("read content from disk: %w", err)
}

// close removes the file.
func (s *spill) close() error {
	s.closed = true
	f := s.f
	s.f, s.pending, s.window = nil, nil, nil
	if f == nil {
		return nil
	}
	err := f.Close()
	if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
