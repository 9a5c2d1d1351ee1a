package playback

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/go-json-experiment/json"
)

// Visitor gets what [Scan] meets. A func that is nil is passed over; an error of one ends the scan.
type Visitor struct {
	Header func(*Header) error
	Event  func(line int, e *Event) error
	Note   func(line int, n *Note) error
}

// Scan reads the file of this name from its first line to its last, in memory that does not grow with the number of lines,
// and tells how many events it has. Lines count from 1. The errors are those of [OpenFile] and [File.Event]; where a
// func of the visitor ended it, that one's.
func Scan(name string, v Visitor) (events int, err error) {
	r, size, err := openRegular(name)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	w := walker{name: name, header: new(Header)}
	err = w.run(io.NewSectionReader(r, 0, size), func(n int, l *textLine, b *brief) error {
		if n == 1 && v.Header != nil {
			return v.Header(w.header)
		}
		if n == 1 || b == nil {
			return nil
		}
		switch Kind(unquote(b.ev)) {
		case Blob:
			return nil
		case NoteKind:
			return visit(&w, n, l, v.Note, func(text []byte) (*Note, error) {
				note := new(Note)
				return note, json.Unmarshal(text, note)
			})
		}
		events++
		return visit(&w, n, l, v.Event, decodeEvent)
	})
	return events, err
}

// visit decodes a line for one of the funcs of a visitor.
func visit[T any](w *walker, n int, l *textLine, f func(int, *T) error, decode func([]byte) (*T, error)) error {
	if f == nil {
		return nil
	}
	v, err := decode(bytes.TrimRight(l.text, "\r"))
	if err != nil {
		return decodeError(w.name, n, err)
	}
	return f(n, v)
}

// walker reads the lines of a playback in one pass.
type walker struct {
	name   string
	header *Header // is filled
	torn   int     // the line that was torn, 0: none
	b      brief   // of the line at hand
}

// maxLines bounds the index, whose entries count lines in 32 bits.
const maxLines = math.MaxInt32 - 1

// run gives visit each line with its number, from 1, and what was scanned of it: nil for an empty line. The first is
// the header, without its byte order mark. A last line that was torn is left out.
func (w *walker) run(r io.Reader, visit func(n int, l *textLine, b *brief) error) error {
	lines := newLineReader(r, MaxLine)
	n := 1
	for ; ; n++ {
		l, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", w.name, err)
		}
		if n > maxLines {
			return fmt.Errorf("%s has more than %d lines", w.name, maxLines)
		}
		b, err := w.line(n, &l)
		if err == nil && w.torn == 0 {
			err = visit(n, &l, b)
		}
		if err != nil {
			return err
		}
	}
	if n == 1 {
		return &LineError{
			Name: w.name, Line: 1, Err: fmt.Errorf("%w: there is no complete line", ErrNotPlayback), Hint: hintNotPlayback,
		}
	}
	return nil
}

// line scans a line.
func (w *walker) line(n int, l *textLine) (*brief, error) {
	if l.tooLong() && l.ended {
		return nil, w.fail(n, 0, fmt.Errorf("the line has %d bytes; %d are allowed", l.size, MaxLine),
			"Put large content into blobs: see docs/playback-format.md.")
	}
	if n == 1 {
		return w.first(l)
	}
	if len(bytes.TrimSpace(l.text)) == 0 {
		return nil, nil
	}
	var err error
	if w.b, err = scanBrief(l.text); err == nil {
		return &w.b, nil
	}
	var scan *scanError
	if !l.ended && errors.As(err, &scan) {
		w.torn = n
		return nil, nil
	}
	return nil, w.fail(n, scanColumn(err), err, "Run restep check on the file for everything that is wrong with it.")
}

// first reads the header.
func (w *walker) first(l *textLine) (*brief, error) {
	text := bytes.TrimPrefix(l.text, bom)
	marks := len(l.text) - len(text)
	l.text, l.off, l.size = text, l.off+int64(marks), l.size-int64(marks)
	b, err := scanBrief(text)
	w.b = b
	if err != nil || b.playback == nil {
		problem := errors.New("the first line has no \"playback\" number")
		if err != nil {
			problem = fmt.Errorf("the first line is no JSON object")
		}
		return nil, w.fail(1, 0, fmt.Errorf("%w: %w", ErrNotPlayback, problem), hintNotPlayback)
	}
	if v := number(b.playback); v > Version {
		return nil, w.fail(1, 0, fmt.Errorf("%w: the file has version %v, this restep reads up to %d", ErrVersion, v, Version),
			"Install a newer restep.")
	}
	if err := json.Unmarshal(text, w.header); err != nil {
		return nil, decodeError(w.name, 1, err)
	}
	if w.header.Version < 1 {
		return nil, w.fail(1, 0, fmt.Errorf("%w: \"playback\" is %d", ErrNotPlayback, w.header.Version), hintNotPlayback)
	}
	return &w.b, nil
}

func (w *walker) fail(line, column int, err error, hint string) error {
	return &LineError{Name: w.name, Line: line, Column: column, Err: err, Hint: hint}
}

// bom is the byte order mark that some editors put at the start of a file.
var bom = []byte("\ufeff")

const hintNotPlayback = "A playback begins with a line like {\"playback\":1,…}. Make one of other recordings with restep import."

// scanColumn returns the column of a [*scanError].
func scanColumn(err error) int {
	var scan *scanError
	if errors.As(err, &scan) {
		return scan.Offset + 1
	}
	return 0
}
