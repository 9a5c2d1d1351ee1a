package recorder

import (
	"cmp"

	"restep/player/browser"
	"restep/player/playback"
)

// dialog is an open alert, confirm, prompt or beforeunload.
type dialog struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Browser bool   `json:"hasBrowserHandler"` // somebody can answer it in a window
}

// onDialog notes a dialog. Where nobody can answer it, it is accepted: the page would wait for ever.
func (t *tab) onDialog(e browser.Event) {
	t.tellAnswer()
	var d dialog
	if e.Decode(&d) != nil {
		return
	}
	// On a busy machine the event comes after what the app did behind the dialog; of beforeunload the page tells nothing.
	t.dialogShown, t.dialogAt, t.asks = true, cmp.Or(t.asks, t.s.arrival()), 0
	if t.s.o.Headless && t.s.o.Port == 0 {
		t.main.cdp.Go("Page.handleJavaScriptDialog", params{"accept": true})
	}
}

// onAnswer takes the answer to a dialog. Its line is written when the page goes on, which tells when that was: the browser
// does not, and its event came up to 5 ms after the request that the app made at once (Chromium 156, two cores).
func (t *tab) onAnswer(e browser.Event) {
	var a struct {
		Accept bool   `json:"result"`
		Text   string `json:"userInput"`
	}
	t.dialogShown = false
	if e.Decode(&a) != nil {
		return
	}
	t.answer = &playback.Event{T: t.s.arrival(), Kind: playback.Dialog, Accept: &a.Accept, Text: a.Text}
	if t.wentOn > t.dialogAt {
		t.goesOn(t.wentOn)
	}
}

// goesOn notes that the page did something at a moment, in ms since the start. While a dialog is open it does nothing: what
// comes after the opening of an answered one is its consequence, and the first of it tells when the answer came.
func (t *tab) goesOn(at float64) {
	if at <= t.dialogAt {
		return
	}
	if t.wentOn <= t.dialogAt || at < t.wentOn {
		t.wentOn = at
	}
	if t.answer != nil {
		t.answer.T = min(t.answer.T, at)
	}
}

// tellAnswer writes the answer to a dialog, if there is one that was not written.
func (t *tab) tellAnswer() {
	if a := t.answer; a != nil {
		t.answer = nil
		t.s.add(t, a.T, a)
	}
}

// beforeLine writes the answer to a dialog before a line that may be its consequence, at a moment in ms since the start.
// Answers and messages come from elsewhere, also while a dialog is open.
func (t *tab) beforeLine(at float64, e *playback.Event) {
	if t == nil || t.answer == nil || e == t.answer || e.Kind.Delivered() || at <= t.dialogAt || e.Source != "" {
		return // a worker goes on meanwhile
	}
	if !e.Kind.Action() { // those may have begun before
		t.goesOn(at)
	}
	t.tellAnswer()
}
