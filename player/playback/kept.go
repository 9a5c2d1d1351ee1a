package playback

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/go-json-experiment/json"
)

// maxRun bounds a kept run, in bytes.
const maxRun = 1 << 20

// keptRun is a run with the file that it is of, in case that names meet in a hash.
type keptRun struct {
	File string `json:"file"`
	Run
}

// SaveRun keeps a run of the file of this name in the user's state folder, in place of the one before, readable by that
// user alone. It holds what a Run holds and is at most 1 MB: where there is more, the ends of its lists are left out.
func SaveRun(name string, r *Run) error {
	file, path, err := runPath(name)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err != nil {
		return fmt.Errorf("keep the run of %s: %w", name, err)
	}
	text, err := boundedRun(keptRun{file, *r})
	if err == nil {
		err = writePrivate(path, text)
	}
	if err != nil {
		return fmt.Errorf("keep the run of %s: %w", name, err)
	}
	return nil
}

// LoadRun returns the last run of the file of this name that was kept. Where there is none the error wraps
// [fs.ErrNotExist].
func LoadRun(name string) (*Run, error) {
	file, path, err := runPath(name)
	if err != nil {
		return nil, fmt.Errorf("last run of %s: %w", name, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("last run of %s: %w", name, err)
	}
	defer f.Close()
	var k keptRun
	text, err := io.ReadAll(io.LimitReader(f, maxRun+1))
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		return nil, fmt.Errorf("last run of %s, which the next one replaces: %w", name, err)
	}
	if k.File != file {
		return nil, fmt.Errorf("last run of %s: %w", name, fs.ErrNotExist)
	}
	return &k.Run, nil
}

// runPath returns the absolute name of a file, links followed, and where its last run is kept.
func runPath(name string) (file, path string, err error) {
	dir, err := stateDir()
	if err != nil {
		return "", "", err
	}
	if file, err = filepath.Abs(name); err != nil {
		return "", "", err
	}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	sum := sha256.Sum256([]byte(file))
	return file, filepath.Join(dir, "restep", "runs", hex.EncodeToString(sum[:16])+".json"), nil
}

// stateDir is the folder of what programs remember for a user: that of the XDG Base Directory Specification, and what
// other systems have in its place.
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	switch runtime.GOOS {
	case "windows":
		return os.UserCacheDir() // %LocalAppData%
	case "darwin":
		return os.UserConfigDir() // ~/Library/Application Support
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "state"), nil
}

// boundedRun encodes a run in at most maxRun bytes: its texts are clipped and its lists halved until it fits.
func boundedRun(k keptRun) ([]byte, error) {
	for clipTo := 1000; ; clipTo = max(clipTo/2, 50) {
		text, err := json.Marshal(&k)
		if err != nil || len(text) <= maxRun {
			return text, err
		}
		k.Run = k.Run.shorter(clipTo)
	}
}

// shorter returns a run with half of its lists, and texts of at most n bytes.
func (r Run) shorter(n int) Run {
	r.Cut = true
	r.Divergences = half(r.Divergences)
	for i := range r.Divergences {
		d := &r.Divergences[i]
		d.Text, d.Want, d.Got = clip(d.Text, n), clip(d.Want, n), clip(d.Got, n)
	}
	r.Failures = RunFailures{Recorded: half(r.Failures.Recorded), Live: half(r.Failures.Live)}
	for _, list := range [...][]RunFailure{r.Failures.Recorded, r.Failures.Live} {
		for i := range list {
			list[i].Message, list[i].Name, list[i].Stack = clip(list[i].Message, n), clip(list[i].Name, n), half(list[i].Stack)
		}
	}
	r.Coverage.Unseen = half(r.Coverage.Unseen)
	return r
}

// half is a copy of the first half of a list, rounded down: in the end nothing is left.
func half[T any](list []T) []T { return append([]T{}, list[:len(list)/2]...) }

// writePrivate writes a file that only its owner can read, as a whole or not at all.
func writePrivate(name string, text []byte) error {
	d, err := newDestination(name)
	if err != nil {
		return err
	}
	if err = d.file.Chmod(0o600); errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	if err == nil {
		_, err = d.file.Write(text)
	}
	return d.commit(err)
}
