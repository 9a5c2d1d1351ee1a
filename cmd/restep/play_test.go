package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"restep/cmd/restep/demo"
	"restep/player/browser"
	"restep/player/playback"
)

// TestPlay runs the command against both shops: what it prints, and the exit status that scripts rely on.
func TestPlay(t *testing.T) {
	needBrowser(t)
	file := demoFile(t)
	bugged, mended := serveDemo(t, false), serveDemo(t, true)
	for _, c := range []struct {
		name   string
		args   []string
		status int
		out    string
		errOut string
	}{
		{"a bug is bad news", []string{"--app", bugged}, exitFailed, "reproduced  VIP cannot pay", ""},
		{"unless it was expected", []string{"--app", bugged, "--expect", "reproduced"}, exitOK, "line 49: TypeError", ""},
		{"a mended app is good news", []string{"--app", mended}, exitOK, "gone  VIP cannot pay", ""},
		{"unless the bug was expected", []string{"--app", mended, "--expect", "reproduced"}, exitFailed, "gone", "restep: error: the verdict reproduced was expected, and it is gone\n"},
		{"bisect, bad", []string{"--app", bugged, "--bisect"}, exitFailed, "reproduced", ""},
		{"bisect, good", []string{"--app", mended, "--bisect"}, exitOK, "gone", ""},
		{"up to an event", []string{"--app", bugged, "--until", "e35"}, exitOK, "matched up to e35", ""},
		{"a failure of one's own", []string{"--app", mended, "--until", "e31", "--fail-if", "document.title.startsWith('Checkout')"}, exitFailed, "fail-if", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out, errOut := command(t, append([]string{"play", file}, c.args...)...)
			if status != c.status || !strings.Contains(out, c.out) {
				t.Errorf("exit status %d, want %d; output, which should hold %q:\n%s%s", status, c.status, c.out, out, errOut)
			}
			if errOut != c.errOut {
				t.Errorf("progress is for terminals: %s", errOut)
			}
		})
	}
}

// TestPlayWarns plays a file in which something is wrong that no action needs.
func TestPlayWarns(t *testing.T) {
	needBrowser(t)
	file := filepath.Join(t.TempDir(), "s.playback")
	text := `{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":1,"ev":"log","id":"e2","cause":"nothing"}
`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	status, out, errOut := command(t, "play", file, "--app", serveDemo(t, false), "--json")
	var result struct {
		Warnings []string `json:"warnings"`
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := file + " has 1 error, and what it is about may play wrong; restep check lists it"
	if status != exitOK || errOut != "restep: warning: "+want+"\n" || len(result.Warnings) != 1 || result.Warnings[0] != want {
		t.Errorf("exit status %d, warnings %q, stderr %s", status, result.Warnings, errOut)
	}
}

// TestPlayJSON reads what --json prints, of three runs, with a picture.
func TestPlayJSON(t *testing.T) {
	needBrowser(t)
	dir := t.TempDir()
	file, picture := filepath.Join(dir, "demo.playback"), filepath.Join(dir, "end.png")
	if err := os.WriteFile(file, demo.Recording(), 0o644); err != nil {
		t.Fatal(err)
	}
	status, out, errOut := command(t, "play", file, "--app", serveDemo(t, false), "--json", "--runs", "3", "--screenshot", picture)
	if status != exitFailed || errOut != "" {
		t.Errorf("exit status %d, stderr %q", status, errOut)
	}
	var result struct {
		playback.Run
		Runs []runBrief `json:"runs"`
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if result.Verdict != playback.Reproduced || result.Actions != 13 || len(result.Failures.Live) != 2 || len(result.Runs) != 3 {
		t.Errorf("unexpected result:\n%s", out)
	}
	if c := result.Coverage; c.Until != "" || len(c.Unseen) > 0 {
		t.Errorf("the demo shows everything that was recorded, but: %+v", c)
	}
	for _, r := range result.Runs {
		if r.State == "" || r.State != result.State {
			t.Errorf("the runs ended in different states: %+v", result.Runs)
		}
	}
	_, shown, errOut := command(t, "show", file)
	if !strings.Contains(shown, "last run: reproduced · ") || !strings.Contains(shown, " · 13 actions · 2 failures · ") || errOut != "" {
		t.Errorf("restep show does not tell of the run: %s%.400s", errOut, shown)
	}
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, shown, _ = command(t, "show", file); !strings.Contains(shown, "the file was changed since") {
		t.Errorf("restep show of a changed file: %.400s", shown)
	}
	png, err := os.ReadFile(picture)
	if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("no PNG was written: %v", err)
	}
}

// TestBisectOfSeveralRuns has a failure that occurs now and then: it is there, whichever run shows it.
func TestBisectOfSeveralRuns(t *testing.T) {
	for _, c := range []struct {
		verdicts []playback.Verdict
		want     int
	}{
		{[]playback.Verdict{playback.Gone, playback.Gone}, exitOK},
		{[]playback.Verdict{playback.Gone, playback.Reproduced}, exitFailed},
		{[]playback.Verdict{playback.Reproduced, playback.Gone}, exitFailed},
		{[]playback.Verdict{playback.Gone, playback.Diverged}, bisectSkip},
		{[]playback.Verdict{playback.Diverged, playback.Diverged}, bisectSkip},
	} {
		r := &playResult{Run: &playback.Run{Verdict: c.verdicts[0]}}
		for _, v := range c.verdicts {
			r.Runs = append(r.Runs, runBrief{Verdict: v})
		}
		if got := (&playCmd{Bisect: true}).status(r); got != c.want {
			t.Errorf("%v: exit status %d, want %d", c.verdicts, got, c.want)
		}
	}
}

// command runs a command line in this process.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	ownState(t)
	var out, errOut bytes.Buffer
	e := &env{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &out, stderr: &errOut, getenv: os.Getenv}
	status = run(e, args)
	return status, out.String(), errOut.String()
}

// ownState keeps the runs of a test out of the developer's state folder.
func ownState(t *testing.T) {
	t.Helper()
	const env = "XDG_STATE_HOME"
	if !strings.HasPrefix(os.Getenv(env), os.TempDir()) {
		t.Setenv(env, t.TempDir())
	}
}

// demoFile is the recording of the demo as a file.
func demoFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "demo.playback")
	if err := os.WriteFile(file, demo.Recording(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func needBrowser(t *testing.T) {
	t.Helper()
	if _, err := browser.Find(os.Getenv); err != nil {
		t.Skipf("SKIP: no browser: %v", err)
	}
}

// TestPlayBrokenLine meets a line that the index can read and the player cannot: a broken file, not a broken browser.
func TestPlayBrokenLine(t *testing.T) {
	needBrowser(t)
	file := filepath.Join(t.TempDir(), "broken.playback")
	text := "{\"playback\":1,\"app\":\"https://shop.example\"}\n{\"t\":1e999,\"ev\":\"open\",\"id\":\"a\",\"url\":\"https://shop.example/\"}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := command(t, "play", file, "--app", serveDemo(t, false))
	if status != exitUsage || !strings.Contains(stderr, "restep check") || !strings.Contains(stderr, "broken.playback:2:") {
		t.Errorf("status %d, stderr:\n%s", status, stderr)
	}
}
