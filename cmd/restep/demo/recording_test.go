package demo

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"restep/player/browser"
	"restep/player/playback"
	"restep/sources"
	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

var update = flag.Bool("update", false, "record demo.playback again")

const (
	origin = "https://shop.example"
	// commit is what the session was recorded with: the shop's own history, not this repository's.
	commit = "9f3c1e7a52d04b86c1f0a7d93be5582417ac06fd"
)

// TestRecording records the visit again, which takes as long as it took the customer, and compares what it is made of
// with demo.playback; -update puts it in its place.
func TestRecording(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: takes as long as the visit")
	}
	if _, err := browser.Find(os.Getenv); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	name := filepath.Join(t.TempDir(), "demo.playback")
	complete(t, name, record(t, name))
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("demo.playback", raw, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := os.WriteFile(name, Recording(), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := outline(t, name)
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if again := outline(t, name); again != kept {
		t.Errorf("demo.playback is not what is recorded now; run make demo-recording\nkept\n%s\nagain\n%s", kept, again)
	}
}

// record has the visit recorded under the shop's own name, and returns what the shop's systems wrote into their log.
func record(t *testing.T, name string) *shopAPI {
	t.Helper()
	t.Setenv("TZ", "Europe/Zurich") // of the browser
	api := &shopAPI{}
	shop := httptest.NewTLSServer(site(t, api))
	defer shop.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	opened, ended := make(chan struct{}), make(chan error, 1)
	o := recorder.Options{
		URL: origin + "/", Output: name, Title: "VIP cannot pay", Headless: true, Port: recordertest.FreePort(t), Mark: true,
		Masker: sources.NewMasker([]byte("nothing in this visit is secret")), Opened: func() { close(opened) },
		Flags: []string{
			"--window-size=1200,887", "--lang=en-CH", "--ignore-certificate-errors",
			"--host-resolver-rules=MAP shop.example:443 " + shop.Listener.Addr().String(),
		},
	}
	go func() {
		sum, err := recorder.Record(ctx, o)
		if err == nil && len(sum.Problems) > 0 {
			err = fmt.Errorf("problems: %q", sum.Problems)
		}
		ended <- err
	}()
	select {
	case <-opened:
		visit(recordertest.Join(t, o.Port, origin))
		stop()
	case err := <-ended:
		t.Fatalf("the recording ended before it began: %v", err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	return api
}

// site is the shop in production: its pages say which commit they are of, and its API answers.
func site(t *testing.T, api http.Handler) http.Handler {
	t.Helper()
	b, err := Build(Source(), false)
	if err != nil {
		t.Fatal(err)
	}
	index := b.files["/"]
	index.content = strings.Replace(index.content, "<head>", `<head><meta name="commit" content="`+commit+`">`, 1)
	b.files["/"] = index
	pages := Handler(func() (*Bundle, error) { return b, nil })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			api.ServeHTTP(w, r)
			return
		}
		r.Host = "localhost" // the handler answers to no other
		pages.ServeHTTP(w, r)
	})
}

// complete adds to a recording what the price service wrote into its log, and what a colleague wrote about an answer.
func complete(t *testing.T, name string, api *shopAPI) {
	t.Helper()
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	header := *f.Header()
	header.Sources = append(header.Sources, "log")
	var events []*playback.Event
	guest := "" // the answer that comes too late
	for i := range f.Len() {
		e, err := f.Event(i)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
		if e.Body != nil && strings.Contains(string(e.Body.JSON), `"audience":"guest"`) {
			guest = e.ID
		}
	}
	for i, l := range api.logs {
		l.event.ID, l.event.T = fmt.Sprintf("l%d", i+1), float64(l.at.Sub(header.Start).Microseconds())/1000
		events = append(events, &l.event)
	}
	slices.SortStableFunc(events, func(a, b *playback.Event) int { return cmp.Compare(a.T, b.T) })
	note := &playback.Note{
		ID: playback.ULID(header.Start), Rev: 1, State: playback.NoteOpen, On: guest, Author: "ana",
		Created: header.Start.Add(22 * time.Minute), Code: noteCode(t),
		Text: "This is the price of the guest, and it comes after the one of the member. Who wins?",
	}
	note.Thread = note.ID
	rewrite(t, name, &header, events, note)
}

func rewrite(t *testing.T, name string, h *playback.Header, events []*playback.Event, note *playback.Note) {
	t.Helper()
	w, err := playback.Create(name, h)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := w.WriteEvent(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteNote(note); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// outline is what a visit consists of, without what differs from one time to the next: the actions in their order, then
// everything else in the order of the alphabet.
func outline(t *testing.T, name string) string {
	t.Helper()
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var actions []*playback.Event
	var rest []string
	for i := range f.Len() {
		e, err := f.Event(i)
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case playback.Expect, playback.Res: // how many there are depends on how fast the machine is
		default:
			if e.Kind.Action() {
				actions = append(actions, e)
				continue
			}
			if strings.Contains(e.URL, "/api/suggest") {
				continue // one for each pause in the typing
			}
			rest = append(rest, strings.TrimSpace(fmt.Sprint(e.Kind, " ", e.Method, " ", e.URL, e.Text, e.Msg, e.Message, e.Level, e.Title)))
		}
	}
	slices.Sort(rest)
	h := f.Header()
	return fmt.Sprintf("%s of %s, %s %s %v\n%s\n%s\n", h.Title, h.Commit, h.Timezone, h.Locale, h.Viewport, recordertest.Brief(actions), strings.Join(rest, "\n"))
}

// noteCode anchors the note to the line that keeps whichever answer comes last.
func noteCode(t *testing.T) *playback.Code {
	t.Helper()
	source, err := os.ReadFile("app/src/quote.ts")
	if err != nil {
		t.Fatal(err)
	}
	const exact = "state.quote = quote;"
	before, after, ok := strings.Cut(string(source), exact)
	if !ok {
		t.Fatalf("src/quote.ts has no %q", exact)
	}
	line := strings.Count(before, "\n") + 1
	column := len(before) - strings.LastIndexByte(before, '\n')
	return &playback.Code{
		Commit: commit, Path: "src/quote.ts", Range: &playback.CodeRange{line, column, line, column + len(exact)},
		Exact: exact, Prefix: lastLine(before), Suffix: after[:strings.Index(after[1:], "\n")+1],
	}
}

func lastLine(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[len(lines)-2:], "\n")
}
