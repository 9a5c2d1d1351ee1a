package chrome

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// answer gives the user's answer to the dialog that is open.
func (a *actor) answer(ctx context.Context, e *playback.Event) error {
	if !a.dialogOpen() {
		return notFound("no dialog is open")
	}
	accept := e.Accept == nil || *e.Accept
	return a.handleDialog(ctx, accept, e.Text)
}

// unblock answers dialogs for which the recording has no line, as a user would who goes on: yes. The recording comes
// from a source that does not see dialogs, or the app has a new one; everything else would wait for ever. Afterwards
// the page waits for input, or it is a *[problem] that it opens one dialog after the other.
func (a *actor) unblock(ctx context.Context) error {
	for range mostDialogs {
		a.mu.Lock()
		open, d := a.dialog, a.shown
		a.mu.Unlock()
		if !open {
			return nil
		}
		if err := a.handleDialog(ctx, true, d.Default); err != nil {
			return err
		}
		a.unasked = append(a.unasked, d)
	}
	if !a.dialogOpen() {
		return nil
	}
	return &problem{player.Found{Problem: "dialog", Detail: endless}}
}

const endless = "the app opens dialogs without end"

// mostDialogs bounds how many dialogs in a row are answered without a line of the recording.
const mostDialogs = 50

func (a *actor) dialogOpen() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.dialog
}

func (a *actor) isPaused() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.paused
}

// handleDialog closes the dialog that is open and waits until the page is idle, its clock included, or has opened the
// next one.
func (a *actor) handleDialog(ctx context.Context, accept bool, text string) error {
	p := params{"accept": accept, "promptText": text}
	err := a.s.Call(ctx, "Page.handleJavaScriptDialog", p, nil)
	var refused *browser.Error
	if errors.As(err, &refused) { // it has closed by itself: its document has gone
		return nil
	}
	if err != nil {
		return err
	}
	a.s.Go("Runtime.evaluate", params{"expression": "globalThis.__restep?.noHalt?.()"}) // beforeunload is none of the page's
	if idle, err := a.idle(ctx); err != nil || !idle || a.rest == nil {
		return err
	}
	if err := a.rest(ctx); err != nil {
		return err
	}
	_, err = a.idle(ctx) // a timer that is due when the clock stops runs after it has
	return err
}

// idle waits until the page's main thread is free; false: a dialog holds it.
func (a *actor) idle(ctx context.Context) (bool, error) {
	ctx, done := a.watch(ctx, false)
	defer done()
	err := a.s.Call(ctx, "Runtime.evaluate", params{"expression": "0"}, nil)
	var refused *browser.Error
	switch {
	case errors.Is(context.Cause(ctx), errStopped):
		return false, nil
	case errors.Is(err, browser.ErrGone), errors.As(err, &refused):
		return true, nil
	}
	return true, err
}

// useUp waits until the tab has used the stretch of virtual time that a dialog had interrupted, or another dialog opens.
func (t *tab) useUp(ctx context.Context) error {
	if !t.interrupted || t.open() != nil {
		return nil
	}
	return t.await(ctx, 0)
}

// tellUnasked lists the dialogs that were answered without a line of the recording, before an action.
func (p *page) tellUnasked(t *tab) {
	list := t.actor.unasked
	t.actor.unasked = nil
	if len(list) == 0 {
		return
	}
	what, it := list[0].title(), "it was"
	if n := len(list) - 1; n > 0 {
		what, it = fmt.Sprintf("%s and %d more", what, n), "they were"
	}
	p.diverge(playback.DialogUnrecorded, list[0].title(), fmt.Sprintf(
		"the app opened the dialog %s, for which the recording has no line; %s accepted before this action", what, it))
}

// tellOpen lists the dialogs that are still open, when nothing is left that could answer them.
func (p *page) tellOpen() {
	p.mu.Lock()
	tabs := append([]*tab(nil), p.tabs...)
	p.mu.Unlock()
	for _, t := range tabs {
		if d := t.open(); d != nil {
			p.diverge(playback.DialogUnrecorded, d.title(), "the dialog "+d.title()+" is open at the end of the recording; the app waits for its answer")
		}
	}
}

// title is a dialog as people name it: confirm "Are you sure?".
func (d *dialog) title() string {
	const most = 80
	text := []rune(strings.TrimSpace(d.Message))
	if len(text) > most {
		text = append(text[:most-1], '…')
	}
	return fmt.Sprintf("%s %q", d.Type, string(text))
}

// inputs is a [caller] that notes whether anything was sent that the page takes for an action of the user. Moves of
// the pointer come before most of them and do not count.
type inputs struct {
	caller
	sent bool
}

func (s *inputs) Call(ctx context.Context, method string, params, result any) error {
	s.note(method, params)
	return s.caller.Call(ctx, method, params, result)
}

func (s *inputs) Go(method string, params any) {
	s.note(method, params)
	s.caller.Go(method, params)
}

func (s *inputs) note(method string, params any) {
	switch p := params.(type) {
	case mouse:
		s.sent = s.sent || p.Type != "mouseMoved"
	case keyEvent:
		s.sent = s.sent || p.Type != "keyUp"
	default:
		s.sent = s.sent || method == dispatchDrag || method == "Input.insertText" || method == "Input.imeSetComposition" || method == "DOM.setFileInputFiles"
	}
}
