package playback

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestKeptRun(t *testing.T) {
	state, dir := filepath.Join(t.TempDir(), "state"), t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	name := filepath.Join(dir, "a.playback")
	if _, err := LoadRun(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a run that never was: %v", err)
	}
	run := &Run{
		Verdict: Diverged, Actions: 3, Start: time.Date(2026, 11, 21, 18, 55, 0, 0, time.UTC),
		Divergences: []Divergence{{Kind: RequestUnmatched, ID: "e1", Line: 2, Blocking: true, Text: "x"}},
		Failures:    RunFailures{Recorded: []RunFailure{{ID: "e7", Kind: "error"}}, Live: []RunFailure{}},
		Coverage:    Coverage{Ran: 4, Until: "e5", Unseen: []string{"e2"}},
	}
	for _, verdict := range []Verdict{Gone, Diverged} { // the last one counts
		run.Verdict = verdict
		if err := SaveRun(name, run); err != nil {
			t.Fatal(err)
		}
	}
	// The file may be named in any way that leads to it.
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.playback")
	if err := os.Symlink(name, link); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, n := range []string{name, "a.playback", link} {
		got, err := LoadRun(n)
		if err != nil || !reflect.DeepEqual(got, run) {
			t.Errorf("%s: %+v, %v", n, got, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(state, "restep", "runs", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	for path, want := range map[string]fs.FileMode{files[0]: 0o600, filepath.Dir(files[0]): 0o700} {
		if s, err := os.Stat(path); err != nil || s.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, s.Mode(), want)
		}
	}
	if err := os.WriteFile(files[0], []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadRun(name); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a broken one: %v", err)
	}
}

func TestKeptRunIsBounded(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	run := &Run{Verdict: Diverged}
	for range 3000 {
		run.Divergences = append(run.Divergences, Divergence{Kind: RequestDiffers, Text: strings.Repeat("x", 3000)})
		run.Failures.Live = append(run.Failures.Live, RunFailure{Message: strings.Repeat("m", 3000), Stack: make([]StackFrame, 50)})
		run.Coverage.Unseen = append(run.Coverage.Unseen, "e1")
	}
	if err := SaveRun("a.playback", run); err != nil {
		t.Fatal(err)
	}
	if len(run.Divergences) != 3000 || len(run.Divergences[0].Text) != 3000 || run.Cut {
		t.Error("the caller's run was changed")
	}
	_, path, err := runPath("a.playback")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := os.Stat(path); err != nil || s.Size() > maxRun {
		t.Errorf("%d bytes are kept, %v", s.Size(), err)
	}
	got, err := LoadRun("a.playback")
	if err != nil || !got.Cut || got.Verdict != Diverged || len(got.Divergences) == 0 {
		t.Errorf("kept: %v %s %d, %v", got.Cut, got.Verdict, len(got.Divergences), err)
	}
}

func TestRunThatCannotBeKept(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_STATE_HOME", blocked)
	if err := SaveRun("a.playback", &Run{}); err == nil || !strings.Contains(err.Error(), "keep the run of a.playback") {
		t.Errorf("error: %v", err)
	}
}
