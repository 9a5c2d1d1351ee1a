package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// process is restep as a program of its own: this test binary is the command by the name that it is started by.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ownState(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = append([]string{"restep"}, args...)
	return cmd
}

// exitStatus waits for a process that was started.
func exitStatus(t *testing.T, err error) int {
	t.Helper()
	var x *exec.ExitError
	if err != nil && !errors.As(err, &x) {
		t.Fatal(err)
	}
	if x != nil {
		return x.ExitCode()
	}
	return exitOK
}

// printing are command lines of everything that prints, without a browser.
func printing(t *testing.T) [][]string {
	file, flow := demoFile(t), filepath.Join("testdata", "s1", "flow.json")
	t.Setenv("RESTEP_MASK_KEY", "a key for tests only")
	broken := filepath.Join(t.TempDir(), "broken.playback")
	if err := os.WriteFile(broken, []byte("{\"playback\":1}\n{\"ev\":\"back\",\"id\":\"e1\",\"t\":0,\"of\":\"e9\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return [][]string{
		{"--help"}, {"play", "--help"}, {"version"},
		{"show", file}, {"show", file, "--json"}, {"show", file, "e1"}, {"show", file, "e1", "--json"}, {"show", file, "4", "--body"},
		{"check", broken}, {"check", file, "--json"}, {"fmt", file}, {"fmt", "--check", broken}, {"pack", file, "-o", "-"},
		{"import", flow}, {"import", flow, "--json", "-o", filepath.Join(t.TempDir(), "x.playback")}, {"merge", flow, flow},
		{"dap", "--listen", "127.0.0.1:0"},
	}
}

// A disk that is full, or a file system that has gone: the status must not say that all is well.
func TestResultsThatCannotBeWritten(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("SKIP: this system has no device that is full: %v", err)
	}
	defer full.Close()
	for _, args := range printing(t) {
		var errOut strings.Builder
		cmd := process(t, args...)
		cmd.Stdout, cmd.Stderr = full, &errOut
		if status := exitStatus(t, cmd.Run()); status != exitCannot {
			t.Errorf("restep %s: exit status %d, want %d", args, status, exitCannot)
		}
		if n := strings.Count(errOut.String(), "restep: error: "); n != 1 || !strings.Contains(errOut.String(), "no space left on device") {
			t.Errorf("restep %s says:\n%s", args, &errOut)
		}
	}
}

// A reader that has seen enough is no error that is worth a word, but the status is that of a tool that SIGPIPE ended.
func TestResultsThatNobodyReads(t *testing.T) {
	for _, args := range printing(t) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		var errOut strings.Builder
		cmd := process(t, args...)
		cmd.Stdout, cmd.Stderr = w, &errOut
		if status := exitStatus(t, cmd.Run()); status != exitPipe {
			t.Errorf("restep %s: exit status %d, want %d", args, status, exitPipe)
		}
		w.Close()
		if strings.Contains(errOut.String(), "restep: error: ") {
			t.Errorf("restep %s says:\n%s", args, &errOut)
		}
	}
}

// fullDisk is standard output on it.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// The verdict of a run is not known to the one who asked where it could not be printed; git bisect skips the commit.
func TestVerdictThatCannotBeWritten(t *testing.T) {
	needBrowser(t)
	ownState(t)
	for _, c := range []struct {
		stdout io.Writer
		flag   string
		status int
		said   string
	}{
		{fullDisk{}, "--json", exitCannot, "the disk is full"},
		{fullDisk{}, "--bisect", bisectSkip, "the disk is full"},
	} {
		var errOut strings.Builder
		e := &env{ctx: t.Context(), stdin: strings.NewReader(""), stdout: c.stdout, stderr: &errOut, getenv: os.Getenv}
		status := run(e, []string{"play", demoFile(t), "--app", serveDemo(t, true), "--until", "e3", c.flag})
		if status != c.status || !strings.Contains(errOut.String(), c.said) {
			t.Errorf("play %s: exit status %d, want %d; stderr:\n%s", c.flag, status, c.status, &errOut)
		}
	}
}
