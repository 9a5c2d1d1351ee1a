package playback

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Move gives a playback that nobody writes, and the blobs beside it, another name in the same folder. A file of that name
// stays as it was until the moved one takes its place in one step; then its blobs go too, which may be of another person.
// Where it is a link, what it leads to is replaced.
func Move(from, to string) error {
	if real, err := filepath.EvalSymlinks(to); err == nil {
		to = real
	}
	earlier, err := (blobDir{BlobDir(to)}).names()
	if err != nil {
		return fmt.Errorf("move %s: %w", from, err)
	}
	blobs, err := (blobDir{BlobDir(from)}).names()
	if err == nil {
		err = moveBlobs(blobs, BlobDir(from), BlobDir(to))
	}
	if err == nil {
		err = os.Rename(from, to)
	}
	if err != nil {
		return fmt.Errorf("move %s: %w", from, err)
	}
	os.Remove(BlobDir(from)) // stays where it is not empty
	for name := range earlier {
		if blobs[name] {
			continue
		}
		if err := os.Remove(filepath.Join(BlobDir(to), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the blobs of an earlier file: %w", err)
		}
	}
	os.Remove(BlobDir(to))
	return nil
}

// Remove removes a playback that nobody writes, and the blobs beside it. One that is not there is removed already.
func Remove(name string) error {
	err := os.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err = errors.Join(err, blobDir{BlobDir(name)}.clear()); err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

// moveBlobs moves blobs into another folder, which is made where there are any.
func moveBlobs(names map[string]bool, from, to string) error {
	if len(names) == 0 {
		return nil
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for name := range names {
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// names are the files of the blobs; none where there is no folder.
func (d blobDir) names() (map[string]bool, error) {
	list, err := os.ReadDir(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	names := map[string]bool{}
	for _, f := range list {
		if blobName.MatchString(f.Name()) {
			names[f.Name()] = true
		}
	}
	return names, err
}
