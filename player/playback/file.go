// Package playback is the playback file: its events, reading, writing and checking. It imports nothing of restep and
// knows neither browsers nor debuggers.
//
// A file is opened by [OpenFile], which indexes it and decodes events and content on demand, and written by a [Writer].
// [Check] finds what is wrong with a file, [Format] puts it in its canonical form, [Pack] and [Unpack] move its blobs
// between the file and the folder beside it. docs/playback-format.md describes the format for those who write it.
//
// Positions count events from 0 in file order; the header, notes and blobs are no events. Lines count from 1, columns
// in bytes from 1.
package playback

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"sync"

	"github.com/go-json-experiment/json"
)

// File is an open playback: an index in memory over lines that are read when they are needed. Its methods are safe
// for concurrent use until Close.
type File struct {
	name   string
	r      io.ReaderAt
	closer io.Closer // nil: the caller's reader
	header Header
	index
	decoders sync.Pool    // of *zstd.Decoder
	placed   map[int]Line // of a view: what it says of its events, by position
}

// OpenFile indexes the file of this name. A last line that was torn by a crash is left out, see [File.Torn]. Errors wrap
// [ErrNotPlayback] or [ErrVersion], are a [*LineError] where a line is broken, or come from the file system.
func OpenFile(name string) (*File, error) {
	r, size, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	f, err := Read(name, r, size)
	if err != nil {
		r.Close()
		return nil, err
	}
	f.closer = r
	return f, nil
}

// openRegular opens a file that can be read twice, and tells its size in bytes.
func openRegular(name string) (r *os.File, size int64, err error) {
	if r, err = os.Open(name); err != nil {
		return nil, 0, fmt.Errorf("open playback: %w", err)
	}
	s, err := r.Stat()
	if err == nil && !s.Mode().IsRegular() {
		err = fmt.Errorf("open playback: %s is not a regular file", name)
	}
	if err != nil {
		r.Close()
		return nil, 0, err
	}
	return r, s.Size(), nil
}

// Read indexes a playback of size bytes. The name is for messages and for finding the folder of blobs beside the
// file; it may be empty. The errors are those of [OpenFile].
func Read(name string, r io.ReaderAt, size int64) (*File, error) {
	f := &File{name: name, r: r}
	x := indexer{name: name, index: &f.index, header: &f.header}
	if err := x.run(io.NewSectionReader(r, 0, size)); err != nil {
		return nil, err
	}
	f.decoders.New = newDecoder
	return f, nil
}

// Close closes what OpenFile opened.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Name returns the name that the file was opened by.
func (f *File) Name() string { return f.name }

// Header returns the first line. The caller must not change it.
func (f *File) Header() *Header { return &f.header }

// Len returns the number of events.
func (f *File) Len() int { return len(f.events) }

// Lines returns the number of lines, without a torn one.
func (f *File) Lines() int { return len(f.offs) - 1 }

// Torn returns the number of the last line if it was torn and therefore left out, else 0.
func (f *File) Torn() int { return f.torn }

// Kind returns the kind of an event.
func (f *File) Kind(pos int) Kind { return f.events[pos].kind }

// ID returns the id of an event.
func (f *File) ID(pos int) string { return f.events[pos].id }

// T returns the time of an event in ms since [Header.Start].
func (f *File) T(pos int) float64 { return f.events[pos].t }

// Of returns the position of the req that an event belongs to, -1 where there is none.
func (f *File) Of(pos int) int { return int(f.events[pos].of) }

// Cause returns the position of the event that caused this one, -1 where there is none.
func (f *File) Cause(pos int) int { return int(f.events[pos].cause) }

// Line returns the line of an event. Line(Len()) is the last line of the file.
func (f *File) Line(pos int) int {
	if pos >= len(f.events) {
		return f.Lines()
	}
	return int(f.events[pos].line) + 1
}

// At returns the first event that stands on a line or after it. It reports false, and Len(), behind the last event.
func (f *File) At(line int) (pos int, ok bool) {
	pos = sort.Search(len(f.events), func(i int) bool { return int(f.events[i].line) >= line-1 })
	return pos, pos < len(f.events)
}

// Find returns the event with an id; where the id stands twice, the first one.
func (f *File) Find(id string) (pos int, ok bool) {
	p, ok := f.ids[id]
	return int(p), ok
}

// Raw returns a line without its line end. Lines outside the file are an error.
func (f *File) Raw(line int) ([]byte, error) {
	if line < 1 || line > f.Lines() {
		return nil, fmt.Errorf("%s has no line %d: it has %d", f.name, line, f.Lines())
	}
	text := make([]byte, f.offs[line]-f.offs[line-1])
	if n, err := f.r.ReadAt(text, f.offs[line-1]); n < len(text) {
		if err == io.EOF {
			err = errChanged
		}
		return nil, fmt.Errorf("%s:%d: %w", f.name, line, err)
	}
	return bytes.TrimRight(text, "\r\n"), nil
}

// errChanged says that the index no longer fits the file.
var errChanged = fmt.Errorf("the file was changed while it was open: open it again")

// Event decodes an event. The caller may keep it but not change it. The error is a [*LineError].
func (f *File) Event(pos int) (*Event, error) {
	if pos < 0 || pos >= len(f.events) {
		return nil, fmt.Errorf("%s has no event %d: it has %d", f.name, pos, len(f.events))
	}
	line := f.Line(pos)
	text, err := f.Raw(line)
	if err != nil {
		return nil, err
	}
	e, err := decodeEvent(text)
	if err != nil {
		return nil, decodeError(f.name, line, err)
	}
	if x := f.events[pos]; e.ID != x.id || e.Kind != x.kind {
		return nil, &LineError{Name: f.name, Line: line, Err: errChanged}
	}
	if l, ok := f.placed[pos]; ok {
		l.as(e)
	}
	return e, nil
}

// decodeEvent decodes a line. An unknown kind whose keys have other types than ours keeps them in Extra.
func decodeEvent(text []byte) (*Event, error) {
	e := new(Event)
	err := json.Unmarshal(text, e)
	if err == nil || e.Kind.known() {
		return e, err
	}
	var foreign foreignEvent
	if json.Unmarshal(text, &foreign) != nil || foreign.Kind.known() {
		return e, err
	}
	return &Event{T: foreign.T, Kind: foreign.Kind, ID: foreign.ID, Extra: foreign.Extra}, nil
}

// Notes returns the current state of each note, deleted ones included: of those with one id the highest revision, in
// the order of the file.
func (f *File) Notes() ([]Note, error) {
	var notes []Note
	at := make(map[string]int)
	for _, i := range f.notes {
		text, err := f.Raw(int(i) + 1)
		if err != nil {
			return nil, err
		}
		var n Note
		if err := json.Unmarshal(text, &n); err != nil {
			return nil, decodeError(f.name, int(i)+1, err)
		}
		old, seen := at[n.ID]
		switch {
		case !seen:
			at[n.ID] = len(notes)
			notes = append(notes, n)
		case n.Rev > notes[old].Rev:
			notes[old] = n
		}
	}
	return notes, nil
}

// BlobDir returns the folder of the blobs that stand beside a file.
func BlobDir(name string) string { return filepath.Clean(name) + ".blobs" }
