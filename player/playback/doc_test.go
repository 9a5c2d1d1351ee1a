package playback

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// docLines returns the example lines of docs/playback-format.md.
func docLines(t testing.TB) []string {
	text, err := os.ReadFile("../../docs/playback-format.md")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	inside := false
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = strings.HasPrefix(line, "```jsonl")
		case inside:
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	if len(lines) == 0 {
		t.Fatal("the page has no examples")
	}
	return lines
}

// TestDoc holds the page to its word: its examples are one valid file, in canonical form, with every kind.
func TestDoc(t *testing.T) {
	text := strings.Join(docLines(t), "\n") + "\n"
	diags, err := Check(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity != SeverityInfo || d.Code == CodeUnknownKey {
			t.Errorf("%d:%d %s: %s", d.Line, d.Column, d.Severity, d.Message)
		}
	}
	f, err := Read("", strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Format(&out, f); err != nil {
		t.Fatal(err)
	}
	if want, got := strings.Split(text, "\n"), strings.Split(out.String(), "\n"); len(want) == len(got) {
		for i := range want {
			if want[i] != got[i] {
				t.Errorf("example %d is not canonical:\n%s\nwant:\n%s", i+1, want[i], got[i])
			}
		}
	} else {
		t.Errorf("%d lines, formatted %d", len(want), len(got))
	}
	for name, s := range lineSchemas() {
		isKind := s.Ref == "#/$defs/event" || name == "note" || name == "blob"
		if isKind && !strings.Contains(text, `"ev":"`+name+`"`) {
			t.Errorf("there is no example of %s", name)
		}
		if isKind && !Kind(name).known() {
			t.Errorf("the schema knows %s, the program does not", name)
		}
	}
}
