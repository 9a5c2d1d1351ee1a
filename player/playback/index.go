package playback

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/go-json-experiment/json"
)

// index is what is held of a file in memory.
type index struct {
	offs   []int64 // offs[i] is where line i+1 begins; the last one is the end of the last line
	events []entry
	ids    map[string]int32 // id -> position
	notes  []int32          // indexes into offs
	blobs  map[hash]*blobLines
	torn   int // the line that was torn, 0: none
}

// entry is an event in the index.
type entry struct {
	t         float64
	kind      Kind
	id        string
	line      int32 // index into offs
	of, cause int32 // positions, -1: none
}

// maxLines bounds the index, whose entries count lines in 32 bits.
const maxLines = math.MaxInt32 - 1

// indexer builds an index in one pass.
type indexer struct {
	name   string
	index  *index
	header *Header
	kinds  map[string]Kind // one string for each kind
	later  []laterRef
}

// laterRef is a reference to an event that had not come yet.
type laterRef struct {
	pos   int32
	cause bool // else of
	id    string
}

func (x *indexer) run(r io.Reader) error {
	x.index.ids = make(map[string]int32)
	x.kinds = make(map[string]Kind)
	lines := newLineReader(r, MaxLine)
	for n := 1; ; n++ {
		l, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", x.name, err)
		}
		if n > maxLines {
			return fmt.Errorf("%s has more than %d lines", x.name, maxLines)
		}
		if err := x.line(n, &l); err != nil {
			return err
		}
	}
	if len(x.index.offs) == 0 {
		return &LineError{
			Name: x.name, Line: 1, Err: fmt.Errorf("%w: there is no complete line", ErrNotPlayback), Hint: hintNotPlayback,
		}
	}
	x.resolve()
	return nil
}

// line adds a line to the index.
func (x *indexer) line(n int, l *textLine) error {
	if l.tooLong() && l.ended {
		return x.fail(n, 0, fmt.Errorf("the line has %d bytes; %d are allowed", l.size, MaxLine),
			"Put large content into blobs: see docs/playback-format.md.")
	}
	if n == 1 {
		return x.first(l)
	}
	ix := x.index
	if len(bytes.TrimSpace(l.text)) == 0 {
		x.add(l)
		return nil
	}
	b, err := scanBrief(l.text)
	if err != nil {
		var scan *scanError
		if !l.ended && errors.As(err, &scan) {
			ix.torn = n
			return nil
		}
		return x.fail(n, scanColumn(err), err, "Run restep check on the file for everything that is wrong with it.")
	}
	i := int32(len(ix.offs)) - 1
	x.add(l)
	kind := x.kind(b.ev)
	switch kind {
	case NoteKind:
		ix.notes = append(ix.notes, i)
	case Blob:
		ix.addBlob(&b, l)
	default:
		x.event(i, kind, &b)
	}
	return nil
}

// first reads the header.
func (x *indexer) first(l *textLine) error {
	text := bytes.TrimPrefix(l.text, bom)
	b, err := scanBrief(text)
	if err != nil || b.playback == nil {
		problem := errors.New("the first line has no \"playback\" number")
		if err != nil {
			problem = fmt.Errorf("the first line is no JSON object")
		}
		return x.fail(1, 0, fmt.Errorf("%w: %w", ErrNotPlayback, problem), hintNotPlayback)
	}
	if v := number(b.playback); v > Version {
		return x.fail(1, 0, fmt.Errorf("%w: the file has version %v, this restep reads up to %d", ErrVersion, v, Version),
			"Install a newer restep.")
	}
	if err := json.Unmarshal(text, x.header); err != nil {
		return decodeError(x.name, 1, err)
	}
	if x.header.Version < 1 {
		return x.fail(1, 0, fmt.Errorf("%w: \"playback\" is %d", ErrNotPlayback, x.header.Version), hintNotPlayback)
	}
	x.index.offs = append(x.index.offs, l.off+int64(len(l.text)-len(text)))
	x.add(l)
	return nil
}

// bom is the byte order mark that some editors put at the start of a file.
var bom = []byte("\ufeff")

const hintNotPlayback = "A playback begins with a line like {\"playback\":1,…}. Make one of other recordings with restep import."

// add notes where a line ends.
func (x *indexer) add(l *textLine) {
	end := l.off + l.size
	if l.ended {
		end++
	}
	x.index.offs = append(x.index.offs, end)
}

func (x *indexer) fail(line, column int, err error, hint string) error {
	return &LineError{Name: x.name, Line: line, Column: column, Err: err, Hint: hint}
}

// scanColumn returns the column of a [*scanError].
func scanColumn(err error) int {
	var scan *scanError
	if errors.As(err, &scan) {
		return scan.Offset + 1
	}
	return 0
}

// kind returns the kind of a raw value of "ev", as the same string for all of its lines.
func (x *indexer) kind(raw []byte) Kind {
	if k, ok := x.kinds[string(raw)]; ok {
		return k
	}
	k := Kind(unquote(raw))
	if len(x.kinds) < 1000 { // a file of unknown kinds must not fill the map
		x.kinds[string(raw)] = k
	}
	return k
}

func (x *indexer) event(line int32, kind Kind, b *brief) {
	ix := x.index
	pos := int32(len(ix.events))
	e := entry{t: number(b.t), kind: kind, id: unquote(b.id), line: line, of: -1, cause: -1}
	if e.id != "" {
		if _, twice := ix.ids[e.id]; !twice {
			ix.ids[e.id] = pos
		}
	}
	e.of = x.refer(b.of, pos, false)
	e.cause = x.refer(b.cause, pos, true)
	ix.events = append(ix.events, e)
}

// refer returns the position of the event with a raw id, or -1 and looks again at the end.
func (x *indexer) refer(raw []byte, pos int32, cause bool) int32 {
	if len(raw) < 3 || raw[0] != '"' {
		return -1
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		if p, ok := x.index.ids[string(raw[1:len(raw)-1])]; ok { // without allocating
			return p
		}
	}
	id := unquote(raw)
	if p, ok := x.index.ids[id]; ok {
		return p
	}
	x.later = append(x.later, laterRef{pos, cause, id})
	return -1
}

// resolve sets the references to events that stand behind the referring one.
func (x *indexer) resolve() {
	for _, l := range x.later {
		p, ok := x.index.ids[l.id]
		if !ok {
			continue
		}
		if l.cause {
			x.index.events[l.pos].cause = p
		} else {
			x.index.events[l.pos].of = p
		}
	}
}
