package sources

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// secret returns the stand-in of a value that is known to be secret by where it stands, and learns it.
func (m *Masker) secret(s string) string { return m.standIn(s, false) }

// password is secret for what a person chose or was sent: whatever it looks like, it is no date and no word that says
// something about a secret.
func (m *Masker) password(s string) string { return m.standIn(s, true) }

func (m *Masker) standIn(s string, strict bool) string {
	if _, ok := m.form.secrets[s]; ok && m.sends {
		m.form.sent = true
	}
	if standIn, ok := m.anywhere[s]; ok {
		return standIn
	}
	out := m.hide(s, strict)
	if len(s) < maxLearned {
		m.learn(s, out, strict)
	}
	return out
}

// secretOf is secret or password for a value with a name: a header that is given as a value stays one. A single
// character is no secret.
func (m *Masker) secretOf(name, s string) string {
	if len(s) < 2 {
		return s
	}
	switch plainName(name[strings.LastIndexByte(name, '.')+1:]) {
	case "cookie":
		if strings.Contains(s, "=") {
			return m.header("cookie", s, scope{})
		}
	case "setcookie":
		if strings.Contains(s, "=") {
			return m.header("set-cookie", s, scope{})
		}
	}
	return m.standIn(s, strictNames.MatchString(keyPart(name)))
}

// maxLearned is the length in bytes from which a secret is no longer looked for elsewhere.
const maxLearned = 8 << 10

// hide returns the stand-in of a secret value. What has a format keeps it: JSON stays JSON, with the secrets in it
// masked, and so do strings in quotes, and, unless everything is secret, URLs and what follows the name of a scheme.
func (m *Masker) hide(s string, strict bool) string {
	if noSecret(s) || m.masked(s) {
		return s
	}
	if !strict {
		if protocolWord(s) || isOpen(s) {
			return s
		}
		if scheme, rest, ok := strings.Cut(s, " "); ok && authScheme(scheme) {
			return scheme + " " + m.credential(scheme, rest)
		}
	}
	defer m.shut()
	switch open := m.open(); {
	case !open:
	case looksJSON([]byte(s)) && jsontext.Value(s).IsValid():
		return string(m.json([]byte(s), &jsonWalk{m: m, scope: scope{request: true, random: true}, all: strict}))
	case s[0] == '"' && len(s) > 2 && jsontext.Value(s).IsValid():
		if inner, err := jsontext.AppendUnquote(nil, s); err == nil {
			return quoteJSON(m.standIn(string(inner), strict), s)
		}
	case !strict && strings.Contains(s, "://") && isURL(s):
		return m.url(s, scope{random: true})
	case strings.Contains(s, "PRIVATE KEY-----"):
		return m.privateKeys(s)
	}
	if out := m.forms(s); out != s && wholeForm(s) {
		return out // an e-mail, a card or a token: its own format, the same as where its name does not tell
	}
	return m.opaque(s)
}

// opaque masks a value that is known to be secret and has no format.
func (m *Masker) opaque(s string) string {
	if m.masked(s) {
		return s
	}
	out, ok := m.date(s)
	if !ok {
		out = m.shape("secret", s)
	}
	m.remember(out)
	return out
}

// quoteJSON writes a text as a JSON string; where that cannot be, it returns the other text.
func quoteJSON(s, or string) string {
	quoted, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		return or
	}
	return string(quoted)
}

// escaped masks a secret that may be written with escapes of URLs, and writes it in the same way.
func (m *Masker) escaped(s string, mask func(string) string) string {
	plain, err := url.PathUnescape(s)
	if err != nil || plain == s {
		return mask(s)
	}
	out := mask(plain)
	if out == plain {
		return s
	}
	return strings.ReplaceAll(url.QueryEscape(out), "+", "%20")
}

// authScheme reports whether a word is a scheme of the Authorization header that a credential follows.
func authScheme(s string) bool {
	switch strings.ToLower(s) {
	case "bearer", "basic", "token", "negotiate", "apikey", "dpop":
		return true
	}
	return false
}

// credential masks what follows Bearer or Basic. Basic keeps the user's name readable as a name of the same shape.
func (m *Masker) credential(scheme, s string) string {
	if out := m.tokens(s); out != s {
		return out
	}
	if strings.EqualFold(scheme, "basic") {
		plain, err := base64.StdEncoding.DecodeString(s)
		user, pass, ok := strings.Cut(string(plain), ":")
		if err == nil && ok && isText(plain) {
			return base64.StdEncoding.EncodeToString([]byte(m.value(user, scope{}) + ":" + m.password(pass)))
		}
	}
	if noSecret(s) {
		return s
	}
	out := m.opaque(s)
	m.learn(s, out, true)
	return out
}
