package sources

import (
	"net/url"
	"slices"
	"strings"

	"restep/player/playback"
)

// OriginOf returns scheme and host of a URL, with the port where it is not the scheme's own; "" where it has none.
func OriginOf(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || !isScheme(scheme) {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	if rest == "" {
		return ""
	}
	scheme, rest = strings.ToLower(scheme), strings.ToLower(rest)
	switch scheme {
	case "http", "ws":
		rest = strings.TrimSuffix(rest, ":80")
	case "https", "wss":
		rest = strings.TrimSuffix(rest, ":443")
	}
	return scheme + "://" + rest
}

// isScheme reports whether a text can be the scheme of a URL (RFC 3986, 3.1).
func isScheme(s string) bool {
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return s != ""
}

// SameSite reports whether two URLs are of one origin, a WebSocket being of the origin that it upgrades from.
func SameSite(a, b string) bool {
	plain := func(o string) string {
		if rest, ok := strings.CutPrefix(o, "ws"); ok {
			return "http" + rest
		}
		return o
	}
	oa, ob := plain(OriginOf(a)), plain(OriginOf(b))
	return oa != "" && oa == ob
}

// pathOf returns path, query and fragment of a URL: what is the same of an app on another port.
func pathOf(raw string) string {
	_, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return raw
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return "/" + strings.TrimPrefix(rest[i:], "/")
	}
	return "/"
}

// ParseOrigin reads FROM=TO, two URL prefixes.
func ParseOrigin(s string) (Origin, bool) {
	// A URL may hold "=" in its query; the separator is the one that a scheme follows.
	for i := range len(s) {
		if s[i] != '=' {
			continue
		}
		o := Origin{From: strings.TrimSuffix(s[:i], "/"), To: strings.TrimSuffix(s[i+1:], "/")}
		if OriginOf(o.From) != "" && OriginOf(o.To) != "" {
			return o, true
		}
	}
	return Origin{}, false
}

// mapOrigins applies a mapping to everything in the recording that names a URL, and reports how often it did.
func (r *Recording) mapOrigins(origins []Origin) {
	if len(origins) == 0 {
		return
	}
	m := newOriginMap(origins)
	r.Header.App = m.text(r.Header.App)
	for i := range r.Header.Rules {
		r.Header.Rules[i].Match = m.text(r.Header.Rules[i].Match)
	}
	r.change(func(l *Line) {
		m.event(&l.Event)
		if l.Content != nil {
			l.Content = mapped{l.Content, m}
		}
	})
	for i, o := range m.origins {
		r.Report.Origins = append(r.Report.Origins, OriginCount{From: o.From, To: o.To, Count: m.count[i]})
	}
}

// originMap replaces URL prefixes in text. Longer ones come first.
type originMap struct {
	origins []Origin
	count   []int
}

func newOriginMap(origins []Origin) *originMap {
	sorted := slices.Clone(origins)
	slices.SortStableFunc(sorted, func(a, b Origin) int { return len(b.From) - len(a.From) })
	return &originMap{origins: sorted, count: make([]int, len(sorted))}
}

// event maps one event.
func (m *originMap) event(e *playback.Event) {
	e.URL = m.text(e.URL)
	for name, values := range e.Headers {
		for i, v := range values {
			e.Headers[name][i] = m.text(v)
		}
	}
	if e.Kind == playback.Console || e.Kind == playback.SSE {
		e.Text = m.text(e.Text)
	}
	for i := range e.Stack {
		e.Stack[i].URL = m.text(e.Stack[i].URL)
	}
	for _, t := range []*playback.Target{e.On.Target, e.To.Target} {
		if t == nil {
			continue
		}
		for i := range t.CSS {
			t.CSS[i] = m.text(t.CSS[i])
		}
		t.XPath, t.Pierce = m.text(t.XPath), m.text(t.Pierce)
		for k, v := range t.Attrs {
			t.Attrs[k] = m.text(v)
		}
	}
}

// text maps each URL in a text. A prefix counts only where the host or the path segment ends with it.
func (m *originMap) text(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n := slices.IndexFunc(m.origins, func(o Origin) bool {
			return strings.HasPrefix(s[i:], o.From) && !continues(s[i+len(o.From):])
		})
		if n < 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		m.count[n]++
		b.WriteString(m.origins[n].To)
		i += len(m.origins[n].From)
	}
	return b.String()
}

// continues reports whether a host name or path segment goes on.
func continues(rest string) bool {
	if rest == "" {
		return false
	}
	c := rest[0]
	return c == '-' || c == '.' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ||
		c == ':' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9'
}

// mapped is content whose URLs are mapped when it is read.
type mapped struct {
	Content
	m *originMap
}

// Bytes implements [Content].
func (c mapped) Bytes() ([]byte, error) {
	data, err := c.Content.Bytes()
	if err != nil || !isText(data) {
		return data, err
	}
	return []byte(c.m.text(string(data))), nil
}

// queryOf returns the query of a URL as pairs in their order; nil where it cannot be read.
func queryOf(raw string) url.Values {
	_, q, _ := strings.Cut(raw, "?")
	q, _, _ = strings.Cut(q, "#")
	v, err := url.ParseQuery(q)
	if err != nil {
		return nil
	}
	return v
}
