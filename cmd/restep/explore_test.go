package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

// explored is what the tests read of the output.
type explored struct {
	Recorded struct{ Outcome string }
	Flip     *struct {
		Outcome string
		Moves   []struct{ Answer, Before string }
	}
	Orders    []struct{ Outcome, Text string }
	Runs      int
	ElapsedMs float64
}

// TestExploreDemo finds the harmless order of the demo's recording, and in a file that has that order the one that fails.
func TestExploreDemo(t *testing.T) {
	needBrowser(t)
	app := serveDemo(t, false)
	for _, c := range []struct {
		name, file        string
		status            int
		recorded, flipped string
		answer, before    string
		verdict           playback.Verdict
	}{
		{"as recorded", demoFile(t), exitOK, "fails", "fine", "e43", "e40", playback.Gone},
		{"harmless", harmlessDemo(t), exitFailed, "fine", "fails", "e40", "e43", playback.Reproduced},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "flipped.playback")
			status, stdout, stderr := command(t, "explore", "--race", c.file, "--app", app, "--runs", "12", "--json", "-o", out)
			var x explored
			if err := json.Unmarshal([]byte(stdout), &x, json.MatchCaseInsensitiveNames(true)); err != nil || status != c.status {
				t.Fatalf("status %d, %v, %s\n%s", status, err, stderr, stdout)
			}
			t.Logf("%d runs in %.1f s: %v", x.Runs, x.ElapsedMs/1000, x.Orders)
			if x.Recorded.Outcome != c.recorded || x.Flip == nil || x.Flip.Outcome != c.flipped || x.Runs > 12 {
				t.Fatalf("got %s", stdout)
			}
			if m := x.Flip.Moves; len(m) != 1 || m[0].Answer != c.answer || m[0].Before != c.before {
				t.Errorf("the smallest change is %+v, want %s before %s", m, c.answer, c.before)
			}
			f, err := playback.OpenFile(out)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if run := playDemo(t, f, startBrowser(t), app); run.Verdict != c.verdict {
				t.Errorf("the file that was written plays as %s, want %s", run.Verdict, c.verdict)
			}
			if status, found, _ := command(t, "check", out, "--level", "warning"); status != exitOK || found != "" {
				t.Errorf("restep check finds: %s", found)
			}
		})
	}
}

// harmlessDemo is the recording of the demo with the guest's price right ahead of the member's.
func harmlessDemo(t *testing.T) string {
	t.Helper()
	f := demoRecording(t)
	var lines []playback.Line
	for pos := range f.Len() {
		l, err := f.Placed(pos)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	late := slices.IndexFunc(lines, func(l playback.Line) bool { return f.ID(l.Pos) == "e43" })
	answer := lines[late]
	lines = slices.Delete(lines, late, late+1)
	early := slices.IndexFunc(lines, func(l playback.Line) bool { return f.ID(l.Pos) == "e40" })
	answer.T = lines[early].T - 30
	file := filepath.Join(t.TempDir(), "harmless.playback")
	w, err := playback.Create(file, f.Header())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.View(slices.Insert(lines, early, answer)).Write(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestExploreText tells people the change in the first line.
func TestExploreText(t *testing.T) {
	needBrowser(t)
	status, stdout, stderr := command(t, "explore", "--race", demoFile(t), "--app", serveDemo(t, false), "--runs", "2", "--jobs", "1")
	want := "POST /api/quote (e43) answered before POST /api/quote (e40): fine\nas recorded: fails: "
	if status != exitOK || !strings.HasPrefix(stdout, want) || !strings.Contains(stdout, "1 other order played in ") {
		t.Errorf("status %d, stderr %s, stdout:\n%s", status, stderr, stdout)
	}
	if status, _, stderr = command(t, "explore", "x.playback"); status != exitUsage || !strings.Contains(stderr, "say what to explore: --race") {
		t.Errorf("status %d, %s", status, stderr)
	}
	out := filepath.Join(t.TempDir(), "never.playback")
	status, stdout, _ = command(t, "explore", "--race", demoFile(t), "--app", serveDemo(t, true), "--runs", "2", "-o", out)
	if _, err := os.Stat(out); err == nil || status != exitFailed || !strings.HasPrefix(stdout, "No other order changes the outcome.\nas recorded: fine\n") {
		t.Errorf("status %d, stdout:\n%s", status, stdout)
	}
}
