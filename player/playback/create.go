package playback

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Create begins the file of this name. It appears, or replaces an older one, when Close succeeds; until then, and
// after an error, what was there stays. Blobs go into the file, and where it would become larger than [MaxFile] into
// the folder [BlobDir] beside it.
func Create(name string, h *Header) (*Writer, error) {
	d, err := newDestination(name)
	if err != nil {
		return nil, fmt.Errorf("create playback: %w", err)
	}
	w := &Writer{w: bufio.NewWriterSize(d.file, 64<<10), dest: d}
	w.writeHeader(h)
	return w, nil
}

// Discard gives up: a file that Create began does not appear.
func (w *Writer) Discard() {
	w.fail(errors.New("the playback was discarded"))
	w.Close()
}

// Replace writes a file that appears under its name, or replaces an older one with its rights, only when write has
// succeeded.
func Replace(name string, write func(io.Writer) error) error {
	d, err := newDestination(name)
	if err == nil {
		if err = write(d.file); err == nil {
			err = d.file.Sync()
		}
		err = d.commit(err)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// destination is a file that appears under its name when it is complete.
type destination struct {
	name string
	file *os.File
}

// newDestination makes a temporary file in the folder of name.
func newDestination(name string) (*destination, error) {
	// The new file gets the rights of the one that it replaces.
	mode := fs.FileMode(0o644)
	if s, err := os.Stat(name); err == nil {
		if !s.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not a regular file", name)
		}
		mode = s.Mode().Perm()
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".tmp-*")
	if err != nil {
		return nil, err
	}
	if err := file.Chmod(mode); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		file.Close()
		os.Remove(file.Name())
		return nil, err
	}
	return &destination{name, file}, nil
}

// finish stores the blobs of w and lets the file appear, or removes it where w has failed.
func (d *destination) finish(w *Writer) error {
	err := w.err
	if err == nil {
		err = d.store(w)
	}
	if err == nil {
		err = w.w.Flush()
	}
	if err == nil {
		err = d.file.Sync()
	}
	return d.commit(err)
}

// store puts the blobs where they belong. Those beside the file are complete before the file refers to them.
func (d *destination) store(w *Writer) error {
	if w.size+w.blobs.lines <= MaxFile {
		return w.blobs.each(w.writeBlobLines)
	}
	dir := blobDir{BlobDir(d.name)}
	return w.blobs.each(dir.put)
}

// commit gives the file its name, or removes it where there is an error, which it returns.
func (d *destination) commit(err error) error {
	err = errors.Join(err, d.file.Close())
	if err == nil {
		err = os.Rename(d.file.Name(), d.name)
	}
	if err != nil {
		os.Remove(d.file.Name())
	}
	return err
}

// blobDir is a folder of blobs, one file each, named by the hash.
type blobDir struct{ path string }

// put stores a compressed blob. One that is there already stays. It is not synced to the disk, since reading verifies
// it and there may be thousands.
func (d blobDir) put(h hash, compressed []byte) error {
	name := filepath.Join(d.path, h.file())
	if s, err := os.Stat(name); err == nil && s.Mode().IsRegular() && s.Size() == int64(len(compressed)) {
		return nil
	}
	if err := os.MkdirAll(d.path, 0o755); err != nil {
		return err
	}
	file, err := newDestination(name)
	if err != nil {
		return err
	}
	_, err = file.file.Write(compressed)
	return file.commit(err)
}

// clear removes the blobs, also those that a killed process was writing, and the folder when nothing else is in it.
func (d blobDir) clear() error {
	root, err := os.OpenRoot(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	list, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, f := range list {
		if !blobName.MatchString(f.Name()) {
			continue
		}
		if err := root.Remove(f.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	os.Remove(d.path) // stays where it is not empty
	return nil
}

// blobName is the name of a blob's file, and of those that it is written to first.
var blobName = regexp.MustCompile(`^(?:[0-9a-f]{64}\.zst|\.[0-9a-f]{64}\.zst\.tmp-\d+|\.blob\.tmp-\d+)$`)

// unnamedBlob begins the name of a file for content whose hash is not known yet.
const unnamedBlob = ".blob.tmp-"
