package playback

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Check reads a playback and reports everything that is wrong with it or worth knowing, in the order of the file. It
// holds an index of ids and one line at a time. The name finds the folder of blobs beside the file, of which it is
// only looked up whether a blob is there; it may be empty. The error is that of reading; a broken file is no error.
func Check(r io.Reader, name string) ([]Diagnostic, error) {
	dir := ""
	if name != "" {
		dir = BlobDir(name)
	}
	c := newChecker(dir, false)
	if err := c.run(r); err != nil {
		return nil, fmt.Errorf("check %s: %w", name, err)
	}
	return c.diags.sorted(c.n), nil
}

// CheckFile checks the file of this name, and the content of the blobs beside it.
func CheckFile(name string) ([]Diagnostic, error) {
	r, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	defer r.Close()
	c := newChecker(BlobDir(name), true)
	if err := c.run(r); err != nil {
		return nil, fmt.Errorf("check %s: %w", name, err)
	}
	return c.diags.sorted(c.n), nil
}

// checker is the state of one check.
type checker struct {
	diags  diagnostics
	n      int    // the current line
	line   []byte // its text
	crlf   bool   // was reported
	size   int64
	lastT  float64
	tail   Kind // NoteKind or Blob once such a line was seen
	kinds  map[Kind]bool
	refs   references
	blobs  blobChecker
	notes  map[string]int
	dir    string // of the blobs beside the file; may be empty
	verify bool   // their content
}

func newChecker(dir string, verify bool) *checker {
	c := &checker{dir: dir, verify: verify, kinds: make(map[Kind]bool), notes: make(map[string]int)}
	c.refs.init(c)
	c.blobs.init(c)
	return c
}

func (c *checker) run(r io.Reader) error {
	defer c.blobs.stop()
	lines := newLineReader(r, MaxLine)
	for {
		l, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		c.n++
		c.size = l.off + l.size
		if stop := c.text(&l); stop {
			return nil
		}
	}
	if c.n == 0 {
		c.n = 1
		c.at(0, SeverityError, CodeNotPlayback, hintNotPlayback, "the file is empty")
		return nil
	}
	c.refs.finish()
	c.blobs.finish()
	return nil
}

