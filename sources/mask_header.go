package sources

import (
	"regexp"
	"strings"
)

// linkForm is an address in a Link header (RFC 8288), or in a Refresh header.
var linkForm = regexp.MustCompile(`<[^>]*>|(?i:url=)\S+`)

// header masks the value of a header; the name is in lower case.
func (m *Masker) header(name, value string, c scope) string {
	switch name {
	case "cookie":
		parts := strings.Split(value, ";")
		for i, p := range parts {
			bare := strings.TrimLeft(p, " ")
			parts[i] = p[:len(p)-len(bare)] + m.cookie(bare)
		}
		return strings.Join(parts, ";")
	case "set-cookie":
		// DevTools joins the cookies of one response with line feeds.
		if first, rest, ok := strings.Cut(value, "\n"); ok {
			return m.header(name, first, c) + "\n" + m.header(name, rest, c)
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
	case "location", "referer", "content-location":
		return m.url(value, c)
	case "link", "refresh":
		return linkForm.ReplaceAllStringFunc(value, func(s string) string { return m.link(s, c) })
	case "sec-websocket-protocol":
		return m.subprotocols(value)
	case "access-control-allow-headers", "access-control-expose-headers", "access-control-request-headers", "vary":
		return value // names of headers
	case "etag", "content-type", "content-security-policy", "date", "last-modified", "user-agent":
		return value
	}
	if strings.HasSuffix(name, "-auth") {
		name = "auth"
	}
	if m.isSecret(name, value, scope{request: true}) {
		return m.secretOf(name, value)
	}
	return m.value(value, c)
}

// subprotocols masks the list of protocols that a page offers for a WebSocket. Pages cannot set other headers there, so
// that many send a token as a protocol: behind one that says so, or at the end of a name with dots, as for Kubernetes.
func (m *Masker) subprotocols(value string) string {
	list := strings.Split(value, ",")
	said := false
	for i, item := range list {
		bare := strings.TrimSpace(item)
		at := strings.LastIndexByte(bare, '.') + 1
		if strings.Count(bare, ".") == 2 && jwtForm.MatchString(bare) {
			at = 0
		}
		if secret := bare[at:]; secret != "" && (said || at == 0 && jwtForm.MatchString(bare) || random(secret, 12)) {
			list[i] = strings.Replace(item, secret, m.secret(secret), 1)
		}
		p := plainName(bare)
		said = at == 0 && (protocolWord(p) || p == "auth" || secretWord(p))
	}
	return strings.Join(list, ",")
}

// link masks a match of linkForm.
func (m *Masker) link(s string, c scope) string {
	if s[0] == '<' {
		return "<" + m.url(s[1:len(s)-1], c) + ">"
	}
	return s[:4] + m.url(s[4:], c)
}

// cookie masks name=value. Every cookie counts as secret, since most are sessions, except settings that scripts read.
// Only what is secret by its name, or looks random, is looked for elsewhere.
func (m *Masker) cookie(pair string) string {
	name, value, ok := strings.Cut(pair, "=")
	if !ok || m.setting(name, value) {
		return pair
	}
	return name + "=" + m.escaped(value, func(s string) string { return m.cookieValue(name, s) })
}

// cookieValue masks the value of a cookie that is no setting.
func (m *Masker) cookieValue(name, value string) string {
	switch {
	case m.secretName(name):
		return m.secretOf(name, value)
	case random(value, 12):
		return m.secret(value)
	}
	if standIn, ok := m.whole[value]; ok {
		return standIn
	}
	return m.hide(value, false)
}

// setting reports whether a cookie is a setting such as theme=dark, locale=de-CH or seen=1: too short and plain to
// be a credential.
func (m *Masker) setting(name, value string) bool {
	if m.secretName(name) || len(value) > 12 {
		return false
	}
	letters := !strings.ContainsFunc(value, func(r rune) bool {
		return r > 127 || classOf(byte(r)) != 0 && classOf(byte(r)) != 1 && r != '-' && r != '_'
	})
	return letters || len(value) <= 2
}
