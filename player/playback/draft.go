package playback

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Draft is a playback that grows while a session goes on: its lines stand in the order in which they came. A line is in
// the file, and whole, when WriteEvent returns, and so is the content that it refers to, in [BlobDir]. A process that is
// killed therefore loses at most the line that it was writing, and what it leaves is a playback that [Format] puts in
// order. Its methods may be called from any goroutine.
type Draft struct {
	name  string
	mu    sync.Mutex // guards what follows
	file  *os.File
	size  int64
	err   error // the first one
	blobs map[hash]bool
	enc   *zstd.Encoder
}

// CreateDraft begins a draft with its header. It takes the place of a file of this name, and of the blobs beside that,
// once the header is on the disk: a folder of blobs belongs to its file, and what an earlier one referred to may be of
// another person. A file that another draft is growing in is not touched: that is an [*InUseError].
func CreateDraft(name string, h *Header) (*Draft, error) {
	first := Header{}
	if h != nil {
		first = *h
	}
	first.Version = Version
	line, err := encodeLine("header", &first)
	if err != nil {
		return nil, fmt.Errorf("create draft: %w", err)
	}
	line = append(line, '\n')
	file, err := beginDraft(name, line)
	if err != nil {
		return nil, fmt.Errorf("create draft: %w", err)
	}
	if err := (blobDir{BlobDir(name)}).clear(); err != nil {
		return nil, errors.Join(fmt.Errorf("create draft: remove the blobs of an earlier file: %w", err), file.Close())
	}
	return &Draft{name: name, file: file, size: int64(len(line)), blobs: map[hash]bool{}, enc: newEncoder()}, nil
}

// beginDraft makes the file of a draft, which goes on behind its first line. One that is there is replaced as a whole.
func beginDraft(name string, line []byte) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o666) // as the umask allows
	if err == nil {
		if err = claim(file, name); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		if _, err = file.Write(line); err != nil {
			return nil, errors.Join(err, file.Close(), os.Remove(name))
		}
		return file, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	release, err := lockName(name)
	if err != nil {
		return nil, err
	}
	defer release()
	err = Replace(name, func(w io.Writer) error {
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		return nil, err
	}
	if file, err = os.OpenFile(name, os.O_RDWR|os.O_APPEND, 0); err != nil {
		return nil, err
	}
	if err = claim(file, name); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// WriteEvent appends an event. After an error nothing more is written, but for a [*TooLongError]: it concerns this event
// alone, of which nothing is written.
func (d *Draft) WriteEvent(e *Event) error {
	line, err := encodeLine("event "+e.ID, e)
	if err != nil {
		return err
	}
	return d.append(line)
}

// WriteNote appends the state of a note, with the errors of [Draft.WriteEvent].
func (d *Draft) WriteNote(n *Note) error {
	note := *n
	note.Kind = NoteKind
	line, err := encodeLine("note "+n.ID, &note)
	if err != nil {
		return err
	}
	return d.append(line)
}

// WriteBlob implements [BlobWriter].
func (d *Draft) WriteBlob(ref string, data []byte) {
	h, ok := parseRef(ref)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.file == nil:
		d.fail(errClosed)
	case !ok || h != sha256.Sum256(data):
		d.fail(fmt.Errorf("write blob: %q is not the reference to its %d bytes", clip(ref, 80), len(data)))
	case d.err == nil && !d.blobs[h]:
		compressed := d.enc.EncodeAll(data, nil)
		d.fail(blobDir{BlobDir(d.name)}.put(h, compressed))
		d.blobs[h] = true
		d.size += int64(len(compressed))
	}
}

// Size returns the bytes written, content included.
func (d *Draft) Size() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.size
}

// Err returns the first error.
func (d *Draft) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Close ends the draft as it is and returns the first error. A file that was removed meanwhile is written again.
func (d *Draft) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return d.err
	}
	d.fail(d.restore())
	d.fail(d.file.Sync())
	d.fail(d.file.Close())
	d.file = nil
	return d.err
}

func (d *Draft) append(line []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return d.fail(errClosed)
	}
	if d.err != nil {
		return d.err
	}
	n, err := d.file.Write(append(line, '\n')) // in one call: it is there as a whole or, at the end, torn
	d.size += int64(n)
	if err != nil {
		d.fail(fmt.Errorf("write playback: %w", err))
	}
	return d.err
}

// fail keeps the first error and returns it; mu is held.
func (d *Draft) fail(err error) error {
	if d.err == nil {
		d.err = err
	}
	return d.err
}
