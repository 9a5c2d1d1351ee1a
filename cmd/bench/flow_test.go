package main

import (
	"bytes"
	"os"
	"testing"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
	"restep/sources"
	"restep/sources/recorderjson"
)

// TestFlow checks that the flow has the steps and documents that the table speaks of.
func TestFlow(t *testing.T) {
	f := deskFlow(70, 3)
	opens := 0
	for _, s := range f.steps {
		if s.Kind == "open" {
			opens++
		}
	}
	if len(f.steps) != 70 || opens != 3 {
		t.Errorf("the flow has %d steps with %d documents, want 70 with 3", len(f.steps), opens)
	}
}

// TestSameFlow imports the flow that the peer plays: it must have the actions of the one that we play.
func TestSameFlow(t *testing.T) {
	const app = "http://127.0.0.1:1"
	f := deskFlow(70, 3)
	raw := marshal(f.recorder(app))
	rec, err := sources.Import(t.Context(), recorderjson.Source{}, sources.Input{Name: "flow.json", R: bytes.NewReader(raw)}, sources.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	file, err := f.record(app, pace)
	if err != nil {
		t.Fatal(err)
	}
	var theirs, ours []string
	for i := range rec.Lines {
		if e := &rec.Lines[i].Event; e.Kind.Action() {
			theirs = append(theirs, named(e))
		}
	}
	for pos := range file.Len() {
		e, err := file.Event(pos)
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind.Action() {
			ours = append(ours, named(e))
		}
	}
	if len(ours) != len(theirs) {
		t.Fatalf("we play %d actions, the Recorder flow has %d", len(ours), len(theirs))
	}
	for i := range ours {
		if ours[i] != theirs[i] {
			t.Errorf("action %d is %q, in the Recorder flow %q", i, ours[i], theirs[i])
		}
	}
}

// named describes what both forms of an action say. A Recorder flow only has the value of typed text.
func named(e *playback.Event) string {
	kind := e.Kind
	if kind == playback.Input {
		kind = playback.Type
	}
	s := string(kind) + " " + e.URL + e.Key
	if e.Kind == playback.Click && e.On.Target != nil {
		s += e.On.Target.Name
	}
	if e.Value != nil {
		s += *e.Value
	}
	return s
}

// TestPlay plays all that is measured, small, in the real browser: a run that does not match is no measurement.
func TestPlay(t *testing.T) {
	b := realBench(t)
	f := deskFlow(14, 2)
	for _, move := range []player.MoveKind{player.Continue, player.Next} {
		if _, err := playFlow(t.Context(), b, &f, pace, move); err != nil {
			t.Errorf("flow, move %d: %v", move, err)
		}
	}
	for _, parallel := range []bool{false, true} {
		if _, err := playFetches(t.Context(), b, fetches{Count: 5, Size: 1 << 10, Parallel: parallel}); err != nil {
			t.Errorf("fetches, parallel %v: %v", parallel, err)
		}
	}
}

// TestPlayNotices checks that a run that ends elsewhere is refused.
func TestPlayNotices(t *testing.T) {
	b := realBench(t)
	f := deskFlow(6, 1)
	f.total++
	if _, err := playFlow(t.Context(), b, &f, pace, player.Continue); err == nil {
		t.Error("a run that does not show the end of the flow was taken as a measurement")
	}
}

func realBench(t *testing.T) *bench {
	t.Helper()
	path, err := browser.Find(os.Getenv)
	if err != nil {
		t.Skipf("SKIP: %v", err)
	}
	a, err := startApp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	return &bench{app: a, browser: path}
}
