package sources

import (
	"html"
	"strings"
)

// isMarkup reports whether a text is HTML or XML.
func isMarkup(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n\ufeff")
	return len(s) > 2 && s[0] == '<' && (classOf(s[1]) == 0 || classOf(s[1]) == 1 || s[1] == '!' || s[1] == '?') && strings.Contains(s, ">")
}

// markup masks secrets in HTML and XML: the content of elements and attributes with the names of secrets, fields that
// are named so, addresses, scripts, and texts. It reads tags and not documents: what is broken is a text.
func (m *Masker) markup(s string, c scope) string {
	w := &markupWork{m: m, c: c, edit: edit{s: s}}
	for w.next() {
	}
	return w.String()
}

// markupWork is how far the masking of one document has come.
type markupWork struct {
	m *Masker
	c scope
	edit
	at   int // what is read next
	open tag // the element that a text stands in
	// named is the secret that the element before named, which the next one holds: <name>password</name><value>…
	named string
}

// next reads a text and the tag, comment or section behind it.
func (w *markupWork) next() bool {
	n := strings.IndexByte(w.s[w.at:], '<')
	if n < 0 {
		w.text(w.at, len(w.s))
		return false
	}
	start := w.at + n
	w.text(w.at, start)
	rest := w.s[start:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		w.section(start, 4, "-->", func(s string) string { return w.m.text(s, w.c) })
	case strings.HasPrefix(rest, "<![CDATA["):
		w.section(start, 9, "]]>", w.element)
	case strings.HasPrefix(rest, "</"), strings.HasPrefix(rest, "<!"), strings.HasPrefix(rest, "<?"):
		w.open = tag{}
		w.section(start, 2, ">", func(s string) string { return s })
	default:
		return w.tag(start)
	}
	return w.at < len(w.s)
}

// section masks what stands between the first bytes at start and an end.
func (w *markupWork) section(start, head int, end string, mask func(string) string) {
	n := strings.Index(w.s[start+head:], end)
	if n < 0 {
		w.replace(start+head, len(w.s), mask(w.s[start+head:]))
		w.at = len(w.s)
		return
	}
	w.at = start + head + n
	w.replace(start+head, w.at, mask(w.s[start+head:w.at]))
	w.at += len(end)
}

// text masks the text between two tags.
func (w *markupWork) text(start, end int) {
	s := w.s[start:end]
	if strings.TrimSpace(s) == "" {
		return
	}
	plain := s
	if strings.Contains(s, "&") {
		plain = html.UnescapeString(s)
	}
	if out := w.element(plain); out != plain {
		w.replace(start, end, textEscapes.Replace(out))
	}
}

var textEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// element masks the content of the element that is open.
func (w *markupWork) element(s string) string {
	bare := strings.TrimSpace(s)
	name := w.named
	if name == "" && (!w.open.html || random(bare, 16)) {
		name = w.open.secret
	}
	w.named = ""
	if (w.open.name == "name" || w.open.name == "key") && w.m.secretName(bare) {
		w.named = bare
	}
	if name == "" || !w.m.isSecret(name, bare, w.c) {
		return w.m.valueOf(w.open.name, s, w.c)
	}
	i := strings.Index(s, bare)
	return s[:i] + w.m.secretOf(name, bare) + s[i+len(bare):]
}

// tag masks a start tag, and behind it a script or style sheet.
func (w *markupWork) tag(start int) bool {
	t, ok := readTag(w.s, start)
	if !ok {
		w.at = start + 1
		return w.at < len(w.s)
	}
	t.secret, t.html = w.m.secretTag(&t), htmlTag[t.name]
	for i := range t.attrs {
		a := &t.attrs[i]
		if out := w.attr(&t, a); out != a.value {
			w.replace(a.start, a.end, a.write(out))
		}
	}
	w.open, w.at = t, t.end
	switch t.name {
	case "script":
		w.raw("</script", func(s string) string {
			if looksJSON([]byte(s)) && strings.Contains(t.get("type"), "json") {
				return string(w.m.json([]byte(s), &jsonWalk{m: w.m, scope: w.c}))
			}
			return w.m.program(s)
		})
	case "style":
		w.raw("</style", w.m.known.replace)
	}
	return w.at < len(w.s)
}

// raw masks content that ends where its end tag begins.
func (w *markupWork) raw(end string, mask func(string) string) {
	n := indexFold(w.s[w.at:], end)
	if n < 0 {
		n = len(w.s) - w.at
	}
	w.replace(w.at, w.at+n, mask(w.s[w.at:w.at+n]))
	w.at += n
}

// attr masks the value of an attribute.
func (w *markupWork) attr(t *tag, a *attr) string {
	name := strings.TrimPrefix(a.name, "data-")
	if identifies(a.name) {
		if a.name == "key" && random(a.value, 16) {
			return w.m.secret(a.value)
		}
		return w.m.identifier(a.value)
	}
	switch a.name {
	case "value", "content", "data-value":
		if t.password() {
			return w.m.password(a.value)
		}
		if w.m.isSecret(t.secret, a.value, w.c) {
			return w.m.secretOf(t.secret, a.value)
		}
	case "href", "src", "action", "formaction":
		if isURL(a.value) {
			return w.m.url(a.value, w.c)
		}
	}
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	if w.m.isSecret(name, a.value, w.c) {
		return w.m.secretOf(name, a.value)
	}
	return w.m.valueOf(name, a.value, w.c)
}

// secretTag returns the name by which what an element holds is secret, or "": the one that an attribute gives it, or
// its own.
func (m *Masker) secretTag(t *tag) string {
	for _, a := range []string{"name", "property", "itemprop", "key", "id"} {
		if v := t.get(a); v != "" {
			if m.secretName(v) {
				return v
			}
			break
		}
	}
	local := t.name[strings.LastIndexByte(t.name, ':')+1:]
	if htmlTag[t.name] || !m.secretName(local) {
		return ""
	}
	return local
}

// htmlTag are the elements of HTML that show something or hold others: an id such as "token" names a place in the page,
// and no secret.
var htmlTag = func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(`a abbr article aside b body br button canvas caption circle code col dd details dialog div dl dt em
		fieldset figure footer form g h1 h2 h3 h4 h5 h6 head header hr html i iframe img label legend li link main map nav object ol
		optgroup option output p path pre progress rect section select slot small span strong summary svg symbol table tbody td template
		tfoot th thead title tr ul use video`) {
		set[name] = true
	}
	return set
}()
