package sources

import (
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

// maxMemory is the size in bytes up to which content is kept in memory: a place on disk takes no less.
const maxMemory = 64

// put stores content.
func (s *spill) put(data []byte) (Content, error) {
	if len(data) <= maxMemory {
		return memory(data), nil
	}
	off, err := s.write(data)
	return piece{s: s, off: off, size: len(data)}, err
}

// piece is content in a spill.
type piece struct {
	s    *spill
	off  int64
	size int
}

// Bytes implements [Content].
func (p piece) Bytes() ([]byte, error) { return p.s.read(p.off, p.size) }

// stored is content of a playback file.
type stored struct {
	f *playback.File
	b *playback.Body
}

// Bytes implements [Content].
func (s stored) Bytes() ([]byte, error) { return s.f.Content(s.b) }
