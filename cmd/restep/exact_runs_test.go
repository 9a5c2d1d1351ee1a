package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"restep/player"
	"restep/player/chrome"
	"restep/player/playback"
)

// busyLoops is how many loops keep the machine busy in the last run of each file.
const busyLoops = 4

// TestExactRuns plays each recorded app, and the demo, again and again, the last time beside busy loops: every run must end
// in the same state. With RESTEP_EXACT there are three runs before that, also of every recording of the tests that record
// a visit and play it ([replayed]); else one, and only of what other threads and processes have a part in.
func TestExactRuns(t *testing.T) {
	calm, apps := 1, []string{"workers", "store"}
	if os.Getenv("RESTEP_EXACT") != "" {
		calm, apps = 3, nil
	}
	_, url := serveExact(t)
	stage := startBrowser(t)
	type recording struct{ name, file, app string }
	list := []recording{{"demo", "demo/demo.playback", serveDemo(t, false)}}
	for _, a := range exactApps() {
		if apps != nil && !slices.Contains(apps, a.name) {
			continue
		}
		list = append(list, recording{a.name, filepath.Join(exact, a.name+".playback"), url})
	}
	for _, r := range list {
		t.Run(r.name, func(t *testing.T) {
			sameInEveryRun(t, stage, openExact(t, r.file), r.app, calm)
		})
	}
}

// sameInEveryRun plays a file so many times, and once more beside busy loops: each must end in the same state.
func sameInEveryRun(t *testing.T, stage *chrome.Browser, f *playback.File, app string, calm int) {
	t.Helper()
	first := endState(t, stage, f, app)
	for range calm - 1 {
		sameState(t, first, endState(t, stage, f, app), "another run")
	}
	underLoad(func() { sameState(t, first, endState(t, stage, f, app), "a run beside busy loops") })
	t.Logf("%d runs, and one beside %d busy loops", calm, busyLoops)
}

func sameState(t *testing.T, first, now, what string) {
	t.Helper()
	if first != now {
		t.Errorf("%s ends in another state:\n%s", what, difference(first, now))
	}
}

// endState plays a file to its end.
func endState(t *testing.T, stage *chrome.Browser, f *playback.File, app string) string {
	t.Helper()
	p := playedToEnd(t, stage, f, app, player.Continue)
	defer p.Close()
	text := stateOf(t, p)
	if !strings.Contains(text, "<body") {
		t.Errorf("the state says nothing of a page: %.200s", text)
	}
	return text
}

// underLoad calls f while loops keep the processors busy.
func underLoad(f func()) {
	var over atomic.Bool
	var loops sync.WaitGroup
	for range busyLoops {
		loops.Go(func() {
			for !over.Load() {
			}
		})
	}
	defer loops.Wait()
	defer over.Store(true)
	f()
}