// at reports something at a byte offset, from 0, of the current line.
func (c *checker) at(offset int, s Severity, code, hint, format string, args ...any) {
	c.diags.add(Diagnostic{
		Line: c.n, Column: offset + 1, Severity: s, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// text checks a line as text, and then what it says. It reports whether the rest of the file makes no sense.
func (c *checker) text(l *textLine) (stop bool) {
	c.line = l.text
	if c.n == 1 && bytes.HasPrefix(c.line, bom) {
		c.at(0, SeverityWarning, CodeEncoding, "Save the file as UTF-8 without a byte order mark.", "the file begins with a byte order mark")
		c.line = append([]byte("   "), c.line[len(bom):]...) // columns stay
	}
	if l.tooLong() {
		c.at(0, SeverityError, CodeLineLength, "Put large content into blobs: see docs/playback-format.md.",
			"the line has %d bytes; %d are allowed", l.size, MaxLine)
		return c.n == 1
	}
	if n := len(c.line); n > 0 && c.line[n-1] == '\r' {
		c.line = c.line[:n-1]
		if !c.crlf {
			c.crlf = true
			c.at(n-1, SeverityWarning, CodeEncoding, "restep fmt -w corrects it.", "lines end in CR LF; want LF")
		}
	}
	if i := invalidUTF8(c.line); i >= 0 {
		c.at(i, SeverityError, CodeEncoding, "Store bytes that are no text as {\"base64\":…}.", "byte 0x%02x is no UTF-8", c.line[i])
		return false
	}
	b, err := scanBrief(c.line)
	if c.n == 1 {
		return c.header(&b, err)
	}
	if len(bytes.TrimSpace(c.line)) == 0 {
		c.at(0, SeverityWarning, CodeSyntax, "restep fmt -w removes it.", "the line is empty")
		return false
	}
	if err != nil {
		c.broken(l, err)
		return false
	}
	if !l.ended {
		c.at(len(c.line), SeverityInfo, CodeTorn, "End every line with LF, so that a reader can tell a torn one.", "the last line has no LF")
	}
	c.content(&b)
	return false
}

// broken reports a line that is no JSON object.
func (c *checker) broken(l *textLine, err error) {
	var scan *scanError
	errors.As(err, &scan)
	if !l.ended {
		c.at(scan.Offset, SeverityWarning, CodeTorn, "Readers leave it out; restep fmt -w removes it.",
			"the last line was torn: %s", scan.Text)
		return
	}
	c.at(scan.Offset, SeverityError, CodeSyntax, "Every line is one JSON object.", "%s", scan.Text)
}

// header checks the first line.
func (c *checker) header(b *brief, err error) (stop bool) {
	if err != nil || b.playback == nil {
		c.at(0, SeverityError, CodeNotPlayback, hintNotPlayback, "the first line is no header: it has no \"playback\" number")
		return true
	}
	if v := number(b.playback); v > Version {
		c.at(bytes.Index(c.line, b.playback), SeverityError, CodeVersion, "Install a newer restep.",
			"the file has format %v, this restep knows up to %d", v, Version)
		return true
	}
	if c.schema(lineSchemas()["header"], true) {
		h := new(Header)
		if err := json.Unmarshal(c.line, h); err != nil {
			c.undecodable(err)
		} else {
			c.environment(h)
		}
	}
	lineRefs(c.line, c.blobs.use)
	return false
}

// content checks what a line says.
func (c *checker) content(b *brief) {
	kind := Kind(unquote(b.ev))
	if b.playback != nil && b.ev == nil {
		c.at(0, SeverityError, CodeOrder, "Use restep merge to join files.", "a second header")
		return
	}
	if kind != Blob {
		c.blobs.end()
	}
	s, known := lineSchema(kind)
	if len(c.line) > maxBlobLine {
		severity := SeverityInfo
		if kind == Blob {
			severity = SeverityWarning
		}
		c.at(maxBlobLine, severity, CodeLineLength, "Some editors show long lines badly: put large content into blobs.",
			"the line has %d bytes; up to %d are pleasant", len(c.line), maxBlobLine)
	}
	ok := c.schema(s, known && !kind.Backend())
	c.place(kind, b)
	switch {
	case kind == Blob:
		c.blobs.line(b)
		return
	case !ok:
		// What refers to it does not dangle, and what it answers is answered.
		c.refs.define(b, kind)
		c.refs.use("of", unquote(b.of), kind)
	case kind == NoteKind:
		c.note()
	default:
		c.event(b, kind, known)
	}
	lineRefs(c.line, c.blobs.use) // also those in keys that are not known here
}

// schema evaluates the line against a schema, and reports whether its shape is right.
func (c *checker) schema(s *schema, strict bool) bool {
	v, err := validate(c.line, s)
	for _, p := range v.problems {
		c.at(p.offset, SeverityError, CodeSchema, "See docs/playback-format.md.", "%s", p.text)
	}
	if strict && err == nil {
		for _, u := range v.unknown {
			c.at(u.offset, SeverityInfo, CodeUnknownKey, "", "%q is not known here; it is kept", clip(u.text, 80))
		}
	}
	if err == nil {
		return len(v.problems) == 0
	}
	offset, text := decodeProblem(err)
	var scan *scanError
	if errors.As(err, &scan) {
		offset = scan.Offset
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		c.at(offset, SeverityError, CodeDuplicateKey, "Keep one of them.", "%v", text)
	} else {
		c.at(offset, SeverityError, CodeSyntax, "", "%v", text)
	}
	return false
}

// place checks where a line stands: events, then notes, then blobs, by time.
func (c *checker) place(kind Kind, b *brief) {
	const hint = "restep fmt -w sorts the file."
	switch {
	case kind == Blob:
		c.tail = Blob
	case kind == NoteKind && c.tail == Blob:
		c.at(0, SeverityWarning, CodeOrder, hint, "a note stands behind a blob")
	case kind == NoteKind:
		c.tail = NoteKind
	case c.tail != "":
		c.at(0, SeverityWarning, CodeOrder, hint, "an event stands behind a %s", c.tail)
	}
	if kind == Blob || kind == NoteKind || b.t == nil {
		return
	}
	if t := number(b.t); t < c.lastT {
		c.at(c.keyAt("t"), SeverityWarning, CodeTime, hint, "t goes back from %v to %v", c.lastT, t)
	} else {
		c.lastT = t
	}
}

// invalidUTF8 returns the offset of the first byte that is no UTF-8, or -1.
func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// keyAt returns the offset of the value of a path of keys and indexes in the current line, 0 where it is not there.
func (c *checker) keyAt(path ...string) int {
	want := jsontext.Pointer("")
	for _, p := range path {
		want = want.AppendToken(p)
	}
	return pointerAt(c.line, want)
}

// pointerAt returns the offset of the value that a JSON pointer leads to, 0 where there is none.
func pointerAt(line []byte, want jsontext.Pointer) int {
	v := validator{line: line, dec: jsontext.NewDecoder(bytes.NewBuffer(line), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))}
	for {
		kind, n := v.dec.StackIndex(v.dec.StackDepth())
		isKey := kind == '{' && n%2 == 0
		at := v.next()
		if _, err := v.dec.ReadToken(); err != nil {
			return 0
		}
		here := v.dec.StackPointer()
		if here == want && !isKey {
			return at
		}
		if k := v.dec.PeekKind(); (k == '{' || k == '[') && isKey && !here.Contains(want) {
			if v.dec.SkipValue() != nil {
				return 0
			}
		}
	}
}
