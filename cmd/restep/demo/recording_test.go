package demo

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"restep/player/playback"
)

var update = flag.Bool("update", false, "write demo.playback again")

// commit is what the session was recorded with: the shop's own history, not this repository's.
const commit = "9f3c1e7a52d04b86c1f0a7d93be5582417ac06fd"

// TestRecording keeps demo.playback equal to the session below, which is written by hand after a real visit: the
// places of elements, the delays and the order of the answers are those of Chromium with an API behind the shop.
func TestRecording(t *testing.T) {
	want := record(t)
	if *update {
		if err := os.WriteFile("demo.playback", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(Recording(), want) {
		t.Errorf("demo.playback is not what the session writes; run go generate ./cmd/restep/demo\n%s",
			firstDifference(Recording(), want))
	}
}

func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "one is longer than the other"
}

// record writes the session.
func record(t *testing.T) []byte {
	t.Helper()
	start := time.Date(2026, 11, 21, 18, 55, 0, 120e6, time.UTC)
	var out bytes.Buffer
	w := playback.NewWriter(&out, &playback.Header{
		Version: playback.Version, ID: "01KAKXPJHRD3M0SH0PVPCHECKT", Title: "VIP cannot pay", App: origin, Start: start,
		Commit: commit, Viewport: playback.Viewport{Width: 1200, Height: 800}, Timezone: "Europe/Zurich",
		Locale: "en-CH", Seed: 7, Sources: []string{"recorder", "log"},
	})
	s := &session{t: t}
	s.search()
	s.choose()
	slow := s.openTill()
	s.showCard(slow)
	s.pay(stackOf(t))
	for i := range s.events {
		w.WriteEvent(&s.events[i])
	}
	w.WriteNote(&playback.Note{
		ID: "01KAKY8D7N0TE0NTHEGVESTPR1", Thread: "01KAKY8D7N0TE0NTHEGVESTPR1", Rev: 1, State: playback.NoteOpen,
		On: s.guestAnswer, Author: "ana", Created: start.Add(22 * time.Minute),
		Text: "This is the price of the guest, and it comes after the one of the member. Who wins?",
		Code: noteCode(t),
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// noteCode anchors the note to the line that keeps whichever answer comes last.
func noteCode(t *testing.T) *playback.Code {
	source, err := os.ReadFile("app/src/quote.ts")
	if err != nil {
		t.Fatal(err)
	}
	const exact = "state.quote = quote;"
	before, after, ok := strings.Cut(string(source), exact)
	if !ok {
		t.Fatalf("src/quote.ts has no %q", exact)
	}
	line := strings.Count(before, "\n") + 1
	column := len(before) - strings.LastIndexByte(before, '\n')
	return &playback.Code{
		Commit: commit, Path: "src/quote.ts", Range: &playback.CodeRange{line, column, line, column + len(exact)},
		Exact: exact, Prefix: lastLine(before), Suffix: after[:strings.Index(after[1:], "\n")+1],
	}
}

func lastLine(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[len(lines)-2:], "\n")
}

// stackOf finds the frames of the error in the bundle, as the browser counts: line and column from 1.
func stackOf(t *testing.T) []playback.StackFrame {
	t.Helper()
	b, err := Build(Source(), false)
	if err != nil {
		t.Fatal(err)
	}
	js, _ := b.File("/assets/main.js")
	frame := func(function, before, at string) playback.StackFrame {
		i := strings.Index(js, before+at)
		if i < 0 {
			t.Fatalf("the bundle has no %q", before+at)
		}
		i += len(before)
		return playback.StackFrame{
			Function: function, URL: origin + "/assets/main.js",
			Line: strings.Count(js[:i], "\n") + 1, Column: i - strings.LastIndexByte(js[:i], '\n'),
		}
	}
	return []playback.StackFrame{
		frame("savings", "const benefits = quote.discounts.", "length"),
		frame("openPayment", `{ class: "saved" }, `, "savings(quote)"),
		frame("HTMLButtonElement.pay", "state.quote) ", "openPayment("),
	}
}
