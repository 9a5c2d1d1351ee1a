package sources

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"restep/player/playback"
)

// places notes what was masked at and below one place of a line, and knows what was masked there before. nil is a
// place that nobody asks for.
type places struct {
	w    *maskWork
	path string
}

// done reports whether what stands below the place holds a stand-in already.
func (p *places) done(below string) bool {
	return p != nil && p.w.had(strings.TrimPrefix(p.path+below, "."))
}

// some reports whether anything in the line holds a stand-in already.
func (p *places) some() bool { return p != nil && len(p.w.done) > 0 }

// note notes that something below the place was masked.
func (p *places) note(below string) {
	if p != nil {
		p.w.note(strings.TrimPrefix(p.path+below, "."))
	}
}

// content masks the content of a message by what it is. The place is that of the content in the line; typ is its
// media type, or empty where nothing says it.
func (w *maskWork) content(data []byte, place, typ string) []byte {
	if w.had(place) || len(data) == 0 {
		return data
	}
	base, params, _ := mime.ParseMediaType(typ)
	if out, ok := w.gzipped(data, place, typ); ok {
		return out
	}
	if !isText(data) || strings.HasPrefix(base, "image/") || strings.HasPrefix(base, "font/") {
		return w.binary(data, place, base)
	}
	s := string(data)
	switch {
	case base == "application/x-www-form-urlencoded":
		return []byte(w.pairs(s, w.scope, &places{w, place}))
	case base == "multipart/form-data" && params["boundary"] != "":
		return w.multipart(data, params["boundary"], place)
	case base == "text/css":
		return []byte(w.at(place, s, w.known.replace))
	}
	if n := jsonStart(s); n >= 0 && strings.IndexByte(s, packetEnd) < 0 {
		masked := w.json(data[n:], &jsonWalk{m: w.Masker, scope: w.scope, at: &places{w, place}})
		return append(data[:n:n], masked...)
	}
	return []byte(w.at(place, s, func(s string) string { return w.document(s, base) }))
}

// binary masks known secrets in content that is no text, where it is no picture, sound or font: those are long, and
// hold none.
func (w *maskWork) binary(data []byte, place, base string) []byte {
	switch kind, _, _ := strings.Cut(base, "/"); kind {
	case "image", "font", "audio", "video":
		return data
	}
	out := w.known.binary(data)
	if !bytes.Equal(out, data) {
		w.note(place)
	}
	return out
}

// document masks content that is neither JSON nor a form by its media type.
func (w *maskWork) document(s, base string) string {
	switch {
	case strings.Contains(base, "javascript"):
		return w.program(s)
	case base == "text/html", strings.HasSuffix(base, "xml") && isMarkup(s):
		return w.markup(s, w.scope)
	case strings.HasPrefix(s, "CONNECT\n"), strings.HasPrefix(s, "STOMP\n"):
		return w.stomp(s)
	case base == "text/csv", base == "text/tab-separated-values", base == "text/plain":
		if out, ok := w.table(s, base != "text/plain", w.scope); ok {
			return out
		}
	}
	return w.value(s, w.scope)
}

// stomp masks the frame by which a client logs in (https://stomp.github.io/stomp-specification-1.2.html).
func (w *maskWork) stomp(s string) string {
	head, body, _ := strings.Cut(s, "\n\n")
	lines := strings.Split(head, "\n")
	for i, line := range lines {
		if name, value, ok := strings.Cut(line, ":"); ok {
			lines[i] = name + ":" + w.header(strings.ToLower(name), value, w.scope)
		}
	}
	return strings.Join(lines, "\n") + "\n\n" + body
}

// isText reports whether content is text, which for our purposes is UTF-8 without NUL, but for one that ends it.
func isText(data []byte) bool {
	return utf8.Valid(data) && bytes.IndexByte(bytes.TrimRight(data, "\x00\n"), 0) < 0
}

// looksJSON reports whether content begins like a JSON object or array.
func looksJSON(data []byte) bool {
	t := bytes.TrimLeft(data, " \t\r\n")
	return len(t) > 0 && (t[0] == '{' || t[0] == '[')
}

// multipart masks the fields of a multipart form: the values of secret fields, and what the others look like. Files
// that are not text stay, but for known secrets.
func (w *maskWork) multipart(data []byte, boundary, place string) []byte {
	sep := []byte("--" + boundary)
	parts := bytes.Split(data, sep)
	for i, part := range parts {
		head, body, ok := bytes.Cut(part, []byte("\r\n\r\n"))
		if !ok {
			continue
		}
		name, typ := partOf(string(head))
		value := bytes.TrimSuffix(body, []byte("\r\n"))
		at := place + "." + name
		out := value
		if w.isSecret(name, string(value), scope{request: true}) {
			out = []byte(w.at(at, string(value), func(s string) string { return w.secretOf(name, s) }))
		} else if standIn, ok := w.heard(name, string(value), w.scope); ok {
			out = []byte(w.at(at, string(value), func(string) string { return standIn }))
		} else {
			out = w.content(value, at, typ)
		}
		parts[i] = []byte(string(head) + "\r\n\r\n" + string(out) + string(body[len(value):]))
	}
	return bytes.Join(parts, sep)
}

// partOf returns the name of the field whose part has these headers, and the type of its content.
func partOf(head string) (name, typ string) {
	for line := range strings.SplitSeq(head, "\r\n") {
		k, v, _ := strings.Cut(line, ":")
		switch v = strings.TrimSpace(v); strings.ToLower(strings.TrimSpace(k)) {
		case "content-disposition":
			if _, params, err := mime.ParseMediaType(v); err == nil {
				name = params["name"]
			}
		case "content-type":
			typ = v
		}
	}
	if strings.HasPrefix(typ, "multipart/") {
		typ = "" // one level is enough
	}
	return name, typ
}

// requestLike reports whether what a line holds was written by a person or by the app.
func requestLike(e *playback.Event) bool {
	return e.Kind == playback.Req || e.Kind.Action() || e.Kind == playback.WS && e.Dir == playback.Out
}
