package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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

// What keeps a session from beginning is the answer to its launch, in words of its configuration.
func TestDapRefusesALaunch(t *testing.T) {
	for _, c := range []struct {
		name   string
		launch map[string]any
		want   []string
	}{
		{"no app", nil, []string{"does not say where your app runs", "recorded on https://shop.example", `as "app"`}},
		{"the recorded server", map[string]any{"app": "https://shop.example/cart"},
			[]string{`"app" is https://shop.example/cart`, "which a replay would change", `add "https://shop.example/*" to "live"`}},
		{"no browser", map[string]any{"app": "http://127.0.0.1:9", "browser": "/no/such/browser"},
			[]string{"the browser /no/such/browser cannot be run: no such file", "Install Chromium"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, ctx := startDap(t)
			if err := client.Call(ctx, "initialize", map[string]any{"adapterID": "restep"}, nil); err != nil {
				t.Fatal(err)
			}
			launch := map[string]any{"program": demoFile(t), "headless": true}
			maps.Copy(launch, c.launch)
			var refused *daptest.Error
			if err := client.Call(ctx, "launch", launch, nil); !errors.As(err, &refused) {
				t.Fatalf("the launch is not refused: %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(refused.Text, want) {
					t.Errorf("it says %q; want %q in it", refused.Text, want)
				}
			}
		})
	}
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
