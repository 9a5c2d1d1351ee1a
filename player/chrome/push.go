package chrome

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/browser"
)

// mostPushed is the size, in bytes of content, after which the answers of a window go into another message.
const mostPushed = 256 << 10

// push hands a window to what runs in the tabs. The document that the user sees gets every answer, because it matches
// requests by its table; a frame or service worker only those whose requests it has asked about. Documents hand them on to
// their workers (js/workers.js). A document that has no page script yet asks by itself.
func (p *page) push(ctx context.Context, w player.Window, h haltBy) error {
	shown := p.shown()
	if shown != nil && shown.open() != nil {
		p.withheld = true
	} else if shown != nil {
		answers := w.Answers
		if p.withheld {
			answers = p.unreleased()
			p.withheld = false
		}
		var spans []span
		if shown.nav != nil {
			answers = p.greet(shown)
		} else {
			var err error
			if spans, err = shown.parcel(ctx, answers); err != nil {
				return err
			}
		}
		if err := pushTo(shown.session, 0, w, h, answers, spans, false); err != nil {
			return err
		}
	}
	asked := p.asked(w)
	if len(asked) == 0 {
		return nil
	}
	p.mu.Lock()
	tabs := append([]*tab(nil), p.tabs...)
	p.mu.Unlock()
	for _, t := range tabs {
		frames, workers := t.realms()
		for _, context := range frames {
			if err := pushTo(t.session, context, w, haltBy{}, asked, nil, true); err != nil {
				return err
			}
		}
		for _, s := range workers {
			if err := pushTo(s, 0, w, haltBy{}, asked, nil, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// unreleased are the answers that were given and not released, those of the window included. A document that has some of
// them takes no notice.
func (p *page) unreleased() []player.Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]player.Answer(nil), p.answers...)
}

// asked are the answers of the window whose requests were matched by a question.
func (p *page) asked(w player.Window) []player.Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []player.Answer
	for _, a := range w.Answers {
		if p.taken[a.Of] == byQuestion {
			out = append(out, a)
		}
	}
	return out
}

// realms are the main worlds of the tab's documents, and its service workers that still run.
func (t *tab) realms() (frames []int, workers []*browser.Session) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range t.contexts {
		frames = append(frames, id)
	}
	live := t.workers[:0]
	for _, s := range t.workers {
		select {
		case <-s.Gone():
		default:
			live = append(live, s)
		}
	}
	t.workers = live
	return frames, append(workers, live...)
}

// pushTo calls R.window in a realm; context 0 is the main world of the main frame, or the worker. Asked says that the
// answers belong to requests that somebody has asked about.
func pushTo(s *browser.Session, context int, w player.Window, h haltBy, answers []player.Answer, spans []span, asked bool) error {
	head := params{"last": false, "asked": asked, "to": w.To, "limit": w.Limit, "halt": h, "drain": w.Drain}
	var part []pageAnswer
	size := 0
	send := func() error {
		head["answers"] = part
		raw, err := json.Marshal(head, json.Deterministic(true))
		if err != nil {
			return fmt.Errorf("answers: %w", err)
		}
		call := params{"expression": "globalThis.__restep?.window?.(" + string(raw) + ")"}
		if context != 0 {
			call["contextId"] = context
		}
		s.Go("Runtime.evaluate", call)
		part, size = nil, 0
		return nil
	}
	for i := range answers {
		a := toPage(&answers[i])
		if spans != nil && a.Base64 != nil {
			a.Base64, a.Span = nil, &spans[i]
		}
		part = append(part, a)
		if size += a.size(); size > mostPushed {
			if err := send(); err != nil {
				return err
			}
		}
	}
	head["last"] = true
	return send()
}

// greet sends the table to the document that a navigation of the user is about to bring, and returns the answers that it
// may need: the browser holds commands back until the document is committed and carries them out before its first
// line, so that it need not ask. Where they reach the old document instead, the new one asks by itself.
func (p *page) greet(t *tab) []player.Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.session.Go("Runtime.evaluate", params{"expression": "globalThis.__restep?.table?.(" + js(p.table()) + ")"})
	var out []player.Answer
	for _, a := range p.answers {
		if p.taken[a.Of] == "" {
			out = append(out, a)
		}
	}
	return out
}
