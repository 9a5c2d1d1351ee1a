package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/playback"
)

// evil is what a stranger may put wherever a text may stand: markup for every context, controls, a lone surrogate as UTF-8
// does not have it, and what turns the reading order.
const evil = "</script></style></pre><img src=x onerror=alert(1)><!-- ]]> {{.}} ${1} `x` ' \" & \\u003c \x00\x1b[31m\x7f\u202e\u2028 \xed\xa0\x80 \xff"

// TestHostileTexts puts it everywhere, and reads what comes of it with parsers.
func TestHostileTexts(t *testing.T) {
	s := hostile(t)
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	var page, suite bytes.Buffer
	if err := r.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteJUnit(&suite, Judgement{Why: evil}); err != nil {
		t.Fatal(err)
	}
	if err := JUnitError(&suite, "x", errors.New(evil)); err != nil { // a second document: both are read below
		t.Fatal(err)
	}
	wellFormed(t, suite.Bytes())
	text := page.String()
	for _, bad := range []string{"<img src", "</script></style>", "\x00", "\x1b", "\u202e", "{{.}}</", "onerror=alert(1)>"} {
		if strings.Contains(text, bad) {
			at := strings.Index(text, bad)
			t.Errorf("the page holds %q: …%q…", bad, text[max(at-80, 0):min(at+80, len(text))])
		}
	}
	if !utf8.ValidString(text) || !utf8.Valid(suite.Bytes()) {
		t.Error("what was written is no UTF-8")
	}
	if n := strings.Count(text, "<script"); n != 2 {
		t.Errorf("%d scripts in the page, want its own and its data", n)
	}
	if strings.Contains(text, "ZgotmplZ") {
		t.Error("the template met a text in a place that it does not allow")
	}
	var d data
	_, rest, _ := strings.Cut(text, `id="data">`)
	block, _, _ := strings.Cut(rest, "</script>")
	if err := json.Unmarshal([]byte(block), &d); err != nil || len(d.Steps) != len(r.Steps)+1 {
		t.Errorf("the data of the page: %v, %d steps", err, len(d.Steps))
	}
}

// hostile is a file with every kind of action and effect, and a run of it, in which every text is evil.
func hostile(t *testing.T) *Source {
	t.Helper()
	q, err := json.Marshal(strings.ToValidUTF8(evil, "?"))
	if err != nil {
		t.Fatal(err)
	}
	x := string(q)
	var b strings.Builder
	fmt.Fprintf(&b, `{"playback":1,"title":%s,"app":%s,"commit":%s}`+"\n", x, x, x)
	id := 0
	line := func(kind, more string) {
		id++
		fmt.Fprintf(&b, `{"t":%d,"ev":%q,"id":"e%d"%s}`+"\n", id*10, kind, id, more)
	}
	on := fmt.Sprintf(`"on":{"role":%s,"name":%s,"css":%s,"testid":%s,"xpath":%s,"text":%s}`, x, x, x, x, x, x)
	for _, kind := range []string{"open", "click", "type", "key", "input", "hover", "scroll", "drag", "upload", "clipboard", "dialog", "tab", "resize"} {
		line(kind, fmt.Sprintf(`,"tab":%s,%s,"to":{"name":%s},"url":%s,"text":%s,"value":%s,"key":%s,"button":%s,"files":[{"name":%s}],"modifiers":[%s],"op":"paste"`, x, on, x, x, x, x, x, x, x, x))
		line("req", fmt.Sprintf(`,"method":%s,"url":%s,"resource":%s,"body":{"text":%s}`, x, x, x, x))
		line("res", fmt.Sprintf(`,"of":"e%d","status":200,"body":{"json":{%s:%s}}`, id, x, x))
		line("console", fmt.Sprintf(`,"level":%s,"text":%s`, x, x))
		line("error", fmt.Sprintf(`,"name":%s,"message":%s,"stack":[{"fn":%s,"url":%s}]`, x, x, x, x))
	}
	file := filepath.Join(t.TempDir(), "x.playback")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	f := openFile(t, file)
	s := &Source{File: f, App: evil, Until: -1, Warnings: []string{evil}, Live: map[int]player.Seen{}, Extra: map[int][]player.Seen{}}
	for pos := range f.Len() {
		if e, err := f.Event(pos); err != nil {
			t.Fatal(err)
		} else if e.Kind == playback.Req || e.Kind == playback.Console {
			live := *e
			live.Text, live.Body = evil+"2", playback.BodyString(evil)
			s.Live[pos] = player.Seen{Event: live, Pos: pos}
		}
	}
	s.Extra[0] = []player.Seen{
		{Event: playback.Event{Kind: playback.Req, Method: evil, URL: evil, Resource: evil, Body: playback.BodyString(evil)}, Pos: -1},
		{Event: playback.Event{Kind: playback.Console, Level: evil, Text: evil}, Pos: -1},
	}
	s.Shots = map[int]Shot{0: {Picture: &player.Picture{Type: evil, Data: []byte(evil), Width: 10, Height: 10}}, f.Len(): {Picture: &player.Picture{Type: evil, Data: []byte("y"), Width: 1, Height: 1}}}
	failure := playback.RunFailure{ID: "e5", Kind: evil, Name: evil, Message: evil, After: "e1", Stack: []playback.StackFrame{{Function: evil, URL: evil}}}
	s.Run = &playback.Run{
		Verdict: playback.Diverged, State: evil, Failures: playback.RunFailures{Recorded: []playback.RunFailure{failure}, Live: []playback.RunFailure{failure}},
		Coverage: playback.Coverage{Ran: f.Len()},
	}
	for _, kind := range []playback.DivergenceKind{playback.RequestDiffers, playback.ElementNotFound, playback.URLDiffers, evil} {
		s.Run.Divergences = append(s.Run.Divergences, playback.Divergence{Kind: kind, ID: "e2", Line: 3, Blocking: true, Text: evil, Want: evil + "1", Got: evil + "2"})
	}
	return s
}

