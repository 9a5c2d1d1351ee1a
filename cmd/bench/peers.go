package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// job is what a peer's script reads.
type job struct {
	Browser string        `json:"browser"`
	App     string        `json:"app"`
	Flags   []string      `json:"flags"`
	End     string        `json:"end"` // an expression that holds when all is done
	Flow    *recorderFlow `json:"flow,omitzero"`
	Steps   []step        `json:"steps,omitzero"`
	Fetches *fetches      `json:"fetches,omitzero"`
	Path    string        `json:"path,omitzero"`
}

// The peers' scripts.
const (
	replayScript     = "replay.mjs"
	playwrightScript = "playwright.mjs"
)

// sharedFlags are those of our own that change how fast a page takes input; the others only keep a browser quiet.
var sharedFlags = [...]string{"--disable-features=DeferRendererTasksAfterInput"}

// peerTime bounds one run of a peer.
const peerTime = 2 * time.Minute

// errNoPeers means that the npm packages of the peers are not installed.
var errNoPeers = errors.New("the peers' packages are not installed: run make bench, which needs npm and its registry")

// runPeer runs a job in a browser of its own and returns the ms that the script measured.
func runPeer(ctx context.Context, dir, script string, j job) (float64, error) {
	path := filepath.Join(dir, script)
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		return 0, errNoPeers
	}
	ctx, cancel := context.WithTimeout(ctx, peerTime)
	defer cancel()
	if j.Flags == nil {
		j.Flags = []string{}
	}
	cmd := exec.CommandContext(ctx, "node", path)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it closes its browser
	cmd.WaitDelay = 5 * time.Second
	cmd.Stdin = bytes.NewReader(marshal(j))
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w: %s", script, err, firstLines(complaint.String(), 8))
	}
	var r struct {
		MS float64 `json:"ms"`
	}
	if err := json.Unmarshal(bytes.TrimSpace(out), &r); err != nil || r.MS <= 0 {
		return 0, fmt.Errorf("%s said %q", script, firstLines(string(out), 2))
	}
	return r.MS, nil
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(s), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// replayFlow plays a flow with @puppeteer/replay and returns the ms for each step.
func replayFlow(ctx context.Context, b *bench, f *flow, flags []string) (float64, error) {
	recorded := f.recorder(b.app.url)
	total, err := runPeer(ctx, b.peers, replayScript, job{
		Browser: b.browser, App: b.app.url, Flags: flags, End: f.end(), Flow: &recorded,
	})
	return total / float64(len(f.steps)), err
}

// playwrightFlow plays a flow with Playwright and returns the ms for each step.
func playwrightFlow(ctx context.Context, b *bench, f *flow, flags []string) (float64, error) {
	total, err := runPeer(ctx, b.peers, playwrightScript, job{
		Browser: b.browser, App: b.app.url, Flags: flags, End: f.end(), Steps: f.steps,
	})
	return total / float64(len(f.steps)), err
}

// playwrightFetches returns the ms for each request that a route of Playwright answers.
func playwrightFetches(ctx context.Context, b *bench, f fetches) (float64, error) {
	total, err := runPeer(ctx, b.peers, playwrightScript, job{
		Browser: b.browser, App: b.app.url, Flags: sharedFlags[:], End: f.end(), Path: f.path(), Fetches: &f,
	})
	return total / float64(f.Count), err
}
