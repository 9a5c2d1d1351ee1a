package main

import (
	"strings"
	"testing"
	"time"

	"restep/player/playback"
)

// lines hands over what is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// A run that says nothing for a while tells where it is, once for each action.
func TestLull(t *testing.T) {
	text := `{"playback":1}
{"t":0,"ev":"open","id":"e1","url":"http://a/"}
{"t":2592000000,"ev":"click","id":"e2","on":{"css":"#go"}}
`
	f, err := playback.Read("t.playback", strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	out := make(lines, 10)
	l := &lull{w: out, file: f, after: time.Millisecond}
	for pos, want := range []string{
		"restep: at line 2, Open http://a/; the next action comes 720h0m0s later, and a day of that takes some 12 s to play\n",
		"restep: at line 3, Click the element at #go, for 1ms now\n",
	} {
		l.at(pos)
		if got := <-out; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	l.after = time.Hour
	l.at(0)
	l.tell() // comes too late: there was a sign
	if _, err := l.Write([]byte("a line")); err != nil || <-out != "a line" {
		t.Errorf("write: %v", err)
	}
	l.stop()
	l.after = 0
	l.tell() // as a timer that fires while it is stopped
	if len(out) > 0 {
		t.Errorf("told %q", <-out)
	}
}
