package playertest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/playback"
)

// Act implements [player.Page].
func (p *Page) Act(ctx context.Context, e *playback.Event) (player.Found, error) {
	if err := p.ready(ctx); err != nil {
		return player.Found{}, err
	}
	p.handles = nil
	switch e.Kind {
	case playback.Open:
		p.history = append(p.history[:p.at+1], e.URL)
		p.at++
		p.load(e.URL)
		return player.Found{}, nil
	case playback.Reload, playback.Back, playback.Forward:
		p.at = min(max(p.at+map[playback.Kind]int{playback.Back: -1, playback.Forward: 1}[e.Kind], 0), len(p.history)-1)
		if p.at >= 0 {
			p.load(p.history[p.at])
		}
		return player.Found{}, nil
	}
	if p.world == nil {
		return player.Found{Problem: "not found", Detail: "no document is open"}, nil
	}
	name := Name(e)
	found := p.find(name)
	for limit := p.now + patience; found.Problem != "" && p.now < limit; found = p.find(name) {
		if !p.next(limit) {
			p.now = limit
		}
	}
	if found.Problem != "" {
		return found, nil
	}
	f := p.world.handlers[string(e.Kind)+" "+name]
	if f == nil {
		f = p.world.handlers[string(e.Kind)]
	}
	if f != nil {
		f(e)
	}
	if p.hung {
		return player.Found{}, player.ErrHangs
	}
	return player.Found{By: []string{"name"}, Candidates: 1, Score: 1}, nil
}

// patience is how long the clock runs for an element that is not there yet, in ms.
const patience = 500

// load begins the navigation to a document: it is there when the clock runs.
func (p *Page) load(url string) {
	if told := p.scene.Code.Loaded; told != nil {
		told(url, "document")
	}
	p.schedule(p.now, nil, func() {
		w := &World{
			page: p, url: url, Vars: map[string]any{}, handlers: map[string]func(*playback.Event){}, elements: map[string]*element{},
			table: p.scene.Router.Left(),
		}
		p.world = w
		p.note(playback.Event{Kind: playback.PageCommit, URL: url}, -1)
		if p.stage.App != nil {
			p.stage.App(w)
		}
	})
}

// find looks for an element; an action without one needs none.
func (p *Page) find(name string) player.Found {
	if name == "" {
		return player.Found{}
	}
	e := p.world.elements[name]
	switch {
	case e == nil:
		return player.Found{Problem: "not found", Detail: fmt.Sprintf("nothing is called %q", name)}
	case e.kept:
		return player.Found{Problem: "dialog", Detail: "dialogs without end"}
	case e.covered:
		return player.Found{Problem: "covered", Detail: fmt.Sprintf("something is over %q", name)}
	case e.count > 1:
		return player.Found{Problem: "ambiguous", Detail: fmt.Sprintf("%d elements are called %q", e.count, name), Candidates: e.count}
	}
	return player.Found{}
}

// Name is what elements of an event are called here: its test id, else its accessible name, else its CSS.
func Name(e *playback.Event) string {
	t := e.On.Target
	switch {
	case t == nil:
		return ""
	case t.TestID != "":
		return t.TestID
	case t.Name != "":
		return t.Name
	}
	return strings.Join(t.CSS, " ")
}

// Check implements [player.Checker].
func (p *Page) Check(ctx context.Context, e *playback.Event) (player.Check, error) {
	if err := p.ready(ctx); err != nil || p.world == nil {
		return player.Check{}, err
	}
	w := p.world
	if e.Kind == playback.Bug {
		el := w.elements[strings.Join(e.CSS, " ")]
		c := player.Check{Holds: e.URL == "" || e.URL == w.url}
		if len(e.CSS) > 0 {
			c.Holds = c.Holds && el != nil && (e.Text == "" || el.text == e.Text) && (e.Count == nil || el.count == *e.Count)
			if el != nil {
				c.Got = el.text
			}
		}
		return c, nil
	}
	var c player.Check
	differs := func(what, want, got string) {
		if want != "" && want != got {
			c.Differs = append(c.Differs, player.CheckDiff{What: what, Want: want, Got: got})
		}
	}
	differs("url", e.URL, w.url)
	differs("title", e.Title, w.title)
	if e.Count != nil && e.On.Target != nil {
		n := 0
		if el := w.elements[Name(e)]; el != nil {
			n = el.count
		}
		differs("count", fmt.Sprint(*e.Count), fmt.Sprint(n))
	}
	return c, nil
}

// Hash implements [player.Page].
func (p *Page) Hash(ctx context.Context) (string, error) {
	if err := p.ready(ctx); err != nil {
		return "", err
	}
	state := map[string]any{"now": p.now, "history": p.history, "storage": p.storage, "waiting": len(p.answers)}
	if w := p.world; w != nil {
		elements := map[string]string{}
		for name, e := range w.elements {
			elements[name] = fmt.Sprintf("%q %v %d", e.text, e.covered, e.count)
		}
		state["vars"], state["elements"], state["title"], state["timers"] = w.Vars, elements, w.title, len(p.tasks)
	}
	b, err := json.Marshal(state, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("state: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
