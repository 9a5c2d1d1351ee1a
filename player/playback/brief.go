package playback

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// brief is what the index needs of a line: the raw JSON of a few top-level values, nil where they are absent. The
// line is not validated: values are skipped by their brackets and quotes, which runs at memory speed.
type brief struct {
	playback, t, ev, id, of, cause []byte
	ref, part, parts, zstd         []byte // blob lines
	zstdAt                         int    // where zstd begins in the line
}

// scanError is where a line stops being a JSON object. Offset counts bytes from 0.
type scanError struct {
	Offset int
	Text   string
	Torn   bool // the line ends too early
}

func (e *scanError) Error() string { return e.Text }

// scanBrief scans a line. The error is a [*scanError].
func scanBrief(line []byte) (brief, error) {
	var b brief
	s := briefScanner{line: line}
	if !s.accept('{') {
		return b, s.fail("want a JSON object, which begins with {")
	}
	if s.accept('}') {
		return b, s.end()
	}
	for {
		key, err := s.quoted()
		if err != nil {
			return b, err
		}
		if !s.accept(':') {
			return b, s.fail("want : after a key")
		}
		value, err := s.value()
		if err != nil {
			return b, err
		}
		b.set(key, value, s.at-len(value))
		if s.accept(',') {
			continue
		}
		if s.accept('}') {
			return b, s.end()
		}
		return b, s.fail("want , or } after a value")
	}
}

// set keeps a value that begins at an offset of the line.
func (b *brief) set(key, value []byte, at int) {
	switch string(key) {
	case `"t"`:
		b.t = value
	case `"ev"`:
		b.ev = value
	case `"id"`:
		b.id = value
	case `"of"`:
		b.of = value
	case `"cause"`:
		b.cause = value
	case `"playback"`:
		b.playback = value
	case `"ref"`:
		b.ref = value
	case `"part"`:
		b.part = value
	case `"parts"`:
		b.parts = value
	case `"zstd"`:
		b.zstd, b.zstdAt = value, at
	}
}

// unquote returns the string of a raw JSON string, and "" for anything else.
func unquote(raw []byte) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	s, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return ""
	}
	return string(s)
}

// number returns the value of a raw JSON number, and 0 for anything else.
func number(raw []byte) float64 {
	if len(raw) == 0 || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return 0
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return 0
	}
	return n
}

type briefScanner struct {
	line []byte
	at   int
}

func (s *briefScanner) fail(format string, args ...any) error {
	if s.at >= len(s.line) {
		return &scanError{Offset: len(s.line), Text: "the line ends before its JSON object does", Torn: true}
	}
	return &scanError{Offset: s.at, Text: fmt.Sprintf(format, args...)}
}

func (s *briefScanner) space() {
	for s.at < len(s.line) {
		switch s.line[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// accept passes over c, and space before it, where it comes next.
func (s *briefScanner) accept(c byte) bool {
	s.space()
	if s.at < len(s.line) && s.line[s.at] == c {
		s.at++
		return true
	}
	return false
}

// end wants the end of the line.
func (s *briefScanner) end() error {
	s.space()
	if s.at < len(s.line) {
		return s.fail("want the end of the line after the object")
	}
	return nil
}

// quoted returns the raw string that comes next.
func (s *briefScanner) quoted() ([]byte, error) {
	if !s.accept('"') {
		return nil, s.fail("want a key in double quotes")
	}
	from := s.at - 1
	if err := s.rest(); err != nil {
		return nil, err
	}
	return s.line[from:s.at], nil
}

// rest passes over a string whose opening quote was read.
func (s *briefScanner) rest() error {
	from := s.at
	for {
		i := bytes.IndexByte(s.line[s.at:], '"')
		if i < 0 {
			s.at = len(s.line)
			return s.fail("")
		}
		s.at += i + 1
		slashes := 0
		for j := s.at - 2; j >= from && s.line[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			return nil
		}
	}
}

// value returns the raw value that comes next.
func (s *briefScanner) value() ([]byte, error) {
	s.space()
	from, depth := s.at, 0
	for s.at < len(s.line) {
		c := s.line[s.at]
		if depth == 0 && (c == ',' || c == '}' || c == ' ' || c == '\t' || c == '\r') {
			break // the end of a number or literal
		}
		s.at++
		switch c {
		case '"':
			if err := s.rest(); err != nil {
				return nil, err
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			continue
		}
		if depth == 0 {
			return s.line[from:s.at], nil
		}
	}
	if depth > 0 || s.at == from || s.at >= len(s.line) {
		return nil, s.fail("want a value")
	}
	return s.line[from:s.at], nil
}
