package playback

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Format writes the canonical form of a file: keys in the order of [Event], events in the order of time, of those at
// one moment each cause before its effects, the current state of each note, then the blobs that the file holds. Blobs
// beside the file stay there. Formatting again changes nothing.
func Format(w io.Writer, f *File) error { return Formatting{}.Write(w, f) }

// Formatting says how a file is formatted; the zero value is what [Format] does.
type Formatting struct {
	// DropDeleted leaves out deleted notes, which otherwise stay so that merging knows of them.
	DropDeleted bool

	each func(*Event) bool // changes events on their way, and leaves out those for which it returns false; nil: as they are
	note func(*Note)       // changes notes
}

// Write writes the canonical form of a file.
func (o Formatting) Write(w io.Writer, f *File) error {
	x := NewWriter(w, f.Header())
	err := o.copy(x, f)
	return errors.Join(err, closeAfter(x, err))
}

// closeAfter closes a writer, without writing its blobs where err says that the file is no good.
func closeAfter(w *Writer, err error) error {
	if err != nil {
		w.fail(err)
		w.Close()
		return nil
	}
	return w.Close()
}

func (o Formatting) copy(x *Writer, f *File) error {
	for _, pos := range f.sorted() {
		e, err := f.Event(pos)
		if err != nil {
			return err
		}
		if o.each != nil && !o.each(e) {
			continue
		}
		if err := x.WriteEvent(e); err != nil {
			return err
		}
	}
	notes, err := f.Notes()
	if err != nil {
		return err
	}
	for i := range notes {
		if o.DropDeleted && notes[i].State == NoteDeleted {
			continue
		}
		if o.note != nil {
			o.note(&notes[i])
		}
		if err := x.WriteNote(&notes[i]); err != nil {
			return err
		}
	}
	return f.copyBlobs(x)
}

// sorted returns the positions in canonical order.
func (f *File) sorted() []int {
	order := make([]int, f.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(f.T(a), f.T(b)) })
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && f.T(order[to]) == f.T(order[from]) {
			to++
		}
		if to-from > 1 {
			f.causesFirst(order[from:to])
		}
		from = to
	}
	return order
}

// causesFirst reorders events of one moment so that each stands behind what it refers to, and else keeps their order.
// Where references form a circle they stay as they stand: any other order would change again the next time.
func (f *File) causesFirst(group []int) {
	todo := make(map[int]bool, len(group)) // events to be placed; false: on the stack
	for _, p := range group {
		todo[p] = true
	}
	out := make([]int, 0, len(group))
	var stack []int // not recursive: references may form a chain as long as the file
	for _, p := range group {
		if !todo[p] {
			continue
		}
		todo[p] = false
		stack = append(stack, p)
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			up, circle := f.firstTodo(top, todo)
			if circle {
				return
			}
			if up >= 0 {
				todo[up] = false
				stack = append(stack, up)
				continue
			}
			delete(todo, top)
			out = append(out, top)
			stack = stack[:len(stack)-1]
		}
	}
	copy(group, out)
}

// firstTodo returns the event that one refers to if it still has to be placed, else -1, and whether it waits for this
// one itself.
func (f *File) firstTodo(pos int, todo map[int]bool) (up int, circle bool) {
	for _, up := range [...]int{f.Cause(pos), f.Of(pos)} {
		waiting, there := todo[up]
		if there && up != pos {
			return up, !waiting
		}
	}
	return -1, false
}

// copyBlobs hands the blobs that stand in the file to a writer: those that are referred to in the order of the first
// reference, then the others in the order of the file.
func (f *File) copyBlobs(x *Writer) error {
	if len(f.blobs) == 0 {
		return nil
	}
	refs, err := f.references()
	if err != nil {
		return err
	}
	for _, h := range append(refs, f.blobOrder()...) {
		b := f.blobs[h]
		if b == nil || x.blobs.has(h) {
			continue
		}
		data, err := f.compressed(b)
		if err != nil {
			return fmt.Errorf("%s: blob %s: %w", f.name, h.ref(), err)
		}
		x.putBlob(h, data)
	}
	return x.err
}

// blobOrder returns the blobs that stand in the file, in its order.
func (f *File) blobOrder() []hash {
	all := make([]hash, 0, len(f.blobs))
	for h, b := range f.blobs {
		if len(b.parts) > 0 {
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b hash) int { return cmp.Compare(f.blobs[a].parts[0].off, f.blobs[b].parts[0].off) })
	return all
}
