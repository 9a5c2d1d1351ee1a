package recorder

import (
	escape "html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shown has a text of an element that is private masked wherever it stands, if it says enough to be the same there: a
// number or a single word, such as a date, a price or the name of a state, means many things.
func (k *masking) shown(s string) {
	letters, digits := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
		} else if unicode.IsDigit(r) {
			digits++
		}
	}
	switch {
	case utf8.RuneCountInString(s) < leastShown, !strings.Contains(s, " ") && digits == 0, letters < 2 && digits < leastShown, dateForm.MatchString(s):
		return
	}
	standIn := k.provisional(s)
	k.typed.learn(s, standIn)
	if escaped := escape.EscapeString(s); escaped != s {
		k.typed.learn(escaped, escape.EscapeString(standIn))
	}
}

// leastShown is how many characters a text has at least that is looked for elsewhere because it is private.
const leastShown = 8

// dateForm is a date, with or without a time.
var dateForm = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T,].*)?$`)
