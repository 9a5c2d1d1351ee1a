package sources

import (
	"net/url"
	"strings"
)

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
		case m.secretName(name), oauth && name == "code", name == "key" && unmistakable(value):
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
		// DevTools joins the cookies of one response with line feeds.
		if first, rest, ok := strings.Cut(value, "\n"); ok {
			return m.header(name, first) + "\n" + m.header(name, rest)
		}
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
	if m.secretName(name) || name == "x-auth" || name == "x-session" {
		return m.secret(value)
	}
	return m.text(value)
}

// cookie masks name=value. Every cookie counts as secret, since most are sessions, except settings that scripts read.
func (m *Masker) cookie(pair string) string {
	name, value, ok := strings.Cut(pair, "=")
	if !ok || m.setting(name, value) {
		return pair
	}
	return name + "=" + m.secret(value)
}

// setting reports whether a cookie is a setting such as theme=dark, locale=de-CH or seen=1: too short and plain to
// be a credential.
func (m *Masker) setting(name, value string) bool {
	if m.secretName(name) || len(value) > 12 {
		return false
	}
	letters := strings.IndexFunc(value, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_')
	}) < 0
	return letters || len(value) <= 2
}
