package chrome

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/browser"
)

// drained is what R.drain returns.
type drained struct {
	Seen   []observation `json:"seen"`
	Frames bool          `json:"frames"`
}

// collect reads the journals of the tabs.
func (p *page) collect(ctx context.Context) error {
	p.mu.Lock()
	tabs := append([]*tab(nil), p.tabs...)
	p.mu.Unlock()
	for _, t := range tabs {
		if t.open() != nil {
			continue
		}
		d, err := t.drain(ctx)
		if err != nil {
			return err
		}
		t.frames = d.Frames
		t.animated = t.animated || d.Frames
		p.record(t, d.Seen)
	}
	return nil
}

func (t *tab) drain(ctx context.Context) (*drained, error) {
	var d drained
	text, err := t.evaluate(ctx, "globalThis.__restep?.drain?.() ?? '{}'")
	if err != nil || text == "" {
		return &d, err
	}
	if err := json.Unmarshal([]byte(text), &d, jsontext.AllowInvalidUTF8(true)); err != nil { // lone surrogates
		return nil, fmt.Errorf("the page's journal: %w", err)
	}
	return &d, nil
}

// evaluate runs an expression of our own in the main world and returns its string. A document that is just going
// gives "".
func (t *tab) evaluate(ctx context.Context, expr string) (string, error) {
	ctx, cancel := t.within(ctx)
	defer cancel()
	var r struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
	}
	err := t.session.Call(ctx, "Runtime.evaluate", params{"expression": expr, "returnByValue": true}, &r)
	var refused *browser.Error
	switch {
	case errors.Is(err, browser.ErrGone), errors.As(err, &refused):
		return "", nil
	case err != nil && overdue(ctx):
		return "", t.silent()
	case err != nil:
		return "", err
	}
	s, _ := r.Result.Value.(string)
	return s, nil
}

// drainAnswers runs on until every taken request whose answer is known has got it.
func (p *page) drainAnswers(ctx context.Context) error {
	for range 1000 {
		t := p.shown()
		if t == nil || t.open() != nil {
			return nil
		}
		text, err := t.evaluate(ctx, "JSON.stringify(globalThis.__restep?.pending?.() ?? {})")
		if err != nil || text == "" {
			return err
		}
		var open struct {
			Served []int `json:"served"`
		}
		if err := json.Unmarshal([]byte(text), &open); err != nil || !p.awaited(open.Served) {
			return err
		}
		if err := p.runTo(ctx, p.now+50, true); err != nil {
			return err
		}
	}
	return nil
}

// awaited reports whether one of the open requests has an answer that was not released.
func (p *page) awaited(open []int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.answers {
		for _, of := range open {
			if a.Of == of {
				return true
			}
		}
	}
	return false
}
