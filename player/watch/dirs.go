package watch

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// onEvent takes what the system says of a watched folder.
func (w *Watch) onEvent(e fsnotify.Event) {
	switch {
	case w.dirs[e.Name] && e.Op&(fsnotify.Remove|fsnotify.Rename) != 0:
		w.loseDir(e.Name)
	case w.files[e.Name] != nil && e.Op != fsnotify.Chmod:
		w.touch(e.Name)
	}
}

// addDir watches a folder: editors put a new file in the place of the old one, which a watch of the file would not see.
func (w *Watch) addDir(dir string) bool {
	if w.dirs[dir] {
		return true
	}
	if len(w.dirs) >= maxDirs {
		w.tooMany(fmt.Sprintf("the app's sources are in more than %d folders", maxDirs))
		return false
	}
	if err := w.fs.Add(dir); err != nil {
		w.tooMany(fmt.Sprintf("%s cannot be watched (%v)", dir, exhausted(err)))
		return false
	}
	w.dirs[dir] = true
	return true
}

func (w *Watch) tooMany(why string) {
	if !w.full {
		w.full = true
		w.o.Say(fmt.Sprintf("restep: %s: a change of the files in the others is not noticed; restart the session after it\n", why))
	}
}

// exhausted says what is meant by the errors of a system that gives no more watches.
func exhausted(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return errors.New("the system watches no more folders for this user; on Linux, sysctl fs.inotify.max_user_watches says how many")
	case errors.Is(err, syscall.EMFILE):
		return errors.New("too many programs of this user watch files, or too many files are open; on Linux, sysctl fs.inotify.max_user_instances and ulimit -n say how many may")
	}
	return err
}

// loseDir notes that a folder was taken away or renamed, with those in it: a change of branches does that, and builds that
// begin with an empty folder. The watch of a folder that has another name now would go on under the old one.
func (w *Watch) loseDir(dir string) {
	for d := range maps.Clone(w.dirs) {
		if d == dir || strings.HasPrefix(d, dir+string(filepath.Separator)) {
			delete(w.dirs, d)
			w.lost[d] = true
			_ = w.fs.Remove(d) // it is gone already, most often
		}
	}
	w.timer.Reset(quietTime)
}

// findDirs watches folders again that have come back, and looks at the files in them.
func (w *Watch) findDirs() {
	for dir := range maps.Clone(w.lost) {
		if w.fs.Add(dir) != nil {
			continue
		}
		delete(w.lost, dir)
		w.dirs[dir] = true
		for path := range w.files {
			if filepath.Dir(path) == dir {
				w.dirty[path] = true
			}
		}
	}
}
