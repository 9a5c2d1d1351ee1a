package player

import (
	"fmt"
	"net/url"
	"strings"
)

// pattern matches requests: "METHOD URL" or "URL", where * stands for any run of characters. A URL that begins with /
// stands for any origin. Without a ? the query does not count.
type pattern struct {
	method string // "": any
	url    string
}

func parsePattern(s string) pattern {
	s = strings.TrimSpace(s)
	if method, u, ok := strings.Cut(s, " "); ok && method == strings.ToUpper(method) && !strings.ContainsAny(method, "/:*") {
		return pattern{method: method, url: strings.TrimSpace(u)}
	} else if ok && method == "*" {
		return pattern{url: strings.TrimSpace(u)}
	}
	return pattern{url: s}
}

// CheckPattern reports what is wrong with a pattern of requests, as in [Options.Live]; nil for nothing.
func CheckPattern(s string) error {
	p := parsePattern(s)
	if _, _, absolute := strings.Cut(p.url, "://"); p.url == "*" || absolute || strings.HasPrefix(p.url, "/") {
		return nil
	}
	return fmt.Errorf("%q is no pattern of requests: write \"URL\" or \"METHOD URL\", such as \"GET https://api.example/items/*\"", s)
}

func parsePatterns(list []string) []pattern {
	out := make([]pattern, len(list))
	for i, s := range list {
		out[i] = parsePattern(s)
	}
	return out
}

// match reports whether a request with this method and URL fits.
func (p pattern) match(method, u string) bool {
	if p.url == "" || p.method != "" && !strings.EqualFold(p.method, method) {
		return false
	}
	if i := strings.IndexByte(u, '#'); i >= 0 {
		u = u[:i]
	}
	if !strings.Contains(p.url, "?") {
		if i := strings.IndexByte(u, '?'); i >= 0 {
			u = u[:i]
		}
	}
	if strings.HasPrefix(p.url, "/") {
		x, err := url.Parse(u)
		if err != nil {
			return false
		}
		u = x.RequestURI()
	}
	return glob(p.url, u)
}

// matchAny reports whether one of the patterns fits one of the URLs.
func matchAny(patterns []pattern, method string, urls ...string) bool {
	for _, p := range patterns {
		for _, u := range urls {
			if p.match(method, u) {
				return true
			}
		}
	}
	return false
}

// glob matches s with a pattern whose only wildcard is *. It takes at most len(pattern) × len(s) steps.
func glob(pattern, s string) bool {
	p, i := 0, 0
	star, mark := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0: // let the last star take one more
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