// wellFormed reads XML documents, one after the other, to their end.
func wellFormed(t *testing.T, text []byte) {
	t.Helper()
	for i, doc := range bytes.SplitAfter(text, []byte("</testsuites>\n")) {
		d := xml.NewDecoder(bytes.NewReader(doc))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("document %d is no XML: %v\n%s", i, err, doc)
			}
		}
	}
}

// TestReportsStaySmall makes a report of a session of a thousand actions with more pictures and contents than fit.
func TestReportsStaySmall(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"playback":1,"app":"https://shop.example"}` + "\n")
	body := strings.Repeat(`line of content\n`, 500)
	for i := range 1000 {
		fmt.Fprintf(&b, `{"t":%d,"ev":"click","id":"a%d","on":{"name":"Button %d","role":"button"}}`+"\n", i*600, i, i)
		fmt.Fprintf(&b, `{"t":%d,"ev":"req","id":"q%d","method":"POST","url":"https://shop.example/api/%d","body":{"text":"%s"}}`+"\n", i*600+5, i, i, body)
		fmt.Fprintf(&b, `{"t":%d,"ev":"res","id":"r%d","of":"q%d","status":200,"body":{"text":"%s"}}`+"\n", i*600+95, i, i, body)
	}
	file := filepath.Join(t.TempDir(), "long.playback")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	f := openFile(t, file)
	s := &Source{File: f, Until: -1, Run: &playback.Run{Verdict: playback.Diverged, Coverage: playback.Coverage{Ran: f.Len()}}, Shots: map[int]Shot{}}
	for pos := 0; pos < f.Len(); pos += 3 {
		s.Shots[pos] = Shot{&player.Picture{Type: "image/webp", Data: bytes.Repeat([]byte{byte(pos), byte(pos >> 8)}, 20<<10), Width: 1200, Height: 800}, true}
	}
	failed := f.ID(3 * 501)
	s.Run.Divergences = []playback.Divergence{{Kind: playback.ElementNotFound, ID: failed, Line: f.Line(3 * 501), Blocking: true, Text: "gone"}}
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := r.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if n := page.Len(); n > 20<<20 {
		t.Errorf("the report takes %d bytes", n)
	}
	if !regexp.MustCompile(`\d+ of 1000 pictures left out`).MatchString(strings.Join(r.Notes, "\n")) {
		t.Errorf("the report does not say what it left out: %q", r.Notes)
	}
	if r.Steps[501].Shot < 0 {
		t.Error("the picture of what went wrong was left out")
	}
	cut := 0
	for _, g := range r.Groups {
		for _, x := range g.Exchanges {
			if x.Cut {
				cut++
			}
		}
	}
	if cut == 0 || cut == 1000 {
		t.Errorf("the contents of %d exchanges were left out", cut)
	}
}
