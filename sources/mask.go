package sources

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// Masker replaces secrets by stand-ins of the same format. The stand-in depends on the key and the secret alone, so
// that a secret has the same one wherever it occurs, in every source that is masked with the key: a token that a
// response hands out and a later request sends still match. A stand-in is never masked again.
//
// What is a secret is decided by where it stands (headers, fields and parameters with telling names), by its form
// (e-mail addresses, cards, JSON Web Tokens, keys of well-known services), and, for values that cannot be anything
// else, by having been seen as a secret elsewhere in the recording.
type Masker struct {
	shaper
	known    map[string]string // secrets that are replaced wherever they occur -> stand-ins
	size     int               // bytes in the keys of known
	replacer *strings.Replacer // of known; nil: none, or not yet built
	learning bool
	names    map[string]bool // what secretName said
}

// Bounds of the secrets that are looked for everywhere: how many, and how many bytes of them.
const (
	maxKnown     = 20_000
	maxKnownSize = 4 << 20
)

// NewMasker returns a masker. The key is any secret; it cannot be found from what it masks.
func NewMasker(key []byte) *Masker {
	return &Masker{shaper: shaper{key: bytes.Clone(key)}, known: map[string]string{}, names: map[string]bool{}}
}

// Learn looks for secrets in a recording that is going to be masked, so that they are also found where nothing but
// their value tells. It reads all content.
func (m *Masker) Learn(r *Recording) error {
	m.learning, m.replacer = true, nil
	defer func() { m.learning = false }()
	for i := range r.Lines {
		l := r.Lines[i]
		data, err := l.bytes()
		if err != nil {
			return err
		}
		e := cloneEvent(&l.Event)
		m.Event(e, data)
	}
	secrets := sortedKeys(m.known)
	// The first that fits is taken: a secret that begins like another must not be replaced as that one.
	slices.SortStableFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(secrets))
	for _, secret := range secrets {
		pairs = append(pairs, secret, m.known[secret])
	}
	if len(pairs) > 0 {
		m.replacer = strings.NewReplacer(pairs...)
	}
	return nil
}

// Event masks an event in place and returns its content masked. What was replaced is added to e.Masked; what stands
// there already is not touched.
func (m *Masker) Event(e *playback.Event, data []byte) []byte {
	w := &maskWork{Masker: m, e: e, done: slices.Clone(e.Masked)}
	e.URL = w.at("url", e.URL, m.url)
	w.headers()
	data = w.body(data)
	w.fields()
	return data
}

// maskWork is the masking of one event.
type maskWork struct {
	*Masker
	e    *playback.Event
	done []string // places that hold stand-ins already
}

// maxMaskedPaths bounds the list of one line.
const maxMaskedPaths = 64

// at masks the text at one place of the line.
func (w *maskWork) at(place, s string, mask func(string) string) string {
	if s == "" || slices.Contains(w.done, place) {
		return s
	}
	out := mask(s)
	if out != s {
		w.note(place)
	}
	return out
}

func (w *maskWork) note(place string) {
	if len(w.e.Masked) < maxMaskedPaths && !slices.Contains(w.e.Masked, place) {
		w.e.Masked = append(w.e.Masked, place)
	}
}

// headers masks the values of headers.
func (w *maskWork) headers() {
	for _, name := range sortedKeys(w.e.Headers) {
		values := w.e.Headers[name]
		for i, v := range values {
			values[i] = w.at("headers."+name, v, func(s string) string { return w.header(strings.ToLower(name), s) })
		}
	}
}

// fields masks what people typed and programs said.
func (w *maskWork) fields() {
	e := w.e
	secret := secretTarget(e.On.Target)
	typed := w.text
	if secret {
		typed = w.secret
	}
	switch e.Kind {
	case playback.Type, playback.Input, playback.Dialog, playback.Clipboard:
		e.Text = w.at("text", e.Text, typed)
		e.Rhythm = fitRhythm(e.Rhythm, utf8.RuneCountInString(e.Text))
	case playback.SSE, playback.WS:
		e.Text = string(w.content([]byte(e.Text), "text", nil))
	default:
		e.Text = w.at("text", e.Text, w.text)
	}
	if e.Value != nil {
		v := w.at("value", *e.Value, func(s string) string {
			if secret || e.Kind == playback.Storage && secretName(e.Key) {
				return w.secret(s)
			}
			return w.text(s)
		})
		e.Value = &v
	}
	e.Message, e.Msg = w.at("message", e.Message, w.text), w.at("msg", e.Msg, w.text)
	e.Title = w.at("title", e.Title, w.text)
	for i, a := range e.Args {
		place := "args"
		if !slices.Contains(w.done, place) {
			e.Args[i] = jsontext.Value(w.content(a, place, nil))
		}
	}
	w.target("on", e.On.Target)
	w.target("to", e.To.Target)
}

