package main

import (
	"bytes"
	"fmt"
	"time"

	"restep/player/playback"
)

// pace is the time between two steps of a recording, and delay that until an answer came, in ms of the recording.
const (
	pace  = 250
	delay = 12
)

// recording writes a playback, event by event.
type recording struct {
	w  *playback.Writer
	t  float64
	n  int
	to bytes.Buffer
}

func newRecording(app string) *recording {
	r := &recording{}
	r.w = playback.NewWriter(&r.to, &playback.Header{
		App: app, Start: time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC), Seed: 1,
		Viewport: playback.Viewport{Width: 1200, Height: 800},
	})
	return r
}

// add writes an event and returns its id. Errors stay in the writer until finish.
func (r *recording) add(e playback.Event) string {
	r.n++
	e.ID, e.T = fmt.Sprintf("e%d", r.n), r.t
	r.w.WriteEvent(&e) //nolint:errcheck // finish returns it
	return e.ID
}

// finish returns the playback, in memory.
func (r *recording) finish(name string) (*playback.File, error) {
	if err := r.w.Close(); err != nil {
		return nil, fmt.Errorf("make the recording %s: %w", name, err)
	}
	return playback.Read(name, bytes.NewReader(r.to.Bytes()), int64(r.to.Len()))
}

func element(test, name string) playback.On {
	t := &playback.Target{
		TestID: test, Role: "button", Name: name, CSS: playback.CSS{"[data-testid='" + test + "']"},
		XPath: `//*[@data-testid="` + test + `"]`, Matches: playback.Matches{All: 1}, XY: &[2]float64{8, 8},
	}
	if name == "Search" {
		t.Role = "textbox"
	}
	return playback.On{Target: t}
}

// record makes the playback of a flow: what a recorder would have written, its pace in ms between two steps.
func (f *flow) record(app string, pace float64) (*playback.File, error) {
	r := newRecording(app)
	for i := range f.steps {
		s := &f.steps[i]
		r.t = float64(i) * pace
		var id string
		switch s.Kind {
		case "open":
			id = r.add(playback.Event{Kind: playback.Open, URL: app + s.Path})
		case "click":
			id = r.add(playback.Event{Kind: playback.Click, On: element(s.Test, s.Name)})
		case "type":
			text := s.Text
			id = r.add(playback.Event{Kind: playback.Type, On: element(s.Test, s.Name), Text: text, Value: &text})
		case "key":
			id = r.add(playback.Event{Kind: playback.Key, On: element("search", "Search"), Key: s.Key, Code: s.Key})
		}
		if x := s.request; x != nil {
			r.t += 3
			req := r.request(app, id, x)
			r.t += delay
			r.answer(req, "application/json", x.answer)
		}
	}
	return r.finish("desk.playback")
}

func (r *recording) request(app, cause string, x *exchange) string {
	e := playback.Event{Kind: playback.Req, Cause: cause, Method: x.method, URL: app + x.path, Resource: "fetch",
		Headers: playback.Headers{"content-type": {"application/json"}}}
	if x.body != "" {
		e.Body = playback.NewBody([]byte(x.body), "application/json", r.w)
	}
	return r.add(e)
}

func (r *recording) answer(req, media, text string) {
	r.add(playback.Event{Kind: playback.Res, Of: req, Status: 200, Headers: playback.Headers{"content-type": {media}},
		Body: playback.NewBody([]byte(text), media, r.w)})
}

// fetches says what the page of fetches is asked to do.
type fetches struct {
	Count    int  `json:"count"`
	Size     int  `json:"size"` // bytes of an answer
	Parallel bool `json:"parallel"`
}

func (f fetches) path() string {
	mode := "seq"
	if f.Parallel {
		mode = "par"
	}
	return fmt.Sprintf("/fetches?n=%d&size=%d&mode=%s", f.Count, f.Size, mode)
}

// end is an expression that holds when all answers have come.
func (f fetches) end() string {
	return fmt.Sprintf("document.querySelector('#done').value === '%d bytes'", f.Count*f.Size)
}

// record makes the playback of the fetches: the page, two clicks that cause nothing, the one that makes the requests,
// and one more that causes nothing, so that the step before it is not the last.
func (f fetches) record(app string) (*playback.File, error) {
	r := newRecording(app)
	r.add(playback.Event{Kind: playback.Open, URL: app + f.path()})
	click := func(test, name string) string {
		r.t += pace
		return r.add(playback.Event{Kind: playback.Click, On: element(test, name)})
	}
	click("idle", "Idle")
	click("idle", "Idle")
	f.recordRun(r, app, click("run", "Run"))
	click("idle", "Idle")
	return r.finish("fetches.playback")
}

// recordRun writes the requests that a click causes, and their answers.
func (f fetches) recordRun(r *recording, app, click string) {
	ask := func(i int) string {
		return r.request(app, click, &exchange{method: "GET", path: fmt.Sprintf("/data/%d/%d", f.Size, i)})
	}
	r.t++
	if f.Parallel {
		reqs := make([]string, f.Count)
		for i := range reqs {
			reqs[i] = ask(i)
		}
		for i, req := range reqs {
			r.t += 0.5
			r.answer(req, "text/plain", content(f.Size, i))
		}
	} else {
		for i := range f.Count {
			req := ask(i)
			r.t += 3
			r.answer(req, "text/plain", content(f.Size, i))
		}
	}
}
