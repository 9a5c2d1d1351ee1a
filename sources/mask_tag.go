package sources

import (
	"html"
	"strings"
)

// tag is a start tag.
type tag struct {
	name   string // in lower case
	attrs  []attr
	end    int    // behind it
	secret string // the name by which what it holds is secret, or ""
	html   bool   // it is an element that shows something
}

// attr is an attribute of a tag.
type attr struct {
	name       string // in lower case
	value      string // without escapes
	start, end int    // of the value in the document, without quotes
	quote      byte   // 0: none
}

// get returns the value of an attribute, or "".
func (t *tag) get(name string) string {
	for i := range t.attrs {
		if t.attrs[i].name == name {
			return t.attrs[i].value
		}
	}
	return ""
}

// password reports whether it is a field for a password.
func (t *tag) password() bool {
	return t.name == "input" && strings.EqualFold(t.get("type"), "password")
}

// write returns a value as it stands in the document, in the quotes that the attribute has.
func (a *attr) write(value string) string {
	switch a.quote {
	case '"':
		return strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace(value)
	case '\'':
		return strings.NewReplacer("&", "&amp;", "'", "&#39;").Replace(value)
	}
	if strings.ContainsAny(value, " \t\r\n\"'`=<>") {
		return `"` + html.EscapeString(value) + `"`
	}
	return strings.ReplaceAll(value, "&", "&amp;")
}

// The bounds of a tag.
const (
	maxTagName = 100
	maxAttrs   = 200
)

// readTag reads the start tag at a place; ok is false where there is none.
func readTag(s string, start int) (t tag, ok bool) {
	n := start + 1
	for n < len(s) && nameByte(s[n]) && n-start < maxTagName {
		n++
	}
	if n == start+1 {
		return t, false
	}
	t.name = strings.ToLower(s[start+1 : n])
	for {
		for n < len(s) && strings.IndexByte(" \t\r\n/", s[n]) >= 0 {
			n++
		}
		if n == len(s) || len(t.attrs) > maxAttrs {
			return t, false
		}
		if s[n] == '>' {
			t.end = n + 1
			return t, true
		}
		a, next := readAttr(s, n)
		if next <= n {
			return t, false
		}
		n = next
		if a.end > a.start {
			t.attrs = append(t.attrs, a)
		}
	}
}

// readAttr reads an attribute and returns where the next begins; where there is none, that is the place itself.
func readAttr(s string, n int) (a attr, next int) {
	from := n
	for n < len(s) && strings.IndexByte(" \t\r\n/>=<\"'", s[n]) < 0 {
		n++
	}
	a.name = strings.ToLower(s[from:n])
	for n < len(s) && strings.IndexByte(" \t\r\n", s[n]) >= 0 {
		n++
	}
	if n == len(s) || s[n] != '=' {
		return a, n
	}
	for n++; n < len(s) && strings.IndexByte(" \t\r\n", s[n]) >= 0; n++ {
	}
	if n == len(s) {
		return a, from
	}
	if s[n] == '"' || s[n] == '\'' {
		a.quote = s[n]
		a.start = n + 1
		length := strings.IndexByte(s[a.start:], a.quote)
		if length < 0 {
			return a, from
		}
		a.end = a.start + length
		n = a.end + 1
	} else {
		a.start = n
		for n < len(s) && strings.IndexByte(" \t\r\n>", s[n]) < 0 {
			n++
		}
		a.end = n
	}
	a.value = s[a.start:a.end]
	if strings.Contains(a.value, "&") {
		a.value = html.UnescapeString(a.value)
	}
	return a, n
}

// nameByte reports whether a byte can stand in the name of an element.
func nameByte(c byte) bool { return classOf(c) >= 0 || strings.IndexByte("_-:.", c) >= 0 || c > 127 }

// indexFold returns where a text in lower case stands in another, whatever the case there, or -1.
func indexFold(s, lowered string) int {
	for from := 0; ; {
		n := strings.IndexByte(s[from:], lowered[0])
		if n < 0 || from+n+len(lowered) > len(s) {
			return -1
		}
		if from += n; strings.EqualFold(s[from:from+len(lowered)], lowered) {
			return from
		}
		from++
	}
}
