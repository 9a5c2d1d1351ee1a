package watch

import (
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// digest stands for content.
type digest = [sha256.Size]byte

// file is one that code is made of.
type file struct {
	content digest
	codes   map[string]bool // URLs of what is made of it; empty: none, it is of interest itself
}

// hashFile digests a regular file; ok is false where there is none, or one that is too large for a source. Its time is asked
// for afterwards: content that came while it was read is then newer than it needs to be, never older.
func hashFile(path string) (d digest, changed time.Time, ok bool) {
	f, err := openSource(path)
	if err != nil {
		return d, changed, false
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, maxContent)); err != nil {
		return d, changed, false
	}
	st, err := os.Stat(path)
	if err != nil {
		return d, changed, false
	}
	return digest(h.Sum(nil)), st.ModTime(), true
}

// openSource opens a regular file that is not too large; others could block.
func openSource(path string) (*os.File, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() || st.Size() > maxContent {
		return nil, errors.New("not a source file")
	}
	return os.Open(path)
}

// coarse is how far the time of a file may be behind the clock: Linux stamps files with the time of its last tick, every 1 to
// 10 ms.
const coarse = 10 * time.Millisecond

// addFile watches a file, and reports whether there is one. Of is what is made of it, nil: nothing. The folder is watched
// before the file is read, so that no write is missed; one that came after since, when the page had loaded the code, is a
// change.
func (w *Watch) addFile(path string, of *code, since time.Time) bool {
	if st, err := os.Stat(path); err != nil || !st.Mode().IsRegular() {
		return false
	}
	f := w.files[path]
	if f == nil {
		if !w.addDir(filepath.Dir(path)) {
			return false
		}
		d, changed, ok := hashFile(path)
		if !ok {
			return false
		}
		f = &file{content: d, codes: map[string]bool{}}
		w.files[path] = f
		if of != nil && changed.After(since.Add(-coarse)) {
			of.old = true
			f.content = digest{}
			w.touch(path)
		}
	}
	if of != nil {
		f.codes[of.url] = true
	}
	return true
}

// look finds out which of the touched files have another content. One that is gone is most often on its way back.
func (w *Watch) look() {
	for path := range maps.Clone(w.dirty) {
		delete(w.dirty, path)
		d, saved, ok := hashFile(path)
		if !ok {
			w.missing[path] = time.Now()
			continue
		}
		delete(w.missing, path)
		f := w.files[path]
		if d == f.content {
			continue
		}
		f.content = d
		w.begin()
		w.pending.add(path, saved, slices.Collect(maps.Keys(f.codes)))
	}
}

// lookForMissing looks at what was taken away. A file that does not come back may be missed by code that is made of others.
func (w *Watch) lookForMissing() {
	for path, since := range maps.Clone(w.missing) {
		if _, err := os.Stat(path); err == nil {
			w.dirty[path] = true
		} else if time.Since(since) > soonFor {
			delete(w.missing, path)
			w.files[path].content = digest{}
			w.hint(w.everything())
		}
	}
}
