package sources

import (
	"bytes"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonWalk is how far masking has come in one JSON text.
type jsonWalk struct {
	m        *Masker
	path     string
	skip     func(path string) bool
	note     func(path string)
	response bool
	names    []string // of the values around, "[]" for an array
}

// json masks strings in JSON text, and leaves every other byte as it is. Several values one after the other (JSON
// Lines) are masked each; where the text is broken, what follows is masked as plain text.
func (m *Masker) json(data []byte, walk *jsonWalk) []byte {
	if walk == nil {
		walk = &jsonWalk{m: m, skip: func(string) bool { return false }, note: func(string) {}}
	}
	dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var out []byte
	from := 0 // data[:from] is in out
	for {
		start, raw, err := walk.next(dec)
		if err != nil {
			if err != io.EOF {
				rest := m.text(string(data[from:]))
				if rest != string(data[from:]) {
					walk.note(walk.path)
				}
				return append(out, rest...)
			}
			return append(out, data[from:]...)
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
			w.names = append(w.names, "")
		case '[':
			w.names = append(w.names, "[]")
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
		w.names[len(w.names)-1] = string(name)
		return 0, nil, nil
	}
	return int(dec.InputOffset()) - len(raw), raw, nil
}

// value returns the masked form of a string or number, or nil where it stays.
func (w *jsonWalk) value(raw jsontext.Value) []byte {
	path := w.pathNow()
	if w.skip(path) {
		return nil
	}
	secret := w.m.secretName(w.name())
	if raw[0] != '"' {
		n := string(raw)
		out := n
		if strings.Trim(n, digits) == "" && len(n) < 20 {
			if secret && numberNames.MatchString(plainName(w.name())) {
				out = w.m.shape("secret", n)
			} else if len(n) >= 15 {
				out = w.m.text(n)
			}
		}
		if out == n {
			return nil
		}
		w.note(path)
		return []byte(out)
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	if err != nil && len(unquoted) == 0 {
		return nil
	}
	s := string(unquoted)
	var out string
	switch {
	case secret && !(w.response && label(s)):
		out = w.m.secret(s)
	case len(s) > 1 && (s[0] == '{' || s[0] == '[') && jsontext.Value(s).IsValid():
		out = string(w.m.json([]byte(s), nil))
	case strings.Contains(s, "://"):
		out = w.m.url(s)
	default:
		out = w.m.text(s)
	}
	if out == s {
		return nil
	}
	w.note(path)
	quoted, err := jsontext.AppendQuote(nil, out)
	if err != nil {
		return nil
	}
	return quoted
}

// name is the name that the current value has: its own, or for an item of an array that of the array.
func (w *jsonWalk) name() string {
	for i := len(w.names) - 1; i >= 0; i-- {
		if w.names[i] != "[]" {
			return w.names[i]
		}
	}
	return ""
}

// pathNow is the place of the current value, as "body.items[].email".
func (w *jsonWalk) pathNow() string {
	var b strings.Builder
	b.WriteString(w.path)
	for _, n := range w.names {
		if n != "[]" {
			b.WriteByte('.')
		}
		b.WriteString(n)
		if b.Len() > 200 {
			break
		}
	}
	return b.String()
}
