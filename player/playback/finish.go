package playback

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Finishing is what changes while a draft gets its final form; the zero value changes nothing. Its functions may be nil.
type Finishing struct {
	Header func(*Header)
	// Event is given each event in the final order, where only that order, or what was learnt until the end, tells
	// something. Content that it replaces is removed if nothing else refers to it. An event for which it returns false is
	// left out.
	Event func(*Event, *DraftContent) bool
	Note  func(*Note)
}

// DraftContent is the content of a draft that gets its final form.
type DraftContent struct {
	f *File
	w *Writer
}

// Content is that of [File.Content].
func (c *DraftContent) Content(b *Body) ([]byte, error) { return c.f.Content(b) }

// Copy writes the content of a body without holding it in memory; the errors are those of [File.Content], or w's.
func (c *DraftContent) Copy(w io.Writer, b *Body) error {
	if b == nil || b.Ref == "" {
		data, err := b.inline()
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
	h, ok := parseRef(b.Ref)
	if !ok {
		return fmt.Errorf("%q is no reference", clip(b.Ref, 80))
	}
	return c.f.decode(w, h, MaxBody)
}

// WriteBlob implements [BlobWriter].
func (c *DraftContent) WriteBlob(ref string, data []byte) { c.w.WriteBlob(ref, data) }

// FinishDraft gives the draft of this name, which nobody writes any more, its final form: canonical order, and content in
// the file itself where it fits, see [MaxFile]. Until that is complete the draft stays what it was.
func FinishDraft(name string, o Finishing) error {
	release, err := lockName(name)
	if err != nil {
		return fmt.Errorf("finish draft: %w", err)
	}
	defer release()
	f, err := OpenFile(name)
	if err != nil {
		return fmt.Errorf("finish draft: %w", err)
	}
	defer f.Close()
	h := *f.Header()
	if o.Header != nil {
		o.Header(&h)
	}
	w, err := Create(name, &h)
	if err != nil {
		return fmt.Errorf("finish draft: %w", err)
	}
	w.refs = map[hash]bool{}
	format := Formatting{note: o.Note}
	if o.Event != nil {
		content := &DraftContent{f, w}
		format.each = func(e *Event) bool { return o.Event(e, content) }
	}
	inside := false
	if err = format.copy(w, f); err == nil {
		inside, err = f.packSmall(w)
	}
	if err = errors.Join(err, closeAfter(w, err)); err == nil {
		err = f.dropOld(w, inside)
	}
	if err != nil {
		return fmt.Errorf("finish draft: %w", err)
	}
	return nil
}

// packSmall hands the blobs beside a draft that the new lines refer to to their writer where all of them have room in
// the file; else they stay where they are, so that nothing large is read.
func (f *File) packSmall(w *Writer) (inside bool, err error) {
	size := w.size + w.blobs.lines
	for _, n := range w.notes {
		size += int64(len(n)) + 1
	}
	for _, h := range w.refOrder {
		if s, err := os.Stat(filepath.Join(BlobDir(f.name), h.file())); err == nil && !w.blobs.has(h) {
			size += blobLinesSize(int(s.Size()))
		}
		if size > MaxFile {
			return false, nil
		}
	}
	for _, h := range w.refOrder {
		if w.blobs.has(h) {
			continue
		}
		data, err := f.verified(h)
		if err != nil {
			return false, err
		}
		w.putBlob(h, data)
	}
	return true, w.err
}

// dropOld removes the blobs beside the file that are in it now, or that its lines no longer refer to.
func (f *File) dropOld(w *Writer, inside bool) error {
	before, err := f.references()
	if err != nil {
		return err
	}
	return dropBlobs(f.name, slices.DeleteFunc(before, func(h hash) bool { return w.refs[h] && !inside }))
}
