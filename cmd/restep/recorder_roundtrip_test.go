package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/chrome"
	"restep/player/playback"
	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

// torture is the folder of a page with everything that recorders fail on.
const torture = "../../sources/recorder/testdata/torture"

// pageReport is the expression by which the page tells what became of it.
const pageReport = "window.report()"

// TestRecordedActionsReplay does each thing as a person does it, and plays what was recorded of it: the page must tell
// the same afterwards. The entries are compared too, so that nothing is recorded twice.
func TestRecordedActionsReplay(t *testing.T) {
	app := httptest.NewServer(http.FileServer(http.Dir(torture)))
	t.Cleanup(app.Close)
	host := strings.TrimPrefix(app.URL, "http://")
	p := recordertest.Start(t, host, recorder.PageScript(recorder.PageConfig{
		Binding: recordertest.Binding, Private: []string{".ruled"}, Mark: true,
	}))
	stage := startBrowser(t)
	for _, item := range roundTrips() {
		t.Run(item.name, func(t *testing.T) {
			p := p.In(t)
			start := p.Fresh(app.URL + "/index.html")
			item.do(p)
			want := p.Text(cmp.Or(item.report, pageReport))
			frames := map[string]string{}
			for _, css := range []string{"#inner", "#made", "#srcdoc"} {
				if id := p.FrameID(css); id != "" {
					frames[id] = css
				}
			}
			entries := p.Leave()
			if got := recordertest.Actions(entries); item.want != "" && got != unindent(item.want) {
				t.Errorf("recorded\n%s\nwant\n%s", got, unindent(item.want))
			}
			f := asPlayback(t, app.URL, start, entries, frames)
			got, told := replayed(t, stage, f, app.URL, cmp.Or(item.report, pageReport))
			if got != want {
				t.Errorf("the replay ended in\n%s\nand the recording in\n%s\n%s\nrecorded:\n%s", got, want, told, recordertest.Actions(entries))
			}
		})
	}
}

func unindent(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\t", "") }

// asPlayback writes entries as a file and reads it.
func asPlayback(t *testing.T, app string, start time.Time, entries []recordertest.Entry, frames map[string]string) *playback.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "recorded.playback")
	w, err := playback.Create(name, &playback.Header{
		ID: "recorded", App: app, Start: start, Seed: 7,
		Viewport: playback.Viewport{Width: recordertest.Width, Height: recordertest.Height, Scale: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	write := func(e *playback.Event) {
		if err := w.WriteEvent(e); err != nil {
			t.Fatal(err)
		}
	}
	write(&playback.Event{Kind: playback.Open, ID: "open", URL: app + "/index.html"})
	for i, entry := range entries {
		e := entry.Event
		if e.Kind == "note" { // notes are not played
			continue
		}
		e.ID = fmt.Sprintf("e%d", i)
		e.T = max(0, e.T-float64(start.UnixMicro())/1000)
		if css := frames[e.Tab]; e.Tab != "" {
			if css == "" {
				continue // of the empty document before the frame's own
			}
			e.Frame = []playback.FrameStep{{CSS: css}}
		}
		e.Tab = ""
		write(&e)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
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

// replayed plays a file and returns what the expression gives at the end, and how the replay departed.
func replayed(t *testing.T, stage *chrome.Browser, f *playback.File, app, expr string) (got, told string) {
	t.Helper()
	p, err := player.New(f, stage, player.Options{App: app})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	stop, err := p.Start(t.Context())
	for err == nil && stop.Reason != player.End {
		stop, err = p.Do(t.Context(), player.Move{Kind: player.Next})
	}
	if err != nil {
		t.Fatal(err)
	}
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
	return got, told
}
