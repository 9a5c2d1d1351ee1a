package player

import (
	"strconv"
	"strings"
)

// Key is the canonical key of a request: two requests with the same key ask for the same thing. url is absolute, as
// the local app uses it. The page script has the same function (player/chrome/js/canon.js).
//
//	METHOD SP origin path [ "?" query ] [ SP kind SP content ]
//
// The method is upper case. User info, default ports, fragments and dot segments are dropped, ws and wss count as http
// and https. Escapes are written in one way: letters, digits and -._~ plain, all else as %XX in upper case, where a
// path keeps the other characters that it may contain. The pairs of a query are sorted by name; pairs of one name keep
// their order.
//
// The kind of content follows the content type, and the content itself where that says nothing:
//
//	json       sorted keys, numbers and strings as JSON.stringify writes them, no white space
//	form       pairs, like a query
//	multipart  name=value pairs sorted by name; a file is @size:hash; the boundary does not count
//	text       as it is
//	binary     size:hash
//
// A GraphQL operation (in JSON, a batch of them, a form or a query) is graphql:NAME:VARIABLES, where an operation
// without a name is its document with white space collapsed. Content and queries of more than 512 UTF-16 units are
// #size:hash. The hash has 64 bits and does not resist attacks.
func Key(method, url, contentType string, body []byte) string {
	key := asciiUpper(method) + " " + canonURL(url)
	if len(body) == 0 {
		return key
	}
	return key + " " + bodyKey(contentType, body)
}

const (
	keyLongest = 512 // UTF-16 units
	keyDeepest = 500 // levels of JSON
)

// canonURL normalises an http or ws URL; any other only loses its fragment.
func canonURL(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
	s, _, _ = strings.Cut(s, "#")
	scheme, rest, ok := strings.Cut(s, ":")
	scheme = asciiLower(scheme)
	secure := scheme == "https" || scheme == "wss"
	if !ok || !secure && scheme != "http" && scheme != "ws" {
		return s
	}
	rest, query, _ := strings.Cut(strings.TrimLeft(rest, `/\`), "?")
	host, path := rest, "/"
	if i := strings.IndexAny(rest, `/\`); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	host = asciiLower(host[strings.LastIndexByte(host, '@')+1:])
	scheme, port := "http://", ":80"
	if secure {
		scheme, port = "https://", ":443"
	}
	if trimmed, ok := strings.CutSuffix(host, port); ok {
		host = trimmed
	} else {
		host = strings.TrimSuffix(host, ":")
	}
	key := scheme + host + canonPath(path)
	if list := formPairs(query); len(list) > 0 {
		key += "?" + queryKey(list)
	}
	return key
}

// canonPath spells a path that begins with a slash, without dot segments.
func canonPath(s string) string {
	s = respell(strings.ReplaceAll(s, `\`, "/"), "!$&'()*+,;=:@/")
	if !strings.Contains(s, "/.") {
		return s
	}
	parts := strings.Split(s, "/")[1:]
	out := make([]string, 0, len(parts))
	for i, part := range parts {
		switch {
		case part == "..":
			out = out[:max(len(out)-1, 0)]
		case part != ".":
			out = append(out, part)
		}
		if i == len(parts)-1 && (part == "." || part == "..") {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// respell writes every escape of s in the one way that keys use, and escapes what is neither plain nor in keep.
func respell(s, keep string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				writeEscaped(&b, byte(n), "")
				i += 2
				continue
			}
		}
		writeEscaped(&b, c, keep)
	}
	return b.String()
}

// literalKey escapes text that has no escapes of its own.
func literalKey(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		writeEscaped(&b, s[i], "")
	}
	return b.String()
}

func writeEscaped(b *strings.Builder, c byte, keep string) {
	const hex = "0123456789ABCDEF"
	plain := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
	if plain || strings.IndexByte(keep, c) >= 0 {
		b.WriteByte(c)
		return
	}
	b.WriteByte('%')
	b.WriteByte(hex[c>>4])
	b.WriteByte(hex[c&15])
}

// shortKey replaces long content by its size and hash.
func shortKey(s string) string {
	if len(s) <= keyLongest { // never fewer bytes than units
		return s
	}
	units := 0
	for _, r := range s {
		units++
		if r > 0xffff {
			units++
		}
	}
	if units <= keyLongest {
		return s
	}
	h := newKeyHash()
	for _, r := range s {
		if r > 0xffff {
			r -= 0x10000
			h.add(0xd800 + uint32(r)>>10)
			h.add(0xdc00 + uint32(r)&0x3ff)
		} else {
			h.add(uint32(r))
		}
	}
	return "#" + strconv.Itoa(units) + ":" + h.sum()
}

// digestKey is the size and hash of bytes.
func digestKey(b []byte) string {
	h := newKeyHash()
	for _, c := range b {
		h.add(uint32(c))
	}
	return strconv.Itoa(len(b)) + ":" + h.sum()
}

// keyHash mixes numbers into 64 bits: two multiplicative lanes and a final avalanche, of 32-bit arithmetic only,
// which JavaScript computes fast.
type keyHash struct{ a, b uint32 }

func newKeyHash() keyHash { return keyHash{0xdeadbeef, 0x41c6ce57} }

func (h *keyHash) add(unit uint32) {
	h.a = (h.a ^ unit) * 2654435761
	h.b = (h.b ^ unit) * 1597334677
}

func (h *keyHash) sum() string {
	a := (h.a^h.a>>16)*2246822507 ^ (h.b^h.b>>13)*3266489909
	b := (h.b^h.b>>16)*2246822507 ^ (a^a>>13)*3266489909
	const hex = "0123456789abcdef"
	out := make([]byte, 16)
	for i, n := 15, uint64(b)<<32|uint64(a); i >= 0; i, n = i-1, n>>4 {
		out[i] = hex[n&15]
	}
	return string(out)
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func asciiUpper(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, s)
}
