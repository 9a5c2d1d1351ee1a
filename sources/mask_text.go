package sources

import (
	"regexp"
	"strings"
)

// The forms by which a secret is recognised wherever it stands; see also mask_token.go.
var (
	emailForm = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b`)
	cardForm  = regexp.MustCompile(`\b(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})(?:[ -]?\d{4}){3}\b|\b3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b`)
	// fileEnds are what follows the last dot of names that look like an address: logo@2x.png.
	fileEnds = regexp.MustCompile(`(?i)\.(png|jpe?g|gif|webp|avif|svg|ico|css|js|mjs|json|html?|map|mp[34]|woff2?)$`)
	// reserved are addresses that belong to nobody (RFC 2606); our stand-ins are among them.
	reserved = regexp.MustCompile(`(?i)(@|%40)([a-z0-9-]+\.)*(example\.(com|net|org)|example|test|invalid)$`)
)

// text masks the secrets in a text for people: those in URLs, those behind a name, and those that their form, or
// having been seen elsewhere, gives away.
func (m *Masker) text(s string, c scope) string {
	if len(s) < 6 {
		return s
	}
	s = m.privateKeys(s)
	if !strings.Contains(s, "://") || m.depth > maxDepth {
		return m.forms(m.named(s, pairMode{request: c.request}))
	}
	e := edit{s: s}
	from := 0
	for start, end := nextURL(s, 0); start >= 0; start, end = nextURL(s, from) {
		e.replace(from, start, m.named(s[from:start], pairMode{request: c.request}))
		e.replace(start, end, m.url(s[start:end], c))
		from = end
	}
	e.replace(from, len(s), m.named(s[from:], pairMode{request: c.request}))
	return m.forms(e.String())
}

// program masks the secrets in the text of a program: values behind a secret name only where they look random.
func (m *Masker) program(s string) string {
	s = m.named(m.privateKeys(s), pairMode{program: true})
	return m.serviceKeys(m.tokens(m.known.replace(s)))
}

// forms masks the secrets that their form, or having been seen elsewhere, gives away.
func (m *Masker) forms(s string) string {
	if len(s) < 6 {
		return s
	}
	s = m.tokens(m.known.replace(s))
	if strings.Contains(s, "@") || strings.Contains(s, "%40") {
		s = replaceAddresses(s, m.address)
	}
	s = m.serviceKeys(s)
	s = replaceWords(s, "bB", bearerForm, func(head, key string) string {
		scheme, _, _ := strings.Cut(strings.ReplaceAll(head, "%20", " "), " ")
		if !strings.ContainsAny(key, digits) && !random(key, 12) {
			return key // basic usage, bearer bonds
		}
		if isOpen(key) {
			return key
		}
		return m.credential(scheme, key)
	})
	if len(s) >= 15 {
		s = replaceWords(s, upper+lower, func(s string) (int, int) { return 0, ibanAt(s) }, func(_, number string) string { return m.account(number) })
		s = replaceNumbers(s, m.cardNumber)
	}
	return s
}

// serviceKeys masks the keys of well-known services.
func (m *Masker) serviceKeys(s string) string {
	if len(s) < 20 {
		return s
	}
	return replaceWords(s, "sprwgdxnAySvMNO", keyForm, func(_, key string) string {
		out := m.opaque(key)
		m.learn(key, out, true)
		return out
	})
}

// keyPrefixes are the prefixes that well-known services give their keys. One that begins like another stands first.
var keyPrefixes = strings.Fields(`sk_live_ sk_test_ sk_ pk_live_ pk_test_ pk_ rk_live_ rk_test_ rk_ whsec_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_
	glpat- shpat_ shpss_ shpca_ dop_v1_ xoxa- xoxb- xoxe- xoxp- xoxr- xoxs- xapp- npm_ AKIA ASIA AIza ya29. SG. sk-proj- sk-ant- sk-
	v1.local. v2.local. v3.local. v4.local. v1.public. v2.public. v3.public. v4.public.`)

// keyForm finds a key of a well-known service at the start of a text: the prefix stays.
func keyForm(s string) (head, end int) {
	for _, p := range keyPrefixes {
		if strings.HasPrefix(s, p) {
			if n := run(s[len(p):], "_.-"); n >= 16 {
				return len(p), len(p) + n
			}
			return 0, 0
		}
	}
	if strings.IndexByte("ASMNO", s[0]) < 0 {
		return 0, 0
	}
	for _, shape := range keyShapes {
		if at := shape.FindStringSubmatchIndex(s); at != nil {
			return at[3], at[1]
		}
	}
	return 0, 0
}

// keyShapes are keys that no prefix alone tells, each behind the part that stays: accounts and keys of Twilio, keys of
// Azure, bots of Discord.
var keyShapes = []*regexp.Regexp{
	regexp.MustCompile(`^(SK|AC)[0-9a-f]{32}\b`),
	regexp.MustCompile(`^((?:Account|Access)Key=)[A-Za-z0-9+/]{40,100}={0,2}`),
	regexp.MustCompile(`^([MNO])[\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}`),
}

// bearerForm finds a credential behind the name of its scheme at the start of a text.
func bearerForm(s string) (head, end int) {
	n := 0
	for _, scheme := range []string{"bearer", "basic"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			n = len(scheme)
		}
	}
	switch rest := s[n:]; {
	case n == 0:
		return 0, 0
	case strings.HasPrefix(rest, "%20"):
		head = n + 3
	default:
		if head = len(s) - len(strings.TrimLeft(rest, " \t")); head == n {
			return 0, 0
		}
	}
	length := run(s[head:], "._~+/-")
	if length < 8 {
		return 0, 0
	}
	end = head + length
	for end < len(s) && s[end] == '=' {
		end++
	}
	return head, end
}

// address masks an e-mail address, which may be written with %40.
func (m *Masker) address(s string) string {
	if reserved.MatchString(s) || fileEnds.MatchString(s) || strings.HasPrefix(s, "git@") {
		return s
	}
	out := m.email(strings.Replace(s, "%40", "@", 1))
	if strings.Contains(s, "%40") {
		return strings.Replace(out, "@", "%40", 1)
	}
	return out
}

// cardNumber masks a number if it is that of a card.
func (m *Masker) cardNumber(s string) string {
	if !luhn(s) || m.cardStandsIn(s) {
		return s
	}
	return m.card(s)
}

// wholeForm reports whether a value is one of the forms and nothing else.
func wholeForm(s string) bool {
	if _, end := keyForm(s); end == len(s) {
		return true
	}
	if ibanAt(s) == len(s) {
		return true
	}
	for _, f := range []*regexp.Regexp{jwtForm, jweForm, emailForm, cardForm} {
		if at := f.FindStringIndex(s); at != nil && at[0] == 0 && at[1] == len(s) {
			return true
		}
	}
	return false
}
