package sources

import (
	"net/url"

	"restep/player/playback"
)

// Late is the masking of what was masked line by line, once all lines have come: a value that a later line showed to be
// a secret stands in earlier ones as it is. It knows what the masker knew when it was made.
type Late struct {
	m    *Masker
	find Replacer // what may be a secret where it stands, as it is and as URLs have it
}

// Late returns the masking of earlier lines. What a person has entered into a form is forgotten: it means the same in the
// lines around only. Short secrets that mean something else where they stand again are not looked for.
func (m *Masker) Late() *Late {
	l := &Late{m: m}
	for _, list := range []map[string]string{m.anywhere, m.whole} {
		for s := range list {
			l.find.Add(s, s)
			if escaped := url.QueryEscape(s); escaped != s {
				l.find.Add(escaped, s)
			}
		}
	}
	m.form = newForm()
	return l
}

// Holds reports whether a secret may stand in a text. Of a text that comes in pieces the last [Late.Longest] bytes are
// to be looked at again with the next one.
func (l *Late) Holds(s string) bool { return l.find.Find(s) }

// Longest is how many bytes the longest secret has.
func (l *Late) Longest() int { return l.find.Longest() }

// Event masks an event in place, of which some places may hold stand-ins, and returns its content masked.
func (l *Late) Event(e *playback.Event, data []byte) []byte { return l.m.Event(e, data) }

// Everywhere is what cannot be anything else wherever it stands. It must not be changed.
func (l *Late) Everywhere() *Replacer { return &l.m.replacer }
