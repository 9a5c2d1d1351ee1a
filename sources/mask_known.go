package sources

import (
	"bytes"
	"strings"
)

// known are the secrets of a recording that were found by where they stand, to be found elsewhere by their value.
type known struct {
	anywhere map[string]string // replaced wherever they occur -> stand-ins
	whole    map[string]string // replaced where they are a whole value: a field, a parameter, a path segment
	short    map[string]string // may mean something else elsewhere, see heard
	entered  map[string]bool   // of short: typed into a field that does not tell, and then sent as a secret
	made     map[string]bool   // stand-ins that are too short to be recognised by their checksum
	dated    map[string]bool   // digits that are a date, see Dated
	size     int               // bytes in the keys
	news     int               // how often something was added to the lists
	quiet    bool              // the secrets of anywhere stay where nothing else tells them
	replacer Replacer          // of anywhere
}

// Bounds of the secrets that are looked for everywhere: how many, and how many bytes of them.
const (
	maxKnown     = 20_000
	maxKnownSize = 4 << 20
)

func newKnown() known {
	return known{anywhere: map[string]string{}, whole: map[string]string{}, made: map[string]bool{}, short: map[string]string{}, entered: map[string]bool{}, dated: map[string]bool{}}
}

// add notes a secret, in one of the lists.
func (k *known) add(list map[string]string, s, standIn string) {
	if _, ok := list[s]; ok || len(k.anywhere)+len(k.whole)+len(k.short) >= maxKnown || k.size+len(s) > maxKnownSize {
		return
	}
	list[s] = standIn
	k.size += len(s)
	k.news++
}

// addAnywhere notes a secret that is one wherever it stands.
func (k *known) addAnywhere(s, standIn string) {
	before := k.news
	if k.add(k.anywhere, s, standIn); k.news > before {
		k.replacer.Add(s, standIn)
	}
}

// replace puts stand-ins in place of the secrets that stand anywhere in a text.
func (k *known) replace(s string) string {
	if k.quiet {
		return s
	}
	return k.replacer.Replace(s)
}

// binary does the same in content that is no text, whose length must stay.
func (k *known) binary(data []byte) []byte {
	if k.quiet || k.replacer.Len() == 0 {
		return data
	}
	out := bytes.Clone(data)
	if k.replacer.Fixed(out) {
		return out
	}
	return data
}

// Piece masks, in place, what is known to be secret in a piece of content that is no text; lengths stay. hold is how many
// bytes at its end may be the beginning of a secret that goes on in the next piece: the caller puts them before that.
func (m *Masker) Piece(data []byte) (found bool, hold int) {
	return m.replacer.Fixed(data), max(0, m.replacer.Longest()-1)
}

// learn remembers a secret, if a recording is being looked through. How often the value may mean something else decides
// where it is looked for: a random one everywhere, a short random one where it is a whole value, and any other, as a
// plain word, a few digits or gold2024, only where [Masker.heard] looks. What people typed as a password is taken for
// one in texts too if it is long, whatever it looks like.
func (m *Masker) learn(s, standIn string, strict bool) {
	if !m.learning || s == standIn {
		return
	}
	if _, known := m.form.secrets[s]; m.sends && m.form.typed[s] && !known && !m.entered[s] {
		m.entered[s] = true
		m.known.news++
	}
	switch {
	case strings.HasPrefix(s, "eyJ") && wholeForm(s): // its form tells wherever it stands
	case strict && isLong(s), unmistakable(s) && !slug(s):
		m.known.addAnywhere(s, standIn)
	case random(s, 8):
		m.known.add(m.whole, s, standIn)
	case len(s) >= 4:
		m.known.add(m.short, s, standIn)
	}
}

// isLong reports whether a password is too long to be found in another text by chance.
func isLong(s string) bool {
	return unmistakable(strings.ReplaceAll(s, " ", "-")) || len(s) >= 16 && strings.Trim(s, digits+" -") != ""
}

// heard returns the stand-in of a short secret of the recording that a value under this name is, too: where it was
// typed, and is sent with what else was typed, unless the name is that of a number or thing; under a name that may be
// that of a secret; and where a program said a word that has digits in it.
func (m *Masker) heard(name, s string, c scope) (string, bool) {
	if standIn, ok := m.form.secrets[s]; ok && c.form {
		m.form.sent = true
		if !thingNames.MatchString(name) {
			return standIn, true
		}
	}
	standIn, ok := m.short[s]
	if !ok {
		return "", false
	}
	mixed := strings.ContainsAny(s, digits) && strings.Trim(s, digits) != ""
	return standIn, nearNames.MatchString(plainName(name)) || c.said && mixed
}

// remember notes a stand-in that nothing else tells from a secret.
func (m *Masker) remember(standIn string) {
	if len(standIn) >= 8 && len(m.made) < maxKnown && !m.standsIn(standIn) {
		m.made[standIn] = true
	}
}

// masked reports whether a value is a stand-in already.
func (m *Masker) masked(s string) bool {
	return m.made[s] || m.standsIn(s) || len(s) >= 15 && len(s) <= 64 &&
		(ibanAt(s) == len(s) && m.ibanStandsIn(s) || cardForm.FindString(s) == s && m.cardStandsIn(s))
}
