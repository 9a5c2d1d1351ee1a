package sources

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// identifier masks the name that a page gives a part of itself: an id, a class, the name of a field. It is no value, but
// may be made of one: the address of a person, a token. The document and what refers to its elements are masked by this.
func (m *Masker) identifier(s string) string {
	s = m.serviceKeys(m.tokens(m.known.replace(s)))
	if strings.Contains(s, "@") {
		s = replaceAddresses(s, m.address)
	}
	return s
}

// identifies reports whether an attribute holds an identifier, or what is compared with one.
func identifies(attr string) bool {
	switch attr {
	case "class", "style", "id", "for", "name", "type", "rel", "d", "points", "accesskey", "integrity", "srcset", "placeholder", "key":
		return true
	}
	return false
}

// css masks a CSS selector: its names and strings as the document has them, in which escapes stand for no more than
// themselves (https://drafts.csswg.org/css-syntax-3/#escaping).
func (w *maskWork) css(s string) string { return w.selector(s, true) }

// xpath masks an XPath, whose strings have no escapes.
func (w *maskWork) xpath(s string) string { return w.selector(s, false) }

func (w *maskWork) selector(s string, escapes bool) string {
	e := edit{s: s}
	name := ""
	for i := 0; i < len(s); {
		start := i
		switch c := s[i]; {
		case c == '"' || c == '\'':
			var text string
			text, i = cssText(s, i+1, escapes, func(r rune) bool { return r != rune(c) && r != '\n' })
			mask := w.plain
			if identifies(name) {
				mask = w.identifier
			}
			if out := mask(text); out != text {
				e.replace(start+1, i, cssString(out, c, escapes))
			}
			i = min(i+1, len(s))
		case nameRune(rune(c)) || c >= utf8.RuneSelf || c == '\\' && escapes && i+1 < len(s):
			name, i = cssText(s, i, escapes, nameRune)
			if out := w.identifier(name); out != name {
				e.replace(start, i, cssName(out))
			}
		default:
			i++
		}
	}
	return e.String()
}

func nameRune(r rune) bool {
	return r == '-' || r == '_' || r >= utf8.RuneSelf || r < utf8.RuneSelf && classOf(byte(r)) >= 0
}

// cssText reads characters of a kind, and those that are escaped, and returns what they stand for, and where they end.
func cssText(s string, i int, escapes bool, is func(rune) bool) (string, int) {
	var b strings.Builder
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != '\\' || !escapes || i+1 == len(s) {
			if !is(r) {
				break
			}
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		i++
		digits := 0
		for digits < 6 && i+digits < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[i+digits]) >= 0 {
			digits++
		}
		if digits == 0 {
			_, size = utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		code, err := strconv.ParseUint(s[i:i+digits], 16, 32)
		if err != nil || code == 0 || code > unicode.MaxRune {
			code = unicode.ReplacementChar
		}
		b.WriteRune(rune(code))
		if i += digits; i < len(s) && s[i] == ' ' {
			i++
		}
	}
	return b.String(), i
}

// cssName writes a name as CSS.escape does (https://drafts.csswg.org/cssom/#serialize-an-identifier).
func cssName(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch digit := r >= '0' && r <= '9'; {
		case digit && (i == 0 || i == 1 && s[0] == '-') || r < ' ':
			b.WriteString(`\` + strconv.FormatInt(int64(r), 16) + " ")
		case !nameRune(r) || s == "-":
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cssString writes what stands between these quotes.
func cssString(s string, quote byte, escapes bool) string {
	if !escapes {
		return strings.ReplaceAll(s, string(quote), "")
	}
	return strings.NewReplacer(`\`, `\\`, string(quote), `\`+string(quote), "\n", `\a `).Replace(s)
}
