package sources

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

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
		if w.secretName(name) {
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
