package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"restep/player"
	"restep/player/playback"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain, größe, 日本, שלום": "plain, größe, 日本, שלום",
		"\x1b[31mred\x07":        `\u001b[31mred\u0007`,
		"a\u009bb\x7f":           `a\u009bb\u007f`,
		"admin\u202e nimda":      `admin\u202e nimda`,
		"\u2066x\u2069\u200f":    `\u2066x\u2069\u200f`,
		"zero\u200bwidth\ufeff":  `zero\u200bwidth\ufeff`,
		"a\u2028b":               `a\u2028b`,
		"a\nb\r\tc":              `a\nb\r\tc`,
		"tag\U000e0041":          `tag\udb40\udc41`,
		"family 👩\u200d👧":        "family 👩\u200d👧",
		"broken \xff":            "broken \ufffd",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
	if got := printableLines("a\n\tb\x1b"); got != "a\n\tb"+`\u001b` {
		t.Errorf("lines are shown as %q", got)
	}
}

// evil are characters that no text for people may hold. JSON writers leave most of them as they are.
const evil = "\u202e\u2066\u200b\u0085\u009b\u007f"

// evilFile has them wherever a text can stand.
func evilFile(t *testing.T) string {
	t.Helper()
	text := strings.ReplaceAll(`{"playback":1,"title":"T@","app":"https://shop.example","sources":["s@"]}
{"t":0,"ev":"open","id":"e1@","tab":"A@","url":"https://shop.example/@"}
{"t":1,"ev":"click","id":"e2","tab":"B@","on":{"name":"N@","css":"#c@"}}
{"t":2,"ev":"req","id":"e3","method":"GET@","url":"https://shop.example/@"}
{"t":3,"ev":"res","id":"e4","of":"e3","status":200,"headers":{"X@":"v@"},"body":{"$missing":"hole@"}}
{"t":3,"ev":"console","id":"e5","level":"error","text":"text@"}
{"t":3,"ev":"error","id":"e6","name":"N@","message":"m@","stack":[{"fn":"f@","url":"https://shop.example/@.js","line":1,"col":1}]}
{"t":3,"ev":"bug","id":"e7","css":"#c@","text":"t@"}
{"t":3,"ev":"odd@","id":"e8","of":"none@"}
{"t":3,"ev":"res","id":"e9","of":"e2","status":200,"body":{"$ref":"sha256:@"}}
{"ev":"note","id":"n1","rev":1,"state":"open","on":"e2","author":"a@","text":"t@"}
`, "@", evil)
	file := filepath.Join(t.TempDir(), "evil.playback")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Nothing that is printed for a person can steer their terminal, whatever the file holds.
func TestTerminalIsNotSteered(t *testing.T) {
	file := evilFile(t)
	for _, args := range [][]string{
		{"show", file}, {"show", "-a", file}, {"show", file, "2"}, {"show", file, "6"}, {"show", file, "e9"}, {"show", file, "5", "--body"},
		{"check", "-a", file}, {"import", file, "-o", filepath.Join(t.TempDir(), "x.playback"), "--json"},
		{"import", file, "-o", filepath.Join(t.TempDir(), "x.playback")}, {"play", file, "--app", "http://127.0.0.1:9", "--until", evil},
	} {
		_, out, errOut := command(t, args...)
		if len(out)+len(errOut) == 0 {
			t.Errorf("restep %q prints nothing, so that nothing was tested", args)
		}
		steers(t, strings.Join(args[:1], " "), out+errOut)
	}
}

// What a recording names cannot pass for a line of the report.
func TestReportIsNotForged(t *testing.T) {
	har := filepath.Join(t.TempDir(), "x.har")
	text := `{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[{"startedDateTime":"2026-01-01T00:00:00Z","time":5,
"request":{"method":"POST","url":"https://shop.example/api","headers":[{"name":"sec-fetch-dest","value":"empty"}],
"postData":{"mimeType":"application/json","text":"{\"password\\nhar: 0 actions` + evil + `\":\"hunter22\"}"}},
"response":{"status":200,"headers":[],"content":{"size":2,"text":"{}"}}}]}}`
	if err := os.WriteFile(har, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("RESTEP_MASK_KEY", "a key for tests only")
	_, _, errOut := command(t, "import", har, "-o", filepath.Join(t.TempDir(), "x.playback"))
	if !strings.Contains(errOut, `password\nhar: 0 actions`) || strings.Contains(errOut, "\nhar: 0") {
		t.Errorf("the report is\n%s", errOut)
	}
	steers(t, "import", errOut)
}

// The same of a run: what the app wrote, where it departs from the recording, how it failed.
func TestTerminalIsNotSteeredByARun(t *testing.T) {
	f, err := playback.OpenFile(evilFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	steps := newStepPrinter(&out, f)
	for pos := range f.Len() {
		steps.action(pos)
	}
	steps.output(player.Output{Category: "console", Text: "log " + evil + "\nmore" + evil + "\n"})
	failure := playback.RunFailure{Kind: "error", Name: "N" + evil, Message: "m" + evil, Stack: []playback.StackFrame{{Function: "f" + evil, URL: "u" + evil}}}
	printResult(&out, &playResult{title: "T" + evil, Run: &playback.Run{
		Failures:    playback.RunFailures{Live: []playback.RunFailure{failure}},
		Divergences: []playback.Divergence{{Text: "d" + evil, Want: evil, Got: evil}},
	}}, paint{})
	steers(t, "play", out.String())
}

// steers complains of what a terminal would obey.
func steers(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || strings.ContainsRune(evil, r) {
			t.Errorf("%s prints %+q in\n%+.2000q", what, r, text)
			return
		}
	}
}
