package sources

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// Tokens that say what they are.
var (
	jwtForm = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*`)
	// jweForm is an encrypted token (RFC 7516, 7.1): header, key, initialization vector, content, tag.
	jweForm = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{8,}|\.)\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`)
)

// tokens masks JSON Web Tokens in a text.
func (m *Masker) tokens(s string) string {
	if !strings.Contains(s, "eyJ") {
		return s
	}
	s = jweForm.ReplaceAllStringFunc(s, m.jwe)
	return jwtForm.ReplaceAllStringFunc(s, m.jwt)
}

// jwt masks a JSON Web Token: the claims stay readable for the app, which looks at the time of expiry and at roles,
// with what says who somebody is and the secrets in them masked; the signature becomes another one, so that no server
// accepts the token.
func (m *Masker) jwt(s string) string {
	head, rest, _ := strings.Cut(s, ".")
	claims, signature, _ := strings.Cut(rest, ".")
	if m.standsIn(signature) || m.made[s] {
		return s
	}
	if plain, err := base64.RawURLEncoding.DecodeString(claims); err == nil && isText(plain) {
		masked := m.json(plain, &jsonWalk{m: m, claims: true})
		claims = base64.RawURLEncoding.EncodeToString(masked)
	}
	// The signature depends on the whole token: two tokens without a signature must not become one.
	out := head + "." + claims + "." + m.shape("jwt "+s, signature)
	m.remember(out)
	return out
}

// jwe masks an encrypted token but for its header, which is not encrypted.
func (m *Masker) jwe(s string) string {
	head, rest, _ := strings.Cut(s, ".")
	if strings.HasPrefix(rest, "eyJ") {
		return s // signed, and something with dots follows
	}
	return head + "." + m.opaque(rest)
}

// personal masks the value of a claim that says who somebody is. What the app reads in its token it may look for
// elsewhere, so only what can be replaced everywhere is masked: a short word stays.
func (m *Masker) personal(s string, c scope) string {
	if out := m.value(s, c); out != s {
		return out
	}
	if !telling(s) || m.masked(s) {
		return s
	}
	out := m.shape("secret", s)
	m.remember(out)
	switch {
	case !m.learning:
	case unmistakable(s), len(s) >= 7 && strings.Contains(s, " "):
		m.known.addAnywhere(s, out)
	default:
		m.known.add(m.whole, s, out)
	}
	return out
}

// pemBegin and pemEnd are around a private key (RFC 7468, 10; OpenSSH and PGP have the same form).
var (
	pemBegin = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----`)
	pemEnd   = "-----END "
)

// privateKeys masks private keys in a text. Line breaks stay, also those that are written as \n.
func (m *Masker) privateKeys(s string) string {
	if !strings.Contains(s, "PRIVATE KEY") {
		return s
	}
	e := edit{s: s}
	for from := 0; ; {
		at := pemBegin.FindStringIndex(s[from:])
		if at == nil {
			return e.String()
		}
		from += at[1]
		n := strings.Index(s[from:], pemEnd)
		if n < 0 { // cut off, or no key at all
			if n = strings.IndexAny(s[from:], "\"'<>{}"); n < 0 {
				n = len(s) - from
			}
		}
		e.replace(from, from+n, m.keyText(s[from:from+n]))
		from += n
	}
}

// keyText masks the letters and digits between the lines of a private key. The stand-in depends on them alone: the
// same key has the same one however its lines are broken.
func (m *Masker) keyText(s string) string {
	at := lettersOf(s)
	letters := make([]byte, len(at))
	for i, n := range at {
		letters[i] = s[n]
	}
	out := []byte(s)
	for i, c := range []byte(m.opaque(string(letters))) {
		out[at[i]] = c
	}
	return string(out)
}

// lettersOf returns the places of ASCII letters and digits that are no part of an escape with a backslash.
func lettersOf(s string) []int {
	var at []int
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			for i < len(s) && s[i] == '\\' {
				i++
			}
			if i < len(s) && s[i] == 'u' {
				i += 4
			}
			continue // with the letter behind
		}
		if classOf(s[i]) >= 0 {
			at = append(at, i)
		}
	}
	return at
}
