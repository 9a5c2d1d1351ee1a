package playback

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// InUseError means that somebody else writes the file as a draft: another process, or this one.
type InUseError struct{ Name string }

func (e *InUseError) Error() string { return e.Name + " is being recorded by another process" }

// DraftInUse returns an [*InUseError] where a draft of this name is being written, so that a caller can say so early;
// [CreateDraft] finds out for itself.
func DraftInUse(name string) error {
	release, err := lockName(name)
	if err == nil {
		release()
	}
	return err
}

// claim locks the file of a draft for as long as it is open. The file that has the name may be another one by now, of
// somebody who began a draft in the same moment: then that one stays.
func claim(file *os.File, name string) error {
	if err := lockFile(file, name); err != nil {
		return err
	}
	here, err := file.Stat()
	if err != nil {
		return err
	}
	if there, err := os.Stat(name); err != nil || !os.SameFile(here, there) {
		return &InUseError{Name: name}
	}
	return nil
}

// restore writes a draft whose file was removed while it grew under its name again. Where another file has taken the
// name, that one stays, and the draft goes beside it.
func (d *Draft) restore() error {
	here, err := d.file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(d.name)
	switch {
	case err == nil && os.SameFile(here, there):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return d.copyTo(d.name)
	case err != nil:
		return err
	}
	beside := d.name + ".draft"
	return errors.Join(fmt.Errorf("another file took the place of %s while it was recorded; the recording is in %s", d.name, beside), d.copyTo(beside))
}

// copyTo writes what the draft holds into a new file.
func (d *Draft) copyTo(name string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // as the umask allows
	if err != nil {
		return err
	}
	_, err = io.Copy(file, io.NewSectionReader(d.file, 0, 1<<62))
	return errors.Join(err, file.Sync(), file.Close())
}
