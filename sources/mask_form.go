package sources

import "restep/player/playback"

// form is what people have entered: a short password means the same in the request that sends what was typed with it,
// under whatever name the app sends it, and may mean anything else later.
type form struct {
	secrets map[string]string // what was entered and is secret -> stand-in
	typed   map[string]bool   // what was entered and nothing tells to be secret; only while a recording is looked through
	sent    bool              // a request has sent one of secrets
}

func newForm() form { return form{secrets: map[string]string{}, typed: map[string]bool{}} }

// enter notes what was entered, with its stand-in.
func (f *form) enter(s, standIn string, learning bool) {
	switch {
	case len(s) < 4 || len(s) > maxLearned || len(f.secrets)+len(f.typed) >= maxKnown:
	case s != standIn:
		f.secrets[s] = standIn
	case learning:
		f.typed[s] = true
	}
}

// pass forgets what was sent, before a line by which something else begins: a page, or other text. A form that is sent
// again as it is, since it was refused, is still the same.
func (f *form) pass(e *playback.Event) {
	if !f.sent {
		return
	}
	switch e.Kind {
	case playback.Type, playback.Input, playback.PageCommit, playback.Route, playback.Open, playback.Back, playback.Forward, playback.Reload:
		*f = newForm()
	}
}
