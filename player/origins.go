package player

import (
	"net/url"
	"slices"
	"strings"

	"restep/player/playback"
)

// urlMap maps recorded URLs to those of the local app: by prefix, the longest first.
type urlMap struct {
	pairs []Origin // without trailing slashes, longest From first
	app   string   // origin of the local app, "" where none is known
}

// newURLMap builds the map from the options; recorded is the app as the file names it.
func newURLMap(recorded string, o Options) urlMap {
	m := urlMap{}
	add := func(from, to string) {
		from, to = prefix(from), prefix(to)
		if from != "" && to != "" {
			m.pairs = append(m.pairs, Origin{From: from, To: to})
		}
	}
	for _, p := range o.Origins {
		add(p.From, p.To)
	}
	local := o.App
	if local == "" {
		local = recorded
	}
	if !slices.ContainsFunc(m.pairs, func(p Origin) bool { return p.From == prefix(recorded) }) {
		add(recorded, local)
	}
	slices.SortStableFunc(m.pairs, func(a, b Origin) int { return len(b.From) - len(a.From) })
	m.app = originOf(local)
	if o.App == "" {
		m.app = originOf(m.local(recorded))
	}
	return m
}

// prefix drops what cannot be part of a URL prefix: query, fragment and trailing slashes.
func prefix(u string) string {
	if i := strings.IndexAny(u, "?#"); i >= 0 {
		u = u[:i]
	}
	return strings.TrimRight(u, "/")
}

// local maps a recorded URL; one that no pair covers stays as it is. WebSocket URLs follow the http pairs.
func (m urlMap) local(u string) string {
	if mapped, ok := m.apply(u); ok {
		return mapped
	}
	for _, s := range [...][2]string{{"wss://", "https://"}, {"ws://", "http://"}} {
		rest, ok := strings.CutPrefix(u, s[0])
		if !ok {
			continue
		}
		if mapped, ok := m.apply(s[1] + rest); ok {
			return "ws" + strings.TrimPrefix(mapped, "http") // http -> ws, https -> wss
		}
	}
	return u
}

func (m urlMap) apply(u string) (string, bool) {
	for _, p := range m.pairs {
		if rest, ok := cutURL(u, p.From); ok {
			if rest == "" && originOf(p.To) == p.To {
				rest = "/"
			}
			return p.To + rest, true
		}
	}
	return u, false
}

// recorded undoes the mapping of a local URL, as far as it can be undone.
func (m urlMap) recorded(u string) string {
	for _, p := range m.pairs {
		if rest, ok := cutURL(u, p.To); ok {
			return p.From + rest
		}
	}
	return u
}

// cutURL removes a prefix from a URL where the prefix ends at a boundary: "https://shop.example" is none of
// "https://shop.example.org/".
func cutURL(u, prefix string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(u, prefix)
	return rest, ok && (rest == "" || strings.ContainsRune("/?#", rune(rest[0])))
}

// text maps the recorded URLs inside a text, so that messages that quote them can be compared.
func (m urlMap) text(s string) string {
	for _, p := range m.pairs {
		if p.From != p.To {
			s = strings.ReplaceAll(s, p.From, p.To)
		}
	}
	return s
}

// own reports whether a live URL belongs to the local app. Its WebSockets count as its own.
func (m urlMap) own(u string) bool {
	if m.app == "" {
		return false
	}
	o := originOf(u)
	return o == m.app || strings.HasPrefix(o, "ws") && "http"+strings.TrimPrefix(o, "ws") == m.app
}

// originOf returns scheme, host and port without a default port, lower case; "" where u has none.
func originOf(u string) string {
	x, err := url.Parse(u)
	if err != nil || x.Scheme == "" || x.Host == "" {
		return ""
	}
	scheme, host := strings.ToLower(x.Scheme), strings.ToLower(x.Host)
	switch scheme {
	case "http", "ws":
		host = strings.TrimSuffix(host, ":80")
	case "https", "wss":
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}

// recordedApp returns the app as the file names it: by its header, else the origin of the first open.
func recordedApp(f *playback.File) (string, error) {
	if app := f.Header().App; app != "" {
		return app, nil
	}
	for pos := range f.Len() {
		if f.Kind(pos) != playback.Open {
			continue
		}
		e, err := f.Event(pos)
		if err != nil {
			return "", err
		}
		if o := originOf(e.URL); o != "" {
			return o, nil
		}
	}
	return "", nil
}
