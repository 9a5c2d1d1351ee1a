package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// update rewrites expected outputs: go test ./cmd/restep -update
var update = flag.Bool("update", false, "rewrite the outputs that tests compare with")

// TestMain lets tests run this test binary as the command restep, and as an app's own server.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"restep": main, "devserver": devServer, "fileserver": fileServer})
}

// devServer answers at the address that is its argument, until it is killed.
func devServer() {
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], http.NotFoundHandler()))
	os.Exit(1)
}

// fileServer serves a folder at an address, its two arguments, until it is killed.
func fileServer() {
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], http.FileServer(http.Dir(os.Args[2]))))
	os.Exit(1)
}

// TestScripts runs the command-line stories of testdata; -update rewrites the outputs that they compare with.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               scriptEnv,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": scriptStatus},
	})
}

// scriptEnv gives each script a home of its own, so that no script sees the developer's state or changes it.
func scriptEnv(e *testscript.Env) error {
	home := filepath.Join(e.WorkDir, ".home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	e.Setenv("HOME", home)
	e.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	e.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	e.Setenv("RESTEP_BROWSER", os.Getenv("RESTEP_BROWSER"))
	e.Setenv("RESTEP_MASK_KEY", "a key for tests only")
	testdata, err := filepath.Abs("testdata")
	e.Setenv("TESTDATA", testdata)
	return err
}

// scriptStatus is `status N COMMAND…`: the command ends with exactly this exit status.
func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var x *exec.ExitError
		if !errors.As(err, &x) {
			ts.Fatalf("%v", err)
		}
		got = x.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}
