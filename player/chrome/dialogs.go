package chrome

import (
	"context"
	"errors"

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

// unblock answers a dialog for which the recording has no line, as a user would who goes on: yes. The recording comes
// from a source that does not see dialogs, or the app has a new one; everything else would wait for ever.
func (a *actor) unblock(ctx context.Context) error {
	if !a.dialogOpen() {
		return nil
	}
	a.mu.Lock()
	text := a.prompt
	a.mu.Unlock()
	return a.handleDialog(ctx, true, text)
}

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

func (a *actor) handleDialog(ctx context.Context, accept bool, text string) error {
	p := params{"accept": accept, "promptText": text}
	err := a.s.Call(ctx, "Page.handleJavaScriptDialog", p, nil)
	var refused *browser.Error
	if errors.As(err, &refused) { // it has closed by itself: its document has gone
		return nil
	}
	return err
}
