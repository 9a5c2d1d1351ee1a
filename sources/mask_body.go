package sources

import (
	"bytes"
	"io"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// content masks the content of a message by what it is. The place is that of the content in the line; typ is its
// media type, or nil where nothing says it.
func (w *maskWork) content(data []byte, place string, typ *string) []byte {
	if !isText(data) {
		return data
	}
	base, params := "", map[string]string(nil)
	if typ != nil {
		base, params, _ = mime.ParseMediaType(*typ)
	}
	skip := func(path string) bool {
		for _, d := range w.done {
			if d == path {
				return true
			}
		}
		return false
	}
	walk := &jsonWalk{m: w.Masker, path: place, skip: skip, note: w.note, response: w.e.Kind != playback.Req}
	switch {
	case base == "application/x-www-form-urlencoded":
		return []byte(w.pairs(string(data), func(name string) { w.note(place + "." + name) }))
	case base == "multipart/form-data":
		return w.multipart(data, params["boundary"], place)
	case base == "text/css", strings.Contains(base, "javascript"), strings.HasPrefix(base, "image/"), strings.HasPrefix(base, "font/"):
		return data
	case looksJSON(data):
		return w.json(data, walk)
	}
	return []byte(w.at(place, string(data), w.text))
}

// isText reports whether content is text, which for our purposes is UTF-8 without NUL.
func isText(data []byte) bool { return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 }

// looksJSON reports whether content begins like a JSON object or array.
func looksJSON(data []byte) bool {
	t := bytes.TrimLeft(data, " \t\r\n")
	return len(t) > 0 && (t[0] == '{' || t[0] == '[')
}

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
	secret := secretName(w.name())
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

// pairs masks the values of a query or an urlencoded form. Pairs that hold no secret keep their exact bytes.
func (m *Masker) pairs(s string, note func(name string)) string {
	parts := strings.Split(s, "&")
	oauth := strings.Contains("&"+s, "&state=") // an authorization code stands beside a state
	for i, part := range parts {
		rawName, rawValue, ok := strings.Cut(part, "=")
		if !ok || rawValue == "" {
			continue
		}
		name, err1 := url.QueryUnescape(rawName)
		value, err2 := url.QueryUnescape(rawValue)
		if err1 != nil || err2 != nil {
			name, value = rawName, rawValue
		}
		out := value
		switch {
		case secretName(name), oauth && name == "code", name == "key" && unmistakable(value):
			out = m.secret(value)
		case looksJSON([]byte(value)):
			out = string(m.json([]byte(value), nil))
		case strings.Contains(value, "://"):
			out = m.url(value)
		default:
			out = m.text(value)
		}
		if out != value {
			parts[i] = rawName + "=" + url.QueryEscape(out)
			note(name)
		}
	}
	return strings.Join(parts, "&")
}

// url masks a URL: the password before the host, parameters, fragment, and what stands in the path.
func (m *Masker) url(s string) string {
	none := func(string) {}
	s, fragment, hasFragment := strings.Cut(s, "#")
	s, query, hasQuery := strings.Cut(s, "?")
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		host, path := rest, ""
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			host, path = rest[:i], rest[i:]
		}
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			user, pass, has := strings.Cut(host[:i], ":")
			if has && pass != "" {
				user += ":" + m.secret(pass)
			}
			host = user + host[i:]
		}
		s = scheme + "://" + host + m.text(path)
	} else {
		s = m.text(s)
	}
	if hasQuery {
		s += "?" + m.pairs(query, none)
	}
	if hasFragment {
		if strings.Contains(fragment, "=") && !strings.HasPrefix(fragment, "/") {
			fragment = m.pairs(fragment, none)
		} else if path, q, ok := strings.Cut(fragment, "?"); ok {
			fragment = m.text(path) + "?" + m.pairs(q, none)
		} else {
			fragment = m.text(fragment)
		}
		s += "#" + fragment
	}
	return s
}

// header masks the value of a header; the name is in lower case.
func (m *Masker) header(name, value string) string {
	switch name {
	case "cookie":
		parts := strings.Split(value, "; ")
		for i, p := range parts {
			parts[i] = m.cookie(p)
		}
		return strings.Join(parts, "; ")
	case "set-cookie":
		pair, attributes, ok := strings.Cut(value, ";")
		if ok {
			attributes = ";" + attributes
		}
		return m.cookie(pair) + attributes
	case "authorization", "proxy-authorization":
		scheme, rest, ok := strings.Cut(value, " ")
		if !ok {
			return m.secret(value)
		}
		return scheme + " " + m.credential(scheme, strings.TrimSpace(rest))
	case "location", "referer", "content-location", "link", "refresh":
		return m.url(value)
	case "access-control-allow-headers", "access-control-expose-headers", "access-control-request-headers", "vary":
		return value // names of headers
	case "etag", "content-type", "content-security-policy", "date", "last-modified", "user-agent":
		return value
	}
	if secretName(name) {
		return m.secret(value)
	}
	return m.text(value)
}

// cookie masks name=value. Every cookie counts as secret: most are sessions, and none is needed to match requests.
func (m *Masker) cookie(pair string) string {
	name, value, ok := strings.Cut(pair, "=")
	if !ok || value == "" {
		return pair
	}
	return name + "=" + m.secret(value)
}

// multipart masks the fields of a multipart form: the values of secret fields, and text in the others. Files that are
// not text stay.
func (w *maskWork) multipart(data []byte, boundary, place string) []byte {
	if boundary == "" {
		return []byte(w.at(place, string(data), w.text))
	}
	sep := []byte("--" + boundary)
	parts := bytes.Split(data, sep)
	for i, part := range parts {
		head, body, ok := bytes.Cut(part, []byte("\r\n\r\n"))
		if !ok {
			continue
		}
		name := fieldName(string(head))
		value := bytes.TrimSuffix(body, []byte("\r\n"))
		mask := w.text
		if secretName(name) {
			mask = w.secret
		}
		out := w.at(place+"."+name, string(value), mask)
		parts[i] = []byte(string(head) + "\r\n\r\n" + out + string(body[len(value):]))
	}
	return bytes.Join(parts, sep)
}

// fieldName returns the name of the field whose part has these headers.
func fieldName(head string) string {
	for _, line := range strings.Split(head, "\r\n") {
		k, v, _ := strings.Cut(line, ":")
		if strings.EqualFold(strings.TrimSpace(k), "content-disposition") {
			if _, params, err := mime.ParseMediaType(strings.TrimSpace(v)); err == nil {
				return params["name"]
			}
		}
	}
	return ""
}
