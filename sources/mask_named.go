package sources

import (
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// pairMode says how the names and values in a text are read.
type pairMode struct {
	request bool // a plain word is a secret too, as the arguments of a GraphQL operation that somebody typed
	program bool // only what looks random and stands in quotes is a secret
}

// The bounds of names and values in a text.
const (
	maxPairName  = 64
	maxPairValue = 16 << 10
)

// named masks the values that follow the name of a secret in a text of any kind: password=x, "token": "x", and the
// same within strings, login(password: "x"). It is what finds secrets in GraphQL, in logs, in scripts, and in JSON
// that is broken or packed deep.
func (m *Masker) named(s string, mode pairMode) string {
	e := edit{s: s}
	for i := 0; ; {
		n := strings.IndexAny(s[i:], ":=")
		if n < 0 {
			break
		}
		sep := i + n
		i = sep + 1
		v, ok := valueBehind(s, sep, mode)
		if !ok {
			continue
		}
		name := nameBefore(s[e.from:sep])
		if name == "" || !m.secretName(name) || !v.close(s) || !m.isSecret(name, s[v.start:v.end], scope{request: true}) {
			continue
		}
		e.replace(v.start, v.end, m.pairValue(name, s[v.start:v.end], v, mode))
		i = v.end
	}
	return e.String()
}

// pairText is a value in a text.
type pairText struct {
	start, end int
	quote      string // that it stands in, with the backslashes before it; "" for none
	equals     bool   // it stands right behind =
}

// valueBehind finds where the value behind a separator begins.
func valueBehind(s string, sep int, mode pairMode) (pairText, bool) {
	v := pairText{start: sep + 1}
	if v.start == len(s) || strings.IndexByte("=>", s[v.start]) >= 0 || sep > 0 && strings.IndexByte("=!<>+*/%&|^", s[sep-1]) >= 0 {
		return v, false // a comparison, an operator, an arrow
	}
	for v.start < len(s) && v.start < sep+5 && (s[v.start] == ' ' || s[v.start] == '\t') {
		v.start++
	}
	v.equals = s[sep] == '=' && v.start == sep+1
	n := v.start
	for n < len(s) && n < v.start+8 && s[n] == '\\' {
		n++
	}
	switch {
	case n == len(s):
		return v, false
	case strings.HasPrefix(s[n:], `"""`):
		v.quote = `"""`
	case s[n] == '"' || s[n] == '\'':
		v.quote = s[v.start : n+1]
	case mode.program || n > v.start:
		return v, false
	}
	v.start += len(v.quote)
	return v, true
}

// close finds where the value ends.
func (v *pairText) close(s string) bool {
	rest := s[v.start:min(len(s), v.start+maxPairValue)]
	switch {
	case v.quote == "":
		n := strings.IndexAny(rest, " \t\r\n&;,\"'`<>(){}[]|\\")
		if n < 0 {
			n = len(rest)
		}
		if n < len(rest) && strings.IndexByte("([{", rest[n]) >= 0 {
			return false // a call
		}
		v.end = v.start + len(strings.TrimRight(rest[:n], ".:!?"))
	case v.quote == `"""`:
		n := strings.Index(rest, v.quote)
		v.end = v.start + n
	default:
		v.end = v.start + closingQuote(rest, v.quote)
	}
	return v.end > v.start
}

// closingQuote returns where a quote ends: before the same quote with as many backslashes before it. It returns -1
// where there is none, or the text around ends first.
func closingQuote(s, quote string) int {
	depth, mark := len(quote)-1, quote[len(quote)-1]
	slashes := 0
	for i := range len(s) {
		switch {
		case s[i] == '\\':
			slashes++
			continue
		case s[i] == mark && (slashes == depth || depth == 0 && slashes%2 == 0):
			return i - slashes*min(depth, 1)
		case s[i] == mark && slashes < depth:
			return -1
		}
		slashes = 0
	}
	return -1
}

// nameBefore returns the name that a text ends with, in quotes or not, or "".
func nameBefore(s string) string {
	s = strings.TrimRight(s[max(0, len(s)-maxPairName-10):], " \t")
	if bare := strings.TrimRight(s, `"'`); bare != s {
		s = strings.TrimRight(bare, `\`)
	}
	n := len(s)
	for n > 0 && (classOf(s[n-1]) >= 0 || strings.IndexByte("_$-.[]", s[n-1]) >= 0) {
		n--
	}
	if len(s)-n > maxPairName {
		return ""
	}
	return s[n:]
}

// pairValue masks the value of a secret name, if it can be a secret.
func (m *Masker) pairValue(name, s string, v pairText, mode pairMode) string {
	plain, level := s, strings.Count(v.quote, `\`)
	if v.quote != "" && level == 0 && v.quote != `"""` && strings.Contains(s, `\`) {
		if unquoted, err := jsontext.AppendUnquote(nil, `"`+s+`"`); err == nil {
			plain = string(unquoted)
		}
	}
	switch {
	case mode.program:
		if !random(plain, 12) {
			return s
		}
	case v.quote != "":
		if !mode.request && !quotedSecret(plain) {
			return s
		}
	case !bareSecret(name, s, v, mode):
		return s
	}
	switch {
	case plain != s:
		out := quoteJSON(m.secretOf(name, plain), `"`+s+`"`)
		return out[1 : len(out)-1]
	case strings.Contains(s, `\`):
		return m.keyText(s)
	case v.quote == "" && strings.Contains(s, "%"):
		if plain, err := url.QueryUnescape(s); err == nil {
			return url.QueryEscape(m.secretOf(name, plain))
		}
	}
	return m.secretOf(name, s)
}

// quotedSecret reports whether a value in quotes in a text is a secret, and no word or name of a program.
func quotedSecret(s string) bool {
	return !label(s) && (len(s) >= 20 || strings.ContainsFunc(s, func(r rune) bool {
		return r >= '0' && r <= '9' || r < 128 && classOf(byte(r)) < 0 && !strings.ContainsRune("-_. ", r)
	}))
}

// bareSecret reports whether a value without quotes is a secret, and no word of a sentence or name of a program.
func bareSecret(name, s string, v pairText, mode pairMode) bool {
	name = plainName(name)
	switch {
	case strings.Trim(s, digits) == "":
		return len(s) >= 3 && numberNames.MatchString(name)
	case v.equals && (mode.request || strings.HasSuffix(name, "password")):
		return len(s) >= 4
	}
	return len(s) >= 6 && !label(s) && strings.ContainsAny(s, digits)
}
