package main

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"restep/cmd/restep/demo"
	"restep/player"
	"restep/player/chrome"
	"restep/player/playback"
)

// TestDemoIsARace is the reason for the player's schedule: the demo's error occurs when each answer comes where it
// stands in the file, and not when a player waits for all answers before the next action.
func TestDemoIsARace(t *testing.T) {
	stage := startBrowser(t)
	f := demoRecording(t)
	for _, c := range []struct {
		name   string
		stage  player.Stage
		mended bool
		want   playback.Verdict
	}{
		{"as recorded", stage, false, playback.Reproduced},
		{"mended", stage, true, playback.Gone},
		{"waiting for all answers", patientStage{stage, f}, false, playback.Gone},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := playDemo(t, f, c.stage, serveDemo(t, c.mended))
			if run.Verdict != c.want {
				t.Errorf("verdict %q, want %q\n%s", run.Verdict, c.want, resultText(run))
			}
			if run.Actions != 13 || run.Unanswered != 0 || run.Missing != 0 {
				t.Errorf("%d actions, %d unanswered and %d missing requests; want 13, 0, 0", run.Actions, run.Unanswered, run.Missing)
			}
		})
	}
}

// TestDemoFailsAsRecorded compares the error of the replay with the recorded one, down to the frames of its stack.
func TestDemoFailsAsRecorded(t *testing.T) {
	f := demoRecording(t)
	run := playDemo(t, f, startBrowser(t), serveDemo(t, false))
	i := slices.IndexFunc(run.Failures.Live, func(f playback.RunFailure) bool { return f.Kind == "error" })
	if i < 0 {
		t.Fatalf("no error occurred:\n%s", resultText(run))
	}
	live := run.Failures.Live[i]
	pos, _ := f.Find(live.ID)
	recorded, err := f.Event(pos)
	if err != nil {
		t.Fatal(err)
	}
	if live.Name != recorded.Name || live.Message != recorded.Message || len(live.Stack) < len(recorded.Stack) {
		t.Fatalf("got %+v\nrecorded %+v", live, recorded)
	}
	for i, want := range recorded.Stack {
		got := live.Stack[i]
		if got.Line != want.Line || got.Column != want.Column || got.Function != want.Function {
			t.Errorf("frame %d is %+v, recorded as %+v", i, got, want)
		}
	}
}

// TestDemoEndsInOneState replays three times. The state holds the app's URL, so it is one server for all.
func TestDemoEndsInOneState(t *testing.T) {
	stage, f, app := startBrowser(t), demoRecording(t), serveDemo(t, false)
	first := playDemo(t, f, stage, app)
	if first.State == "" {
		t.Fatal("the run has no state")
	}
	for range 2 {
		if run := playDemo(t, f, stage, app); run.State != first.State {
			t.Errorf("state %s, the first time %s", run.State, first.State)
		}
	}
}

func demoRecording(t *testing.T) *playback.File {
	t.Helper()
	text := demo.Recording()
	f, err := playback.Read("demo.playback", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func startBrowser(t *testing.T) *chrome.Browser {
	t.Helper()
	needBrowser(t)
	b, err := chrome.Start(t.Context(), chrome.Options{Headless: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// serveDemo runs the shop for the time of the test and returns its URL.
func serveDemo(t *testing.T, mended bool) string {
	t.Helper()
	app, err := serveBundle(t.Context(), mended)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.close)
	return app.url
}

func playDemo(t *testing.T, f *playback.File, stage player.Stage, app string) *playback.Run {
	t.Helper()
	r := &replay{file: f, stage: stage, until: -1, options: player.Options{App: app}}
	run, err := r.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func resultText(run *playback.Run) string {
	var b strings.Builder
	printResult(&b, &playResult{Run: run}, paint{})
	return b.String()
}

// patientStage is a player as one would write it first: it lets every request get its answer before it acts again.
type patientStage struct {
	player.Stage
	file *playback.File
}

func (s patientStage) Open(ctx context.Context, scene player.Scene) (player.Page, error) {
	p, err := s.Stage.Open(ctx, scene)
	return &patientPage{Page: p, file: s.file, given: map[int]bool{}}, err
}

type patientPage struct {
	player.Page
	file  *playback.File
	given map[int]bool // answers that the page has, by position
	early []player.Seen
}

// Act first hands over all answers to the requests before the action, and waits until they have arrived.
func (p *patientPage) Act(ctx context.Context, e *playback.Event) (player.Found, error) {
	at, _ := p.file.Find(e.ID)
	w := player.Window{To: e.T, Limit: p.file.Len(), Drain: true}
	for pos := at + 1; pos < p.file.Len(); pos++ {
		if p.file.Kind(pos) != playback.Res || p.file.Of(pos) >= at || p.given[pos] {
			continue
		}
		a, err := p.answer(pos)
		if err != nil {
			return player.Found{}, err
		}
		a.T = e.T
		w.Answers = append(w.Answers, a)
		p.given[pos] = true
	}
	if len(w.Answers) > 0 {
		r, err := p.Page.Advance(ctx, w)
		if err != nil {
			return player.Found{}, err
		}
		p.early = append(p.early, r.Seen...)
	}
	return p.Page.Act(ctx, e)
}

func (p *patientPage) Advance(ctx context.Context, w player.Window) (player.Report, error) {
	w.Answers = slices.DeleteFunc(slices.Clone(w.Answers), func(a player.Answer) bool { return p.given[a.Pos] })
	for _, a := range w.Answers {
		p.given[a.Pos] = true
	}
	r, err := p.Page.Advance(ctx, w)
	r.Seen = append(p.early, r.Seen...)
	p.early = nil
	return r, err
}

func (p *patientPage) answer(pos int) (player.Answer, error) {
	e, err := p.file.Event(pos)
	if err != nil {
		return player.Answer{}, err
	}
	body, err := p.file.Content(e.Body)
	return player.Answer{
		Pos: pos, Of: p.file.Of(pos), Kind: e.Kind, Status: e.Status, Headers: e.Headers, Body: body,
	}, err
}
