package playback

import (
	"bytes"
	"io"
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
	w := walker{name: x.name, header: x.header}
	if err := w.run(r, x.line); err != nil {
		return err
	}
	x.index.torn = w.torn
	x.resolve()
	return nil
}

// line adds a line to the index.
func (x *indexer) line(n int, l *textLine, b *brief) error {
	ix := x.index
	if n == 1 {
		ix.offs = append(ix.offs, l.off)
	}
	i := int32(len(ix.offs)) - 1
	x.add(l)
	if n == 1 || b == nil {
		return nil
	}
	kind := x.kind(b.ev)
	switch kind {
	case NoteKind:
		ix.notes = append(ix.notes, i)
	case Blob:
		ix.addBlob(b, l)
	default:
		x.event(i, kind, b)
	}
	return nil
}

// add notes where a line ends.
func (x *indexer) add(l *textLine) {
	end := l.off + l.size
	if l.ended {
		end++
	}
	x.index.offs = append(x.index.offs, end)
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