// target masks selectors that quote what the app shows, in the way in which the app will show it.
func (w *maskWork) target(place string, t *playback.Target) {
	if t == nil {
		return
	}
	for _, s := range []struct {
		name string
		text *string
	}{{"name", &t.Name}, {"label", &t.Label}, {"text", &t.Text}, {"xpath", &t.XPath}, {"pierce", &t.Pierce}} {
		*s.text = w.at(place+"."+s.name, *s.text, w.text)
	}
	for i := range t.CSS {
		t.CSS[i] = w.at(place+".css", t.CSS[i], w.text)
	}
	for _, k := range sortedKeys(t.Attrs) {
		t.Attrs[k] = w.at(place+".attrs."+k, t.Attrs[k], w.text)
	}
}

// body masks the content of the line.
func (w *maskWork) body(data []byte) []byte {
	if len(data) == 0 {
		return data
	}
	typ := w.e.Headers.Get("content-type")
	if typ == "" && w.e.Body != nil {
		typ = w.e.Body.Type
	}
	return w.content(data, "body", &typ)
}

// secret returns the stand-in of a value that is known to be secret.
func (m *Masker) secret(s string) string {
	if s == "" || protocolWord(s) || m.standsIn(s) {
		return s
	}
	out := m.text(s)
	if out != s && wholeForm(s) {
		return out // an e-mail, a card or a token: its own format, the same as where its name does not tell
	}
	out = m.shape("secret", s)
	m.learn(s, out)
	return out
}

// secretName is the function of that name, which remembers its answers: the same names come again and again.
func (m *Masker) secretName(name string) bool {
	is, ok := m.names[name]
	if !ok {
		is = secretName(name)
		if len(m.names) < maxKnown {
			m.names[name] = is
		}
	}
	return is
}

// learn remembers a secret that is replaced wherever it occurs, if it cannot be anything else.
func (m *Masker) learn(s, standIn string) {
	if !m.learning || len(m.known) >= maxKnown || m.size+len(s) > maxKnownSize || !unmistakable(s) {
		return
	}
	if _, ok := m.known[s]; !ok {
		m.known[s] = standIn
		m.size += len(s)
	}
}

// unmistakable reports whether a value is too long and mixed to be a word or number that means something else.
func unmistakable(s string) bool {
	return len(s) >= 12 && len(s) <= 8<<10 && strings.ContainsAny(s, "0123456789") &&
		strings.IndexFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }) >= 0 &&
		!strings.ContainsAny(s, " \t\r\n")
}

// secretField finds selectors of password fields and the like: words in a selector, attribute or label.
var secretField = regexp.MustCompile(`(?i)pass(word|wd|code|phrase)|secret|\b(pwd|cvv|cvc|otp|pin)\b|` +
	`one-time-code|api[-_ ]?key|access[-_ ]?token|cc-csc|security[-_ ]code`)

// secretTarget reports whether what is typed into an element is secret.
func secretTarget(t *playback.Target) bool {
	if t == nil {
		return false
	}
	all := []string{t.TestID, t.Name, t.Label, t.Pierce, t.XPath, strings.Join(t.CSS, " ")}
	for k, v := range t.Attrs {
		if k != "href" && k != "class" {
			all = append(all, v)
		}
	}
	return slices.ContainsFunc(all, secretField.MatchString)
}

// fitRhythm gives each of n characters a time, after typed text has got another length.
func fitRhythm(r []float64, n int) []float64 {
	if len(r) == 0 || len(r) == n {
		return r
	}
	if n < len(r) {
		return r[:n]
	}
	out := slices.Clone(r)
	for len(out) < n {
		out = append(out, out[len(out)-1])
	}
	return out
}
