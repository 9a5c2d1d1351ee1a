package playback

import (
	"bytes"
	"io"
)

// MaxLine is the length in bytes of the longest line that is read. Longer lines are skipped without being held in
// memory, and reported.
const MaxLine = 16 << 20

// lineReader cuts a stream into lines. It holds one line, of at most max bytes.
type lineReader struct {
	r    io.Reader
	max  int
	buf  []byte
	from int   // start of the next line in buf
	to   int   // end of what was read into buf
	off  int64 // offset of buf[from] in the stream
	eof  bool
}

// textLine is one line of a stream.
type textLine struct {
	text  []byte // without its LF; of a line that is too long its first bytes. Valid until the next line is read
	off   int64
	size  int64 // bytes without the LF, also of a line that is too long
	ended bool  // by an LF
}

// tooLong reports whether text is only the beginning of the line.
func (l *textLine) tooLong() bool { return l.size > int64(len(l.text)) }

func newLineReader(r io.Reader, max int) *lineReader {
	return &lineReader{r: r, max: max, buf: make([]byte, min(256<<10, max+1))}
}

// next returns the next line, or io.EOF after the last one. An empty rest after the last LF is no line.
func (s *lineReader) next() (textLine, error) {
	seen := 0 // bytes after from that hold no LF
	for {
		if i := bytes.IndexByte(s.buf[s.from+seen:s.to], '\n'); i >= 0 {
			return s.cut(seen+i, true), nil
		}
		seen = s.to - s.from
		if s.eof {
			if seen == 0 {
				return textLine{}, io.EOF
			}
			return s.cut(seen, false), nil
		}
		if seen > s.max {
			return s.skip()
		}
		if err := s.fill(); err != nil {
			return textLine{}, err
		}
	}
}

// cut takes n bytes as a line.
func (s *lineReader) cut(n int, ended bool) textLine {
	l := textLine{text: s.buf[s.from : s.from+n], off: s.off, size: int64(n), ended: ended}
	if ended {
		n++
	}
	s.from += n
	s.off += int64(n)
	if len(l.text) > s.max {
		l.text = l.text[:s.max]
	}
	return l
}

// fill reads more behind the line that has begun, in a larger buffer where it is full.
func (s *lineReader) fill() error {
	if s.from > 0 {
		copy(s.buf, s.buf[s.from:s.to])
		s.to -= s.from
		s.from = 0
	}
	if s.to == len(s.buf) {
		s.buf = append(s.buf, make([]byte, min(len(s.buf), s.max+1-len(s.buf)))...)
	}
	return s.read(s.to)
}

// read reads once into buf from index at on.
func (s *lineReader) read(at int) error {
	for {
		n, err := s.r.Read(s.buf[at:])
		s.to = at + n
		if err == io.EOF {
			s.eof = true
			return nil
		}
		if err != nil || n > 0 {
			return err
		}
	}
}

// skip passes over the rest of a line whose first max+1 bytes fill the buffer. They stay in place, up to a small
// reserve at the end of the buffer through which the rest goes.
func (s *lineReader) skip() (textLine, error) {
	const reserve = 64 << 10
	keep := max(s.max/2, s.max-reserve)
	l := textLine{text: s.buf[:keep], off: s.off, size: int64(s.to)}
	for !s.eof {
		if err := s.read(keep); err != nil {
			return textLine{}, err
		}
		if i := bytes.IndexByte(s.buf[keep:s.to], '\n'); i >= 0 {
			l.size += int64(i)
			l.ended = true
			s.from = keep + i + 1
			s.off += l.size + 1
			return l, nil
		}
		l.size += int64(s.to - keep)
	}
	s.from, s.to = 0, 0
	s.off += l.size
	return l, nil
}
