package main

import (
	"strings"
	"testing"

	"restep/player/playback"
	"restep/player/report"
)

// TestSides prints a comparison: aligned, no wider than the terminal, long lines around what differs.
func TestSides(t *testing.T) {
	result := func() *playResult {
		long := strings.Repeat("x ", 60)
		return &playResult{
			title: "Cart",
			Run:   &playback.Run{Verdict: playback.Diverged, Divergences: make([]playback.Divergence, 3)},
			report: &report.Report{Reason: "It went another way.", Divergences: []report.Divergence{
				{Text: "POST /cart differs", Line: 7, Blocking: true, Rows: report.Compare(`{"a":1,"b":[1,2,3,4,5,6,7,8],"c":"old\u001b[31m"}`, `{"a":1,"b":[1,2,3,4,5,6,7,8],"c":"new","d":true}`)},
				{Text: "text", Rows: report.Compare(long+"was here "+long, long+"is here "+long)},
				{Text: "nothing to compare"},
			}},
		}
	}
	const want = `diverged  Cart
  It went another way.
  0 actions in 0.0 s
  ! line 7: POST /cart differs
        recorded               │ live
        ⋮ 9 lines              │ ⋮
            7,                 │     7,
            8                  │     8
          ],                   │   ],
          "c": "old\u001b[31m" │   "c": "new",
                               │   "d": true
        }                      │ }
    text
        recorded                │ live
        … x x x was here x x x… │ …x x x x is here x x x …
    nothing to compare
`
	var plain strings.Builder
	printResult(&plain, result(), paint{width: 60})
	got := plain.String()
	for _, line := range strings.Split(got, "\n") {
		if n := len([]rune(line)); n > 60 {
			t.Errorf("%d characters in %q", n, line)
		}
	}
	if got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
	var coloured strings.Builder
	printResult(&coloured, result(), paint{on: true, width: 60})
	text := coloured.String()
	for _, attribute := range []string{"0", "1", "2", "31", "32", "33"} {
		if !strings.Contains(text, "\x1b["+attribute+"m") {
			t.Errorf("no %s in %q", attribute, text)
		}
		text = strings.ReplaceAll(text, "\x1b["+attribute+"m", "")
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("colours that are not ours: %q", text)
	}
}

// TestPaintFor: colours are for terminals whose users want them.
func TestPaintFor(t *testing.T) {
	for _, c := range []struct {
		tty  bool
		vars map[string]string
		want paint
	}{
		{true, nil, paint{true, 110}},
		{false, nil, paint{false, 110}},
		{true, map[string]string{"NO_COLOR": "1"}, paint{false, 110}},
		{true, map[string]string{"TERM": "dumb", "COLUMNS": "80"}, paint{false, 80}},
		{true, map[string]string{"COLUMNS": "x9"}, paint{true, 110}},
		{true, map[string]string{"COLUMNS": "7"}, paint{true, 110}},
		{true, map[string]string{"COLUMNS": "99999999999999999999"}, paint{true, 110}},
	} {
		e := &env{outTTY: c.tty, getenv: func(k string) string { return c.vars[k] }}
		if got := paintFor(e); got != c.want {
			t.Errorf("%v %v: %+v", c.tty, c.vars, got)
		}
	}
}
