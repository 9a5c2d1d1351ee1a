package recorder

import (
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
	var d dialog
	if e.Decode(&d) != nil {
		return
	}
	t.dialogShown = true
	if t.s.o.Headless && t.s.o.Port == 0 {
		t.main.cdp.Go("Page.handleJavaScriptDialog", params{"accept": true})
	}
}

// onAnswer writes the answer to a dialog.
func (t *tab) onAnswer(e browser.Event) {
	var a struct {
		Accept bool   `json:"result"`
		Text   string `json:"userInput"`
	}
	t.dialogShown = false
	if e.Decode(&a) != nil {
		return
	}
	t.s.add(t, t.s.now(), &playback.Event{Kind: playback.Dialog, Accept: &a.Accept, Text: a.Text})
}
