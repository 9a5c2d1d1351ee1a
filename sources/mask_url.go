package sources

import (
	"net/url"
	"regexp"
	"strings"
)

// pairs masks the values of a query or an urlencoded form. Pairs that hold no secret keep their exact bytes.
func (m *Masker) pairs(s string, c scope, at *places) string {
	parts := strings.Split(s, "&")
	all := around{text: s}
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
		if at.done("." + name) {
			continue
		}
		var out string
		if m.isSecret(name, value, scope{request: true}) || all.parameter(name, value, c) {
			out = m.secretOf(name, value)
		} else {
			out = m.valueOf(name, value, c)
		}
		if out == value {
			continue
		}
		if rawValue == value && !strings.ContainsAny(out, "&#% ") {
			parts[i] = rawName + "=" + out // written as it was
		} else {
			parts[i] = rawName + "=" + url.QueryEscape(out)
		}
		at.note("." + name)
	}
	return strings.Join(parts, "&")
}

// url masks a URL: the password before the host, parameters, fragment, and what stands in the path.
func (m *Masker) url(s string, c scope) string { return m.urlAt(s, c, nil) }

// urlAt is url, which notes the parameters that it masks.
func (m *Masker) urlAt(s string, c scope, query *places) string {
	s, fragment, hasFragment := strings.Cut(s, "#")
	s, params, hasQuery := strings.Cut(s, "?")
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		host, path := rest, ""
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			host, path = rest[:i], rest[i:]
		}
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			user, pass, has := strings.Cut(host[:i], ":")
			if has && pass != "" {
				user += ":" + m.escaped(pass, m.password)
			}
			host = user + host[i:]
		}
		s = scheme + "://" + host + m.path(path, c)
	} else {
		s = m.path(s, c)
	}
	if hasQuery {
		s += "?" + m.pairs(params, c, query)
	}
	if hasFragment {
		s += "#" + m.fragment(fragment, c)
	}
	return s
}

// fragment masks what stands behind #: parameters, as OAuth answers in, or the address of a page in the app, with a
// query or parameters of its own.
func (m *Masker) fragment(s string, c scope) string {
	route := s[:len(s)-len(strings.TrimLeft(s, "!/"))]
	if path, query, ok := strings.Cut(s, "?"); ok {
		return m.path(path, c) + "?" + m.pairs(query, c, nil)
	}
	if strings.Contains(s, "=") {
		return route + m.pairs(s[len(route):], c, nil)
	}
	return m.path(s, c)
}

// tokenWords are in names before a token that is as good as a password: /reset/…, /invite/….
var tokenWords = newWordIndex("reset verif invit magic sharelink confirm activat recover unsubscribe onetime passwordless secret apikey")

// beforeToken reports whether a token may follow a segment of a path.
func beforeToken(segment string) bool {
	if len(segment) < 4 || len(segment) > 40 {
		return false
	}
	switch p := plainName(segment); p {
	case "share", "shared", "join", "token", "auth", "session":
		return true
	default:
		return tokenWords.in(p) || strings.HasSuffix(p, "token")
	}
}

// fileName is how the name of a file ends.
var fileName = regexp.MustCompile(`\.[A-Za-z][A-Za-z0-9]{0,4}$`)

// path masks the path of a URL: tokens behind the words that they follow, parameters of segments, and forms.
func (m *Masker) path(p string, c scope) string {
	segments := strings.Split(p, "/")
	near := 0 // how many more segments a token may be in
	for i, seg := range segments {
		token := c.random || near > 0 && !fileName.MatchString(seg)
		segments[i] = m.escaped(seg, func(s string) string {
			if standIn, ok := m.whole[s]; ok {
				return standIn
			}
			if token && random(s, 20) {
				return m.secret(s)
			}
			return m.known.replace(s)
		})
		if name, params, ok := strings.Cut(segments[i], ";"); ok {
			segments[i] = name + ";" + m.pairs(params, c, nil)
		}
		near--
		if beforeToken(seg) {
			near = 3
		}
	}
	return m.forms(strings.Join(segments, "/"))
}
