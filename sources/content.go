package sources

import (
	"errors"
	"fmt"
	"os"

	"restep/player/playback"
)

// Content is the content of a message, which is read only when it is needed.
type Content interface {
	// Bytes returns the content; the caller must not change it.
	Bytes() ([]byte, error)
}

// memory is small content.
type memory []byte

// Bytes implements [Content].
func (m memory) Bytes() ([]byte, error) { return m, nil }

// spill keeps large content in one temporary file that no other process can see, and that is gone when this one is.
type spill struct {
	f   *os.File
	end int64
}

// put stores content.
func (s *spill) put(data []byte) (Content, error) {
	if len(data) <= playback.InlineMax {
		return memory(data), nil
	}
	if s.f == nil {
		f, err := os.CreateTemp("", "restep-*")
		if err != nil {
			return nil, fmt.Errorf("keep content on disk: %w", err)
		}
		// Without a name nothing is left behind however this process ends. Where the system refuses, close removes it.
		os.Remove(f.Name())
		s.f = f
	}
	if _, err := s.f.WriteAt(data, s.end); err != nil {
		return nil, fmt.Errorf("keep content on disk: %w", err)
	}
	p := piece{s: s, off: s.end, size: len(data)}
	s.end += int64(len(data))
	return p, nil
}

func (s *spill) close() error {
	if s.f == nil {
		return nil
	}
	name, err := s.f.Name(), s.f.Close()
	s.f = nil
	if gone := os.Remove(name); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// piece is content in a spill.
type piece struct {
	s    *spill
	off  int64
	size int
}

// Bytes implements [Content].
func (p piece) Bytes() ([]byte, error) {
	if p.s.f == nil {
		return nil, errors.New("the recording is closed")
	}
	data := make([]byte, p.size)
	if _, err := p.s.f.ReadAt(data, p.off); err != nil {
		return nil, fmt.Errorf("read content from disk: %w", err)
	}
	return data, nil
}

// stored is content of a playback file.
type stored struct {
	f *playback.File
	b *playback.Body
}

// Bytes implements [Content].
func (s stored) Bytes() ([]byte, error) { return s.f.Content(s.b) }
