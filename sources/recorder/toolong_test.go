package recorder

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// TestNoLineIsLost has lines that nobody could read come to a journal: each is there in the end, shortened, says so, and
// is what others refer to.
func TestNoLineIsLost(t *testing.T) {
	long := strings.Repeat("0123456789abcde ", playback.MaxLine/16)
	deep := math.NaN()
	broken := "no base64!"
	var args []jsontext.Value
	for range 5000 {
		args = append(args, quote(long[:8000]))
	}
	for name, c := range map[string]struct {
		e   playback.Event
		cut string // in the line
	}{
		"message of a stream":  {playback.Event{Kind: playback.SSE, Dir: playback.In, Text: long}, `{"text":16777216}`},
		"item of storage":      {playback.Event{Kind: playback.Storage, Area: "local", Key: "k", Value: &long}, `{"value":16777216}`},
		"console arguments":    {playback.Event{Kind: playback.Console, Args: args}, `{"args":5000}`},
		"pasted text":          {playback.Event{Kind: playback.Clipboard, Op: "paste", Text: long}, `{"text":16777216}`},
		"address":              {playback.Event{Kind: playback.Req, Method: "GET", URL: "http://shop.test/?q=" + strings.ReplaceAll(long, " ", "+")}, `{"url":16777236}`},
		"header":               {playback.Event{Kind: playback.Req, Method: "GET", Headers: playback.Headers{"x": {"a", long}}}, `{"headers.x":16777216}`},
		"selector":             {playback.Event{Kind: playback.Click, On: playback.On{Target: &playback.Target{TestID: "a", XPath: long}}}, `{"on":16777216}`},
		"unknown key":          {playback.Event{Kind: playback.Res, Extra: jsontext.Value(`{"zap":` + string(quote(long)) + `}`)}, `{"other keys":`},
		"a place of no number": {playback.Event{Kind: playback.Click, X: &deep}, `{"line":0}`},
		"damaged file":         {playback.Event{Kind: playback.Upload, Files: []playback.FileRef{{Name: "a", Body: &playback.Body{Base64: &broken}}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "a.playback")
			j, err := NewJournal(file, nil, nil) // masking that much takes its time
			if err != nil {
				t.Fatal(err)
			}
			e := c.e
			e.T = 1
			id := add(t, j, e, nil)
			add(t, j, playback.Event{T: 2, Kind: playback.Fail, Of: id, Text: "aborted"}, nil)
			if n := len(j.Losses()); n != 1 {
				t.Errorf("%d losses are told, want 1: %q", n, j.Losses())
			}
			if err := j.Finish(); err != nil {
				t.Fatal(err)
			}
			list := events(t, file)
			if len(list) != 2 || list[0].ID != id || list[0].Kind != c.e.Kind || list[1].Of != id {
				t.Fatalf("%d lines, want the one that was too long and the one that refers to it", len(list))
			}
			if got := string(list[0].Extra); !strings.Contains(got, c.cut) || c.cut != "" && !strings.Contains(got, cutKey) {
				t.Errorf("the line says %s, want %s", clip(got, 200), c.cut)
			}
		})
	}
}

// TestLongNote: a note that is too long for a line is shortened too.
func TestLongNote(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.playback")
	j, err := NewJournal(name, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	id := add(t, j, playback.Event{T: 1, Kind: playback.Click}, nil)
	err = j.Note(&playback.Note{ID: "n1", Thread: "n1", Rev: 1, State: playback.NoteOpen, On: id, Text: strings.Repeat("why? ", playback.MaxLine/5)})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if notes, err := f.Notes(); err != nil || len(notes) != 1 || !strings.HasPrefix(notes[0].Text, "why? ") || len(j.Losses()) != 1 {
		t.Errorf("%d notes, %v, losses %q", len(notes), err, j.Losses())
	}
}
