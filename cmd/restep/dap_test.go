package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"restep/cmd/restep/demo"
	"restep/dap/daptest"
)

// dapLimit bounds a session of these tests.
const dapLimit = 2 * time.Minute

// startDap runs `restep dap` on two pipes, as an editor does.
func startDap(t *testing.T) (*daptest.Client, context.Context) {
	t.Helper()
	ownState(t)
	ctx, cancel := context.WithTimeout(t.Context(), dapLimit)
	fromClient, toAdapter := io.Pipe()
	fromAdapter, toClient := io.Pipe()
	e := &env{ctx: ctx, stdin: fromClient, stdout: toClient, stderr: t.Output(), getenv: os.Getenv}
	done := make(chan error, 1)
	go func() {
		done <- (&dapCmd{}).Run(e)
		toClient.Close() // as the end of the process does
	}()
	client := daptest.New(struct {
		io.Reader
		io.WriteCloser
	}{fromAdapter, toAdapter})
	t.Cleanup(func() {
		client.Close()
		if err := <-done; err != nil {
			t.Errorf("restep dap: %v", err)
		}
		cancel()
	})
	return client, ctx
}

// TestDapDemo walks the demo in a real Chromium and compares what a user sees with the transcript; -update writes it.
func TestDapDemo(t *testing.T) {
	needBrowser(t)
	const file = "testdata/dap/demo.txt"
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	client, ctx := startDap(t)
	path := filepath.Join(t.TempDir(), "demo.playback")
	if err := os.WriteFile(path, demo.Recording(), 0o644); err != nil {
		t.Fatal(err)
	}
	app := serveDemo(t, false)
	s := daptest.Script{
		Client: client, Path: path, Hide: regexp.MustCompile(`127\.0\.0\.1:\d+`),
		Launch: map[string]any{"program": path, "app": app, "stopOnEntry": true, "headless": true},
	}
	got, err := s.Run(ctx, want)
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	if string(got) == string(want) {
		return
	}
	if !*update {
		t.Fatalf("run with -update if this is meant:\n%s", got)
	}
	if err := os.WriteFile(file, got, 0o644); err != nil {
		t.Fatal(err)
	}
}
