package chrome

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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

// drain takes the journal of a document out of it. Where a dialog opens meanwhile, it comes with the next one.
func (t *tab) drain(ctx context.Context) (*drained, error) {
	var all drained
	for _, late := range [...]bool{true, false} {
		q := t.draining
		if q == nil {
			if late {
				continue
			}
			q = t.ask("globalThis.__restep?.drain?.() ?? '{}'")
		}
		t.draining = nil
		text, ok, err := t.answer(ctx, q)
		if err != nil {
			return nil, err
		}
		if !ok {
			t.draining = q
			break
		}
		if text == "" {
			continue
		}
		var d drained
		if err := json.Unmarshal([]byte(text), &d, jsontext.AllowInvalidUTF8(true)); err != nil { // lone surrogates
			return nil, fmt.Errorf("the page's journal: %w", err)
		}
		all.Seen, all.Frames = append(all.Seen, d.Seen...), d.Frames
	}
	return &all, nil
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
			Pours  bool  `json:"pours"` // pieces of an answer are still to come
		}
		if err := json.Unmarshal([]byte(text), &open); err != nil || !open.Pours && !p.awaited(open.Served) {
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
