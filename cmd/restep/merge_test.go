package main

import (
	"bytes"
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"restep/player/playback"
)

// merged merges the flow and the archive of a session of testdata.
func merged(t *testing.T, session string) *playback.File {
	t.Helper()
	dir, out := filepath.Join("testdata", session), filepath.Join(t.TempDir(), "x.playback")
	var stderr bytes.Buffer
	e := &env{ctx: context.Background(), stdout: &bytes.Buffer{}, stderr: &stderr, getenv: func(string) string { return "a key for tests only" }}
	args := []string{"merge", filepath.Join(dir, "flow.json"), filepath.Join(dir, "session.har"), "--drop", "/_sink/*", "-o", out}
	if code := run(e, args); code != exitOK {
		t.Fatalf("exit status %d: %s", code, stderr.String())
	}
	f, err := playback.OpenFile(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	diags, err := playback.CheckFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity != playback.SeverityInfo {
			t.Errorf("line %d: %s: %s", d.Line, d.Code, d.Message)
		}
	}
	return f
}

// TestMergeAgainstTruth compares the times that merging infers with those of a trace that was recorded in the same
// run, in s after the first document was requested. The runs and the flows are not step by step the same: a flow has
// no more than the steps that are listed.
func TestMergeAgainstTruth(t *testing.T) {
	for session, c := range map[string]struct {
		times map[string]float64 // step -> s
		after map[string]string  // step -> the request that it causes: "METHOD path"
	}{
		"s1": {
			map[string]float64{"s2": 0, "s4": 2.90, "s5": 3.25, "s6": 3.44, "s7": 3.50, "s9": 6.71, "s10": 6.95, "s11": 7.07, "s12": 7.12},
			map[string]string{"s7": "GET /api/orders?_page=2", "s12": "GET /api/orders/9999"},
		},
		"s2": {
			map[string]float64{"s2": 0, "s4": 4.88, "s5": 5.48, "s6": 6.02, "s8": 6.98, "s10": 8.15},
			map[string]string{"s8": "GET /api/posts/3", "s10": "GET /api/comments?_end=10&_order=ASC&_sort=id&_start=0"},
		},
	} {
		t.Run(session, func(t *testing.T) {
			f := merged(t, session)
			for step, want := range c.times {
				pos, ok := f.Find(step)
				if !ok {
					t.Errorf("%s is missing", step)
				} else if got := f.T(pos) / 1000; math.Abs(got-want) > 0.65 {
					t.Errorf("%s is at %.2f s, and was at %.2f s", step, got, want)
				}
			}
			for step, want := range c.after {
				if got := firstRequest(t, f, step); got != want {
					t.Errorf("after %s comes %q, want %q", step, got, want)
				}
			}
			inFlowOrder(t, f)
		})
	}
}

// firstRequest returns the first request that an action causes.
func firstRequest(t *testing.T, f *playback.File, id string) string {
	t.Helper()
	action, _ := f.Find(id)
	for pos := range f.Len() {
		if f.Kind(pos) != playback.Req || f.Cause(pos) != action {
			continue
		}
		e, err := f.Event(pos)
		if err != nil {
			t.Fatal(err)
		}
		return e.Method + " " + e.URL[len(f.Header().App):]
	}
	return ""
}

// inFlowOrder checks that the steps stand in the order of the flow, and that each is marked.
func inFlowOrder(t *testing.T, f *playback.File) {
	t.Helper()
	var steps []int
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil {
			t.Fatal(err)
		}
		if !e.Kind.Action() && e.Kind != playback.Expect {
			continue
		}
		n := 0
		for _, c := range e.ID[1:] {
			if c < '0' || c > '9' {
				break
			}
			n = n*10 + int(c-'0')
		}
		steps = append(steps, n)
		if !e.Inferred {
			t.Errorf("%s is not marked as inferred", e.ID)
		}
	}
	if !slices.IsSorted(steps) {
		t.Errorf("the steps stand in the order %v", steps)
	}
}
