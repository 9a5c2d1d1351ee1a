package sources

import (
	"bytes"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonWalk is how far masking has come in one JSON text.
type jsonWalk struct {
	m      *Masker
	scope  scope
	claims bool    // it is what a token claims
	all    bool    // every value in it is secret
	around around  // of a value that is called code
	at     *places // where the text stands
	names  []level // of the values around
}

// level is one object or array around a value.
type level struct {
	name   string // of the value that comes, in an object
	array  bool
	secret string // the name that the object has given a secret, {"name":"password"}: its value follows
}

// json masks strings in JSON text, and leaves every other byte as it is. Several values one after the other (JSON
// Lines) are masked each; where the text is broken, what follows is masked as plain text.
func (m *Masker) json(data []byte, walk *jsonWalk) []byte {
	dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	walk.around.text = string(data[:min(len(data), maxAround)])
	var out []byte
	from := 0 // data[:from] is in out
	for {
		start, raw, err := walk.next(dec)
		if err != nil {
			if err == io.EOF {
				return append(out, data[from:]...)
			}
			end := max(from, int(dec.InputOffset()))
			rest := string(data[end:])
			masked := m.text(rest, walk.scope)
			if masked != rest {
				walk.at.note("")
			}
			return append(append(out, data[from:end]...), masked...)
		}
		if raw == nil {
			continue
		}
		masked := walk.value(raw)
		if masked == nil {
			continue
		}
		out = append(append(out, data[from:start]...), masked...)
		from = start + len(raw)
	}
}

// next reads on to the next string or number and returns it with its offset; raw is nil for every other token.
func (w *jsonWalk) next(dec *jsontext.Decoder) (start int, raw jsontext.Value, err error) {
	switch dec.PeekKind() {
	case '{', '[', '}', ']', 'n', 't', 'f':
		tok, err := dec.ReadToken()
		if err != nil {
			return 0, nil, err
		}
		switch tok.Kind() {
		case '{':
			w.names = append(w.names, level{})
		case '[':
			w.names = append(w.names, level{array: true})
		case '}', ']':
			w.names = w.names[:len(w.names)-1]
		}
		return 0, nil, nil
	}
	kind, n := dec.StackIndex(dec.StackDepth())
	raw, err = dec.ReadValue()
	if err != nil {
		return 0, nil, err
	}
	if kind == '{' && n%2 == 0 {
		name, _ := jsontext.AppendUnquote(nil, raw)
		w.names[len(w.names)-1].name = string(name)
		return 0, nil, nil
	}
	return int(dec.InputOffset()) - len(raw), raw, nil
}

// value returns the masked form of a string or number, or nil where it stays.
func (w *jsonWalk) value(raw jsontext.Value) []byte {
	if w.at.some() && w.at.done(w.path()) {
		return nil
	}
	if raw[0] != '"' {
		out := w.number(string(raw))
		if out == string(raw) {
			return nil
		}
		w.at.note(w.path())
		return []byte(out)
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	if err != nil && len(unquoted) == 0 {
		return nil
	}
	s := string(unquoted)
	out := w.string(s)
	if out == s {
		return nil
	}
	quoted, err := jsontext.AppendQuote(nil, out)
	if err != nil {
		return nil
	}
	w.at.note(w.path())
	return quoted
}

// string masks a string.
func (w *jsonWalk) string(s string) string {
	switch name := w.secret(); {
	case w.all:
		return w.m.password(s)
	case name != "" && w.m.isSecret(name, s, w.scope):
		return w.m.secretOf(name, s)
	case w.name() == "code" && w.around.member(s, w.scope):
		return w.m.password(s)
	case w.claims && personalClaims[plainName(w.name())]:
		return w.m.personal(s, w.scope)
	}
	if n := len(w.names); n > 0 && !w.names[n-1].array {
		switch l := &w.names[n-1]; l.name {
		case "name", "key", "field", "id", "param":
			l.secret = ""
			if w.m.secretName(s) {
				l.secret = s
			}
		}
	}
	return w.m.valueOf(w.name(), s, w.scope)
}

// number masks a number: one that is secret by its name, one that a token claims, and cards.
func (w *jsonWalk) number(n string) string {
	if strings.Trim(n, digits) != "" || len(n) >= 20 {
		return n
	}
	if standIn, ok := w.m.whole[n]; ok {
		return standIn
	}
	switch name := w.name(); {
	case w.all, w.m.secretName(name) && numberNames.MatchString(plainName(name)),
		name == "code" && w.scope.request && w.around.member(n, w.scope):
		return w.m.password(n)
	case len(n) >= 15:
		return w.m.forms(n)
	}
	return n
}

// secret returns the name by which the current value is secret, or "": its own, or that of the array that it is an
// item of; with the name of the object around where its own says little; or the name that stands beside it.
func (w *jsonWalk) secret() string {
	n := len(w.names)
	if n > 0 && w.names[n-1].secret != "" && !w.names[n-1].array {
		switch w.names[n-1].name {
		case "value", "val", "data", "content":
			return w.names[n-1].secret
		}
	}
	i := w.named(n)
	if i < 0 {
		return ""
	}
	name := w.names[i].name
	if w.m.secretName(name) {
		return name
	}
	if around := w.named(i); around >= 0 && partNames[plainName(name)] && w.m.secretName(w.names[around].name) {
		return w.names[around].name
	}
	return ""
}

// named returns the innermost level below n that has a name, or -1.
func (w *jsonWalk) named(n int) int {
	for i := n - 1; i >= 0; i-- {
		if !w.names[i].array {
			return i
		}
	}
	return -1
}

// name is the name that the current value has: its own, or for an item of an array that of the array.
func (w *jsonWalk) name() string {
	if i := w.named(len(w.names)); i >= 0 {
		return w.names[i].name
	}
	return ""
}

// path is the place of the current value in the text, as ".items[].email".
func (w *jsonWalk) path() string {
	if w.at == nil {
		return ""
	}
	var b strings.Builder
	for _, l := range w.names {
		if l.array {
			b.WriteString("[]")
		} else {
			b.WriteString("." + l.name)
		}
		if b.Len() > 200 {
			break
		}
	}
	return b.String()
}
