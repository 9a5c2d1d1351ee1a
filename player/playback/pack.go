package playback

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Pack writes a file with every blob that it refers to inside, whatever the size. The other lines stay as they are.
// It fails where a blob is missing or damaged.
func Pack(f *File, w io.Writer) error {
	x := newLineWriter(w)
	err := f.copyLines(x)
	if err == nil {
		err = f.packBlobs(x)
	}
	return errors.Join(err, closeAfter(x, err))
}

func (f *File) packBlobs(x *Writer) error {
	refs, err := f.references()
	if err != nil {
		return err
	}
	for _, h := range append(refs, f.blobOrder()...) {
		if x.blobs.has(h) {
			continue
		}
		data, err := f.verified(h)
		if err != nil {
			return err
		}
		x.putBlob(h, data)
	}
	return nil
}

// DropBeside removes the blobs beside the file of this name that f refers to, and their folder when nothing is left in
// it: what follows a [Pack] in place.
func DropBeside(f *File, name string) error {
	refs, err := f.references()
	if err != nil {
		return err
	}
	return dropBlobs(name, refs)
}

// dropBlobs removes blobs beside the file of this name, and their folder when nothing is left in it.
func dropBlobs(name string, list []hash) error {
	root, err := os.OpenRoot(BlobDir(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove blobs: %w", err)
	}
	defer root.Close()
	for _, h := range list {
		if err := root.Remove(h.file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove blobs: %w", err)
		}
	}
	os.Remove(BlobDir(name)) // stays where it is not empty
	return nil
}

// Unpack writes a file to w without the blobs that stand in it, and puts them into the folder dir, which is made if
// need be: [BlobDir] of the name that the file will have. The other lines stay as they are. The blobs are stored
// before the first line is written.
func Unpack(f *File, w io.Writer, dir string) error {
	d := blobDir{filepath.Clean(dir)}
	for _, h := range f.blobOrder() {
		data, err := f.verified(h)
		if err != nil {
			return err
		}
		if err := d.put(h, data); err != nil {
			return fmt.Errorf("store blob: %w", err)
		}
	}
	x := newLineWriter(w)
	err := f.copyLines(x)
	return errors.Join(err, closeAfter(x, err))
}

// copyLines writes every line that is no blob, in the order of the file.
func (f *File) copyLines(x *Writer) error {
	for n := 1; n <= f.Lines(); n++ {
		line, err := f.Raw(n)
		if err != nil {
			return err
		}
		if n > 1 {
			b, err := scanBrief(line)
			if err != nil || unquote(b.ev) == string(Blob) {
				continue // an empty line, or a blob
			}
		}
		x.writeLine(line)
	}
	return x.err
}

// verified returns the compressed bytes of a blob after decoding them once.
func (f *File) verified(h hash) ([]byte, error) {
	fail := func(err error) ([]byte, error) {
		return nil, fmt.Errorf("%s: blob %s: %w", f.name, h.ref(), err)
	}
	if err := f.verify(h); err != nil {
		return fail(err)
	}
	r, err := f.openBlob(h)
	if err != nil {
		return fail(err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, MaxBody))
	if err != nil {
		return fail(err)
	}
	return data, nil
}

// references returns the blobs that the lines refer to, each once, in the order of the first reference.
func (f *File) references() ([]hash, error) {
	var refs []hash
	seen := make(map[hash]struct{})
	for n := 1; n <= f.Lines(); n++ {
		line, err := f.Raw(n)
		if err != nil {
			return nil, err
		}
		lineRefs(line, func(h hash) {
			if _, ok := seen[h]; !ok {
				seen[h] = struct{}{}
				refs = append(refs, h)
			}
		})
	}
	return refs, nil
}

// lineRefs finds the "$ref" keys of a line, wherever they stand: unknown fields may hold bodies too. Recorded text
// cannot look like one, since its quotes are escaped and the $ of recorded keys is doubled.
func lineRefs(line []byte, found func(hash)) {
	key := []byte(`"$ref"`)
	for {
		i := bytes.Index(line, key)
		if i < 0 {
			return
		}
		escaped := i > 0 && line[i-1] == '\\'
		line = line[i+len(key):]
		if escaped {
			continue
		}
		s := briefScanner{line: line}
		if !s.accept(':') {
			continue
		}
		raw, err := s.value()
		if err != nil {
			continue
		}
		if h, ok := parseRef(unquote(raw)); ok {
			found(h)
		}
	}
}
