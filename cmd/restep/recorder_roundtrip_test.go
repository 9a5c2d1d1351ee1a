package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/chrome"
	"restep/player/playback"
	"restep/sources"
	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

// torture is the folder of a page with everything that recorders fail on.
const torture = "../../sources/recorder/testdata/torture"

// pageReport is the expression by which the page tells what became of it.
const pageReport = "window.report()"

// TestRecordedActionsReplay records a session for each thing that a person does, and plays the file: the page must tell
// the same afterwards. The lines are compared too, so that nothing is recorded twice.
func TestRecordedActionsReplay(t *testing.T) {
	app := httptest.NewServer(http.FileServer(http.Dir(torture)))
	t.Cleanup(app.Close)
	stage := startBrowser(t)
	for _, item := range roundTrips() {
		t.Run(item.name, func(t *testing.T) {
			report := cmp.Or(item.report, pageReport)
			want := ""
			f := recorded(t, app.URL+"/", !item.open, func(p *person) {
				item.do(p)
				want = p.Text(report)
			})
			actions := recordertest.Brief(eventsOf(t, f)[1:]) // the first opens the page
			if item.want != "" && actions != unindent(item.want) {
				t.Errorf("recorded\n%s\nwant\n%s", actions, unindent(item.want))
			}
			got, told := replayed(t, stage, f, app.URL, report)
			if got != want {
				t.Errorf("the replay ended in\n%s\nand the recording in\n%s\n%s\nrecorded:\n%s", got, want, told, actions)
			}
		})
	}
}

func unindent(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\t", "") }

// recorded records a session that begins at the URL and ends when do returns; do is the user, through the debugging
// port of the browser that is recorded.
func recorded(t *testing.T, url string, mask bool, do func(*person)) *playback.File {
	t.Helper()
	return recordedAs(t, filepath.Join(t.TempDir(), "recorded.playback"), url, mask, do)
}

// recordedAs is recorded, into a file of that name.
func recordedAs(t *testing.T, name, url string, mask bool, do func(*person)) *playback.File {
	t.Helper()
	needBrowser(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	opened, ended := make(chan struct{}), make(chan error, 1)
	var sum *recorder.Summary
	o := recorder.Options{
		URL: url, Output: name, Headless: true, Port: recordertest.FreePort(t), Rules: recorder.Rules{CSS: []string{".ruled"}},
		Opened: func() { close(opened) },
		Flags:  []string{fmt.Sprintf("--window-size=%d,%d", recordertest.Width, recordertest.Height)},
	}
	if mask {
		o.Masker = sources.NewMasker([]byte("a key of this test"))
	}
	go func() {
		var err error
		sum, err = recorder.Record(ctx, o)
		ended <- err
	}()
	select {
	case <-opened:
		do(recordertest.Join(t, o.Port, url))
		stop()
	case err := <-ended:
		t.Fatalf("the recording ended before it began: %v", err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for _, p := range sum.Problems {
		t.Errorf("problem: %s", p)
	}
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if os.Getenv("RESTEP_KEEP") != "" {
		raw, _ := os.ReadFile(name)
		t.Logf("%s", raw)
	}
	return f
}

// playedToEnd plays a file to its end by moves of one kind; the caller closes the player.
func playedToEnd(t *testing.T, stage *chrome.Browser, f *playback.File, app string, kind player.MoveKind) *player.Player {
	t.Helper()
	p, err := player.New(f, stage, player.Options{App: app})
	if err != nil {
		t.Fatal(err)
	}
	stop, err := p.Start(t.Context())
	for err == nil && stop.Reason != player.End {
		stop, err = p.Do(t.Context(), player.Move{Kind: kind})
	}
	if err != nil {
		p.Close()
		t.Fatal(err)
	}
	return p
}

// replayed plays a file and returns what the expression gives at the end, and how the replay departed.
func replayed(t *testing.T, stage *chrome.Browser, f *playback.File, app, expr string) (got, told string) {
	t.Helper()
	p := playedToEnd(t, stage, f, app, player.Next)
	defer p.Close()
	v, err := p.Page().Eval(t.Context(), player.Eval{Expr: "String(" + expr + ")"})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(v.JSON, &got); err != nil {
		t.Fatalf("%s: %s", expr, v.Text)
	}
	for _, d := range p.Divergences() {
		told += fmt.Sprintf("%s: %s\n", d.Kind, d.Text)
		t.Errorf("%s: %s", d.Kind, d.Text)
	}
	if os.Getenv("RESTEP_EXACT") != "" {
		sameInEveryRun(t, stage, f, app, 3)
	}
	return got, told
}

// eventsOf reads the events of a file.
func eventsOf(t *testing.T, f *playback.File) []*playback.Event {
	t.Helper()
	list := make([]*playback.Event, f.Len())
	for i := range list {
		e, err := f.Event(i)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = e
	}
	return list
}
