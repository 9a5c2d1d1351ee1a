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
	for range mostDialogs {
		a.mu.Lock()
		open, text := a.dialog, a.prompt
		a.mu.Unlock()
		if !open {
			return nil
		}
		if err := a.handleDialog(ctx, true, text); err != nil {
			return err
		}
	}
	return errStorm
}

// mostDialogs bounds how many dialogs in a row are answered without a line of the recording.
const mostDialogs = 100

// errStorm means that the app opens one dialog after the other.
var errStorm = errors.New("the app opens dialogs without end")

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
