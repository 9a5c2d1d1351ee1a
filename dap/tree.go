package dap

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// previewMax is how many characters of a structured value are shown before it is opened.
const previewMax = 100

// jsonItem shows a JSON value; eval is the expression that gives it, or "".
func jsonItem(name string, v jsontext.Value, eval string) item {
	i := item{name: name, eval: eval, value: string(v)}
	switch v.Kind() {
	case '{', '[':
		kids, n := jsonNode(v, eval)
		i.value, i.typ = cut(compact(v), previewMax), "object"
		if v.Kind() == '[' {
			i.typ, i.value = "array", fmt.Sprintf("(%d) %s", n, i.value)
		}
		if n > 0 {
			i.kids = kids
		}
	case '"':
		i.typ = "string"
	case '0':
		i.typ = "number"
	case 't', 'f':
		i.typ = "boolean"
	}
	return i
}

// jsonNode returns the children of an object or array, and how many there are.
func jsonNode(v jsontext.Value, eval string) (*node, int) {
	n := 0
	eachMember(v, func(string, jsontext.Value) bool { n++; return true })
	kids := &node{list: func() ([]item, error) {
		var all []item
		eachMember(v, func(name string, m jsontext.Value) bool {
			all = append(all, jsonItem(name, m, member(eval, name)))
			return true
		})
		return all, nil
	}}
	if v.Kind() == '[' {
		kids.indexed = n
	}
	return kids, n
}

// eachMember calls f for the members of an object or the elements of an array, until it returns false. Broken JSON ends
// it: what is shown of a broken line is what could be read.
func eachMember(v jsontext.Value, f func(name string, m jsontext.Value) bool) {
	d := jsontext.NewDecoder(bytes.NewReader(v), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	open, err := d.ReadToken()
	if err != nil || open.Kind() != '{' && open.Kind() != '[' {
		return
	}
	for i := 0; d.PeekKind() != '}' && d.PeekKind() != ']'; i++ {
		name := strconv.Itoa(i)
		if open.Kind() == '{' {
			t, err := d.ReadToken()
			if err != nil {
				return
			}
			name = t.String()
		}
		m, err := d.ReadValue()
		if err != nil || !f(name, m.Clone()) {
			return
		}
	}
}

// compact writes JSON on one line; where it is large only its beginning counts.
func compact(v jsontext.Value) string {
	if len(v) > 64<<10 {
		return string(bytes.Join(bytes.Fields(v[:1<<10]), []byte(" ")))
	}
	c := v.Clone()
	if c.Compact(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)) != nil {
		return string(v)
	}
	return string(c)
}

// anyItem shows a Go value by its JSON.
func anyItem(name string, v any) item {
	raw, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return item{name: name, value: err.Error(), kind: "virtual"}
	}
	return jsonItem(name, raw, "")
}

// member is the JavaScript for a member of an expression; "" where there is no expression.
func member(eval, name string) string {
	if eval == "" {
		return ""
	}
	if isIdentifier(name) {
		return eval + "." + name
	}
	if _, err := strconv.ParseUint(name, 10, 32); err == nil {
		return eval + "[" + name + "]"
	}
	return eval + "[" + quoteJS(name) + "]"
}

func isIdentifier(s string) bool {
	for i, r := range s {
		letter := r == '_' || r == '$' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// quoteJS writes a string as JavaScript, of which JSON is a part.
func quoteJS(s string) string {
	b, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		return strconv.Quote(s)
	}
	return string(b)
}

// bodyItem shows the content of a message. Content outside of its line is read when it is opened.
func bodyItem(f *playback.File, name string, b *playback.Body) item {
	switch {
	case b == nil:
		return item{name: name, value: "none", kind: "virtual"}
	case b.Missing != "":
		return item{name: name, value: fmt.Sprintf("missing: %s (%d bytes)", b.Missing, b.Size), kind: "virtual"}
	case b.Ref == "":
		return contentItem(f, name, b)
	}
	i := item{name: name, value: fmt.Sprintf("%d bytes %s", b.Size, b.Type), typ: "body"}
	i.kids = &node{list: func() ([]item, error) {
		c := contentItem(f, "content", b)
		if c.kids != nil {
			return c.kids.list()
		}
		return []item{c}, nil
	}}
	return i
}

// contentItem decodes content: JSON as a tree, anything else as text.
func contentItem(f *playback.File, name string, b *playback.Body) item {
	data, err := f.Content(b)
	if err != nil {
		var hole *playback.MissingError
		if errors.As(err, &hole) {
			return item{name: name, value: hole.Error(), kind: "virtual"}
		}
		return item{name: name, value: err.Error(), kind: "virtual"}
	}
	if v := jsontext.Value(bytes.TrimSpace(data)); len(v) > 0 && v.IsValid() {
		return jsonItem(name, v, "")
	}
	return item{name: name, value: quoteJS(string(data)), typ: "string"}
}
