package sources

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// The forms by which a secret is recognised wherever it stands.
var (
	jwtForm   = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*`)
	emailForm = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b`)
	cardForm  = regexp.MustCompile(`\b(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})(?:[ -]?\d{4}){3}\b|\b3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b`)
	// keyForm is a prefix that names the service, and the secret.
	keyForm = regexp.MustCompile(`\b((?:sk|pk|rk|whsec)_(?:live_|test_)?|gh[pousr]_|github_pat_|glpat-|` +
		`xox[abeprs]-|npm_|AKIA|ASIA|AIza|ya29\.|SG\.|sk-(?:proj-|ant-)?)([A-Za-z0-9_.-]{16,})`)
	// keyMarks are what every prefix of keyForm has one of: looking for them is much faster than matching.
	keyMarks = []string{"k_", "gh", "sec_", "github_", "glpat-", "xox", "npm_", "AKIA", "ASIA", "AIza", "ya29.", "SG.", "sk-"}

	bearerForm = regexp.MustCompile(`(?i)\b(bearer|basic)(\s+|%20)([A-Za-z0-9._~+/-]{8,}=*)`)
	// fileEnds are what follows the last dot of names that look like an address: logo@2x.png.
	fileEnds = regexp.MustCompile(`(?i)\.(png|jpe?g|gif|webp|avif|svg|ico|css|js|mjs|json|html?|map|mp[34]|woff2?)$`)
	// reserved are addresses that belong to nobody (RFC 2606); our stand-ins are among them.
	reserved = regexp.MustCompile(`(?i)(@|%40)([a-z0-9-]+\.)*(example\.(com|net|org)|example|test|invalid)$`)
)

// text masks the secrets in a text that their form, or having been seen elsewhere, gives away.
func (m *Masker) text(s string) string {
	if len(s) < 6 {
		return s
	}
	if m.replacer != nil {
		s = m.replacer.Replace(s)
	}
	if strings.Contains(s, "eyJ") {
		s = jwtForm.ReplaceAllStringFunc(s, m.jwt)
	}
	if strings.Contains(s, "@") || strings.Contains(s, "%40") {
		s = emailForm.ReplaceAllStringFunc(s, m.address)
	}
	if len(s) >= 20 && slices.ContainsFunc(keyMarks, func(mark string) bool { return strings.Contains(s, mark) }) {
		s = replaceGroups(keyForm, s, func(g []string) string { return g[1] + m.opaque(g[2]) })
	}
	if strings.Contains(s, "earer") || strings.Contains(s, "asic") {
		s = replaceGroups(bearerForm, s, func(g []string) string { return g[1] + g[2] + m.credential(g[1], g[3]) })
	}
	if hasDigits(s, 15) {
		s = cardForm.ReplaceAllStringFunc(s, m.cardNumber)
	}
	return s
}

// opaque masks a value that is known to be secret and has no format.
func (m *Masker) opaque(s string) string {
	if m.standsIn(s) {
		return s
	}
	out := m.shape("secret", s)
	m.learn(s, out)
	return out
}

// credential masks what follows Bearer or Basic. Basic keeps the user's name readable as a name of the same shape.
func (m *Masker) credential(scheme, s string) string {
	if jwtForm.MatchString(s) {
		return jwtForm.ReplaceAllStringFunc(s, m.jwt)
	}
	if strings.EqualFold(scheme, "basic") {
		plain, err := base64.StdEncoding.DecodeString(s)
		user, pass, ok := strings.Cut(string(plain), ":")
		if err == nil && ok && isText(plain) {
			return base64.StdEncoding.EncodeToString([]byte(m.text(user) + ":" + m.secret(pass)))
		}
	}
	return m.opaque(s)
}

// jwt masks a JSON Web Token: the claims stay readable for the app, which looks at the time of expiry and at roles,
// with the secrets in them masked; the signature becomes another one, so that no server accepts the token.
func (m *Masker) jwt(s string) string {
	head, rest, _ := strings.Cut(s, ".")
	claims, signature, _ := strings.Cut(rest, ".")
	if m.standsIn(signature) {
		return s
	}
	if plain, err := base64.RawURLEncoding.DecodeString(claims); err == nil {
		masked := m.json(plain, nil)
		claims = base64.RawURLEncoding.EncodeToString(masked)
	}
	// The signature depends on the whole token: two tokens without a signature must not become one.
	out := head + "." + claims + "." + m.shape("jwt "+s, signature)
	m.learn(s, out)
	return out
}

// address masks an e-mail address, which may be written with %40.
func (m *Masker) address(s string) string {
	if reserved.MatchString(s) || fileEnds.MatchString(s) {
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
	for _, f := range []*regexp.Regexp{jwtForm, emailForm, cardForm, keyForm} {
		if at := f.FindStringIndex(s); at != nil && at[0] == 0 && at[1] == len(s) {
			return true
		}
	}
	return false
}

// hasDigits reports whether a text has at least n digits.
func hasDigits(s string, n int) bool {
	for i := 0; i < len(s) && n > 0; i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n--
		}
	}
	return n <= 0
}

// replaceGroups replaces each match by what f makes of its groups.
func replaceGroups(re *regexp.Regexp, s string, f func(groups []string) string) string {
	return re.ReplaceAllStringFunc(s, func(match string) string {
		g := re.FindStringSubmatch(match)
		if g == nil {
			return match // the match needs what stands around it; leave it
		}
		return f(g)
	})
}
