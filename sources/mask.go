package sources

import (
	"bytes"
	"math"
	"path"
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
// (e-mail addresses, cards, account numbers, JSON Web Tokens, keys of well-known services), and by having been seen as
// a secret elsewhere in the recording: a value that cannot be anything else wherever it stands, a short one only where
// it is likely to be the same thing (see learn, heard and form).
type Masker struct {
	shaper
	known
	form     form
	learning bool
	depth    int             // of values in values, see open
	sends    bool            // what is masked now is what the app sends
	names    map[string]bool // what secretName said
}

// NewMasker returns a masker. The key is any secret; it cannot be found from what it masks.
func NewMasker(key []byte) *Masker {
	return &Masker{shaper: shaper{key: bytes.Clone(key)}, known: newKnown(), form: newForm(), names: map[string]bool{}}
}

// Learn looks for secrets in a recording that is going to be masked, so that they are also found where nothing but
// their value tells. It reads all content. It may be called again, with more.
func (m *Masker) Learn(r *Recording) error {
	defer m.look()()
	header := cloneHeader(&r.Header)
	m.state(header.State, func(string) {})
	return r.each(func(l *Line) error {
		data, err := l.bytes()
		if err != nil {
			return err
		}
		m.Event(cloneEvent(&l.Event), data)
		return nil
	})
}

// LearnEvent is Learn for one line of a recording that goes on. The event is not changed.
func (m *Masker) LearnEvent(e *playback.Event, data []byte) {
	defer m.look()()
	m.Event(cloneEvent(e), data)
}

// look has what is masked looked through for secrets, until the function that it returns is called.
func (m *Masker) look() func() {
	typed := m.form
	m.learning, m.quiet, m.form = true, true, newForm()
	return func() { m.learning, m.quiet, m.form = false, false, typed }
}

// Event masks an event in place and returns its content masked. What was replaced is added to e.Masked; what stands
// there already is not touched.
func (m *Masker) Event(e *playback.Event, data []byte) []byte {
	asked := requestLike(e)
	m.sends = asked && !e.Kind.Action()
	m.form.pass(e)
	w := &maskWork{Masker: m, e: e, done: slices.Clone(e.Masked), scope: scope{
		request: asked,
		form:    m.sends,
		said:    e.Kind == playback.Console || e.Kind == playback.Log || e.Kind == playback.Error,
		oneTime: e.Kind == playback.Req && oneTimeNames.MatchString(pathOf(e.URL)),
	}}
	w.address()
	w.headers()
	typ := e.Headers.Get("content-type")
	if typ == "" && e.Body != nil {
		typ = e.Body.Type
	}
	data = w.content(data, "body", typ)
	w.fields()
	w.target("on", e.On.Target)
	w.target("to", e.To.Target)
	for i := range e.CSS {
		e.CSS[i] = w.at("css", e.CSS[i], w.css)
	}
	e.Frame = slices.Clone(e.Frame) // a recorder's frame keeps its path
	for i := range e.Frame {
		e.Frame[i].CSS = w.at("frame", e.Frame[i].CSS, w.css)
	}
	return data
}

// file masks the content of a file that was uploaded, as it is masked in the request that sends it, and reports
// whether it did.
func (m *Masker) file(f *playback.FileRef, data []byte) ([]byte, bool) {
	w := &maskWork{Masker: m, e: &playback.Event{}, scope: scope{request: true}}
	typ := f.Type
	if typ == "" && f.Body != nil {
		typ = f.Body.Type
	}
	data = w.content(data, "files", typ)
	return data, len(w.e.Masked) > 0
}

// maskWork is the masking of one event.
type maskWork struct {
	*Masker
	e     *playback.Event
	done  []string // places that hold stand-ins already
	scope scope
}

// maxMaskedPaths bounds the list of one line.
const maxMaskedPaths = 64

// had reports whether a place held a stand-in before, or too many places in the same part of the line did.
func (w *maskWork) had(place string) bool {
	if len(w.done) == 0 {
		return false
	}
	part, _, _ := strings.Cut(place, ".")
	return slices.Contains(w.done, place) || slices.Contains(w.done, part)
}

// at masks the text at one place of the line.
func (w *maskWork) at(place, s string, mask func(string) string) string {
	if s == "" || w.had(place) {
		return s
	}
	out := mask(s)
	if out != s {
		w.note(place)
	}
	return out
}

// note adds a place to the list of the line; where the list is full, the part of the line that it is in.
func (w *maskWork) note(place string) {
	if len(w.e.Masked) >= maxMaskedPaths {
		place, _, _ = strings.Cut(place, ".")
	}
	if !slices.Contains(w.e.Masked, place) {
		w.e.Masked = append(w.e.Masked, place)
	}
}

// plain masks what is secret only by what it looks like.
func (w *maskWork) plain(s string) string { return w.value(s, w.scope) }

// address masks the URL of the line. Parameters are noted one by one, as "query.token", so that requests are compared
// by the others.
func (w *maskWork) address() {
	if w.had("url") {
		return
	}
	before, _, _ := strings.Cut(w.e.URL, "?")
	_, fragment, _ := strings.Cut(w.e.URL, "#")
	w.e.URL = w.urlAt(w.e.URL, w.scope, &places{w, "query"})
	after, _, _ := strings.Cut(w.e.URL, "?")
	if _, f, _ := strings.Cut(w.e.URL, "#"); after != before || f != fragment {
		w.note("url")
	}
}

// headers masks the values of headers.
func (w *maskWork) headers() {
	for _, name := range sortedKeys(w.e.Headers) {
		values := w.e.Headers[name]
		for i, v := range values {
			values[i] = w.at("headers."+name, v, func(s string) string { return w.header(strings.ToLower(name), s, w.scope) })
		}
	}
}

// fields masks what people typed and programs said.
func (w *maskWork) fields() {
	e := w.e
	typed := w.plain
	switch {
	case secretTarget(e.On.Target):
		typed = w.password
	case e.Kind == playback.Storage:
		typed = w.stored
	}
	if e.Kind.Action() {
		typed = w.typed(typed)
	}
	switch e.Kind {
	case playback.Type, playback.Input, playback.Dialog, playback.Clipboard:
		e.Text = w.at("text", e.Text, typed)
		e.Rhythm = FitRhythm(e.Rhythm, utf8.RuneCountInString(e.Text))
	case playback.SSE, playback.WS:
		e.Text = string(w.content([]byte(e.Text), "text", ""))
	default:
		e.Text = w.at("text", e.Text, w.plain)
	}
	if e.Value != nil {
		v := w.at("value", *e.Value, typed)
		e.Value = &v
	}
	e.Message, e.Msg = w.at("message", e.Message, w.plain), w.at("msg", e.Msg, w.plain)
	e.Title = w.at("title", e.Title, w.plain)
	if e.Kind == playback.Download {
		e.Name = w.at("name", e.Name, w.fileName)
	}
	for i := range e.Files {
		e.Files[i].Name = w.at("files", e.Files[i].Name, w.fileName)
	}
	for i, a := range e.Args {
		e.Args[i] = w.raw("args", a)
	}
	for i := range e.Stack {
		e.Stack[i].URL = w.at("stack", e.Stack[i].URL, w.plain)
	}
	e.Extra = w.raw("", e.Extra)
}

// fileName masks what is secret in the name of a file, which keeps its ending where that is none of an address.
func (w *maskWork) fileName(s string) string {
	ending := path.Ext(s)
	if out := w.plain(strings.TrimSuffix(s, ending)) + ending; out != s {
		return out
	}
	return w.plain(s)
}

// stored masks the value of an item of storage.
func (w *maskWork) stored(s string) string {
	if w.isSecret(w.e.Key, s, scope{request: true}) {
		return w.secretOf(w.e.Key, s)
	}
	return w.valueOf(w.e.Key, s, w.scope)
}

// typed is how text is masked that a person enters where mask would do, and remembers it for the request that sends it.
func (w *maskWork) typed(mask func(string) string) func(string) string {
	return func(s string) string {
		out := s
		if standIn, ok := w.short[s]; ok && w.entered[s] {
			out = standIn
		} else {
			out = mask(s)
		}
		w.form.enter(s, out, w.learning)
		return out
	}
}

// raw masks a JSON value of the line. With a place it is noted as a whole, else by the names in it.
func (w *maskWork) raw(place string, v jsontext.Value) jsontext.Value {
	if len(v) == 0 || w.had(place) {
		return v
	}
	at := &places{w, place}
	if place != "" {
		at = nil
	}
	out := w.json(v, &jsonWalk{m: w.Masker, scope: w.scope, at: at})
	if place != "" && !bytes.Equal(out, v) {
		w.note(place)
	}
	return out
}

// target masks selectors that quote what the app shows, in the way in which the app will show it.
func (w *maskWork) target(place string, t *playback.Target) {
	if t == nil {
		return
	}
	for _, s := range []struct {
		name string
		text *string
		mask func(string) string
	}{
		{"testid", &t.TestID, w.plain},
		{"name", &t.Name, w.plain},
		{"label", &t.Label, w.plain},
		{"text", &t.Text, w.plain},
		{"xpath", &t.XPath, w.xpath},
		{"pierce", &t.Pierce, w.css},
	} {
		*s.text = w.at(place+"."+s.name, *s.text, s.mask)
	}
	for i := range t.CSS {
		t.CSS[i] = w.at(place+".css", t.CSS[i], w.css)
	}
	for _, k := range sortedKeys(t.Attrs) {
		mask := w.plain
		if identifies(k) {
			mask = w.identifier
		} else if k == "value" && secretTarget(t) {
			mask = w.password
		}
		t.Attrs[k] = w.at(place+".attrs."+k, t.Attrs[k], mask)
	}
	t.Extra = w.raw(place, t.Extra)
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

// secretField finds selectors of password fields and the like: words in a selector, attribute or label.
var secretField = regexp.MustCompile(`(?i)pass(word|wd|code|phrase|wort)|secret|\b(pwd|cvv|cvc|otp|pin)\b|` +
	`one-time-code|api[-_ ]?key|access[-_ ]?token|cc-csc|security[-_ ]code|` +
	// a password in other languages
	`kennwort|mot de passe|contrase[nñ]a|\bsenha\b|wachtwoord|lösenord|adgangskode|salasana|hasło|heslo|şifre|парол|密码|密碼|パスワード|비밀번호`)

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

// FitRhythm gives each of n characters a time in ms, after typed text has got another length: those of the characters that
// stand at the same part of it. Between two of them lies the longest of the pauses that were there, so that pauses stay,
// and an app that waits for one gets no more of them.
func FitRhythm(r []float64, n int) []float64 {
	if len(r) == 0 || len(r) == n {
		return r
	}
	out := make([]float64, n)
	last := 0
	for i := range out {
		at := i * (len(r) - 1) / max(1, n-1)
		if i == 0 {
			out[i] = r[0]
			continue
		}
		pause := 0.0
		for ; last < at; last++ {
			pause = max(pause, r[last+1]-r[last])
		}
		out[i] = math.Round((out[i-1]+pause)*10) / 10 // as pages tell them
	}
	return out
}
