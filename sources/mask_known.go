package sources

import (
	"slices"
	"strings"
)

// known are the secrets of a recording that were found by where they stand, to be found elsewhere by their value.
type known struct {
	anywhere map[string]string // replaced wherever they occur -> stand-ins
	whole    map[string]string // replaced where they are a whole value: a field, a parameter, a path segment
	short    map[string]string // may mean something else elsewhere, see heard
	entered  map[string]bool   // of short: typed into a field that does not tell, and then sent as a secret
	made     map[string]bool   // stand-ins that are too short to be recognised by their checksum
	size     int               // bytes in the keys
	stale    bool              // anywhere has more than the replacers
	replacer *strings.Replacer // of anywhere; nil: none, or not yet built
	bytewise *strings.Replacer // of those in anywhere whose stand-ins are as long: for content that is no text
}

// Bounds of the secrets that are looked for everywhere: how many, and how many bytes of them.
const (
	maxKnown     = 20_000
	maxKnownSize = 4 << 20
)

func newKnown() known {
	return known{anywhere: map[string]string{}, whole: map[string]string{}, made: map[string]bool{}, short: map[string]string{}, entered: map[string]bool{}}
}

// add notes a secret, in one of the lists.
func (k *known) add(list map[string]string, s, standIn string) {
	if _, ok := list[s]; ok || len(k.anywhere)+len(k.whole)+len(k.short) >= maxKnown || k.size+len(s) > maxKnownSize {
		return
	}
	list[s] = standIn
	k.size += len(s)
	k.stale = true
}

// build makes ready to replace what was learned.
func (k *known) build() {
	k.stale = false
	secrets := sortedKeys(k.anywhere)
	// The first that fits is taken: a secret that begins like another must not be replaced as that one.
	slices.SortStableFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	var pairs, same []string
	for _, s := range secrets {
		pairs = append(pairs, s, k.anywhere[s])
		if len(s) == len(k.anywhere[s]) {
			same = append(same, s, k.anywhere[s])
		}
	}
	k.replacer, k.bytewise = nil, nil
	if len(pairs) > 0 {
		k.replacer = strings.NewReplacer(pairs...)
	}
	if len(same) > 0 {
		k.bytewise = strings.NewReplacer(same...)
	}
}

// replace puts stand-ins in place of the secrets that stand anywhere in a text.
func (k *known) replace(s string) string {
	if k.replacer == nil {
		return s
	}
	return k.replacer.Replace(s)
}

// binary does the same in content that is no text, whose length must stay.
func (k *known) binary(data []byte) []byte {
	if k.bytewise == nil {
		return data
	}
	if out := k.bytewise.Replace(string(data)); out != string(data) {
		return []byte(out)
	}
	return data
}

// learn remembers a secret, if a recording is being looked through. How often the value may mean something else decides
// where it is looked for: a random one everywhere, a short random one where it is a whole value, and any other, as a
// plain word, a few digits or gold2024, only where [Masker.heard] looks. What people typed as a password is taken for
// one in texts too if it is long, whatever it looks like.
func (m *Masker) learn(s, standIn string, strict bool) {
	if !m.learning || s == standIn {
		return
	}
	if _, known := m.form.secrets[s]; m.sends && m.form.typed[s] && !known {
		m.entered[s] = true
	}
	switch {
	case strings.HasPrefix(s, "eyJ") && wholeForm(s): // its form tells wherever it stands
	case strict && isLong(s), unmistakable(s) && !slug(s):
		m.known.add(m.anywhere, s, standIn)
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
