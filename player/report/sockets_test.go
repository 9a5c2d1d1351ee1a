package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// talk is a session with a socket and an event stream, of which the app sent one message otherwise and one too many, and the
// run ended before the last line.
const talk = `{"playback":1,"title":"Chat","app":"https://chat.example"}
{"t":0,"ev":"open","id":"e1","url":"https://chat.example/"}
{"t":10,"ev":"req","id":"w1","cause":"e1","method":"GET","url":"wss://chat.example/live","resource":"ws"}
{"t":20,"ev":"res","id":"w2","of":"w1","status":101}
{"t":30,"ev":"ws","id":"w3","of":"w1","dir":"out","body":{"text":"hello"}}
{"t":40,"ev":"ws","id":"w4","of":"w1","dir":"in","body":{"json":{"from":"ana"}}}
{"t":50,"ev":"ws","id":"w5","of":"w1","dir":"out","body":{"text":"read 1"}%s}
{"t":60,"ev":"req","id":"s1","cause":"e1","method":"GET","url":"https://chat.example/news","resource":"sse"}
{"t":70,"ev":"sse","id":"s2","of":"s1","name":"news","text":"a thing"}
{"t":500,"ev":"click","id":"e2","on":{"testid":"x"}}
{"t":600,"ev":"ws","id":"w6","of":"w1","dir":"in","close":1000}
`

// talked is the report of a run of talk; more stands in the line of the message that the app sent otherwise.
func talked(t *testing.T, more string) *Report {
	t.Helper()
	text := fmt.Sprintf(talk, more)
	f, err := playback.Read("chat.playback", strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	s := &Source{File: f, App: "http://localhost:5173", Until: -1, Live: map[int]player.Seen{}}
	for id, live := range map[string]int{"w1": 3, "w2": 3, "w3": 3, "w4": 3, "s1": 4, "s2": 4} {
		pos, _ := f.Find(id)
		e, err := f.Event(pos)
		if err != nil {
			t.Fatal(err)
		}
		s.Live[pos] = player.Seen{Event: *e, Pos: pos, Live: live}
	}
	s.Extra = map[int][]player.Seen{0: {
		{Event: playback.Event{T: 51, Kind: playback.WS, Dir: playback.Out, Body: playback.BodyString("read 2")}, Pos: -1, Live: 3},
		{Event: playback.Event{T: 52, Kind: playback.WS, Dir: playback.Out, Body: playback.BodyString("of another")}, Pos: -1, Live: 9},
	}}
	end, _ := f.Find("e2")
	s.Run = &playback.Run{Verdict: playback.Matched, Coverage: playback.Coverage{Ran: end, Until: "e2"}}
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMessages shows what was said on each connection, and on which side.
func TestMessages(t *testing.T) {
	r := talked(t, "")
	var got []string
	for _, g := range r.Groups {
		for _, x := range g.Exchanges {
			got = append(got, fmt.Sprintf("%s %s %s", x.URL, x.State, x.Status))
			for _, m := range x.Messages {
				got = append(got, fmt.Sprintf("%g %v %s %v %v %v", m.T, m.Out, strings.Join(strings.Fields(m.Text), " "), m.Recorded, m.Real, m.Odd()))
			}
		}
	}
	want := `wss://chat.example/live differs 5 messages
30 true hello true true false
40 false { "from": "ana" } true true false
50 true read 1 true false true
51 true read 2 false true true
600 false (closed: 1000) true false false
/news as recorded 1 message
70 false news: a thing true true false`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	var page bytes.Buffer
	if err := r.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<td class=\"t\">read 2</td><td>not recorded</td>", "<td class=\"t\">read 1</td><td>not sent</td>", "2 messages on one side only"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page does not have %s", want)
		}
	}
}

// TestMaskedMessages shows nothing live of a connection on which something is masked: it may be the real thing.
func TestMaskedMessages(t *testing.T) {
	var page bytes.Buffer
	if err := talked(t, `,"masked":["body"]`).WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "read 2") || !strings.Contains(page.String(), "read 1") {
		t.Error("the report shows the live message, or not the stand-in")
	}
}

// TestClock writes times.
func TestClock(t *testing.T) {
	for ms, want := range map[float64]string{-0.2: "0:00.000", -1500: "-0:01.500", 62345.4: "1:02.345", 3600_000: "1:00:00.000"} {
		if got := clock(ms); got != want {
			t.Errorf("%g is %s, want %s", ms, got, want)
		}
	}
}

// TestManyFailures bounds the report of an app that fails in a loop.
func TestManyFailures(t *testing.T) {
	s := shop(t)
	for i := range 5000 {
		s.Run.Failures.Live = append(s.Run.Failures.Live, playback.RunFailure{Kind: "error", Name: "Error", Message: fmt.Sprint("no ", i), After: "e12"})
	}
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Failures); n != mostFailures || !strings.Contains(strings.Join(r.Notes, " "), "failures left out") {
		t.Errorf("%d failures; notes: %q", n, r.Notes)
	}
}
