package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/playback"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compares the model and the JUnit XML of a run, in which something of every kind happens, with what they were.
func TestGolden(t *testing.T) {
	r := shopReport(t)
	model, err := json.Marshal(r, jsontext.WithIndent("\t"), json.Deterministic(true), jsontext.AllowInvalidUTF8(true), notANumber())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "shop.json", append(model, '\n'))
	golden(t, "shop.txt", []byte(r.StepsText()))
	for name, j := range map[string]Judgement{
		"shop.xml":     {When: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Took: 1234 * time.Millisecond},
		"shop-ok.xml":  {Good: true},
		"shop-why.xml": {Why: "the verdict gone was expected, and it is reproduced"},
	} {
		var b bytes.Buffer
		if err := r.WriteJUnit(&b, j); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}

// notANumber writes the end of a request without an answer, which JSON has no number for.
func notANumber() json.Options {
	return json.WithMarshalers(json.MarshalToFunc(func(e *jsontext.Encoder, x float64) error {
		if x != x {
			return e.WriteToken(jsontext.String("NaN"))
		}
		return json.SkipFunc
	}))
}

// shopReport is the report of a run of testdata/shop.playback that went another way in places.
func shopReport(t *testing.T) *Report {
	t.Helper()
	r, err := New(shop(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func shop(t *testing.T) *Source {
	t.Helper()
	f := openFile(t, "testdata/shop.playback")
	at := func(id string) int {
		pos, ok := f.Find(id)
		if !ok {
			t.Fatalf("there is no event %s", id)
		}
		return pos
	}
	seen := func(id string, change func(*playback.Event)) player.Seen {
		e, err := f.Event(at(id))
		if err != nil {
			t.Fatal(err)
		}
		live := *e
		live.T += 5
		if change != nil {
			change(&live)
		}
		return player.Seen{Event: live, Pos: at(id), Route: player.Serve}
	}
	s := &Source{File: f, App: "http://localhost:5173", Until: -1, Live: map[int]player.Seen{}, Extra: map[int][]player.Seen{}}
	for _, id := range []string{"e4", "e6", "e7", "e11", "e15", "e16"} {
		s.Live[at(id)] = seen(id, nil)
	}
	s.Live[at("e13")] = seen("e13", func(e *playback.Event) {
		e.Body = playback.BodyString(`{"cart":3,"items":[{"id":"a","n":1},{"id":"c","n":2}]}`)
	})
	s.Live[at("e14")] = seen("e14", func(e *playback.Event) { e.Body = playback.BodyString(`{"password":"s3cr3t"}`) })
	s.Extra[at("e12")] = []player.Seen{
		{Event: playback.Event{T: 2015, Kind: playback.Req, Method: "GET", URL: "http://localhost:5173/api/coupons", Resource: "fetch"}, Pos: -1, Route: player.Block, Live: 7},
		{Event: playback.Event{T: 2016, Kind: playback.Req, Method: "GET", URL: "https://live.example/x"}, Pos: -1, Route: player.Pass, Live: 8},
		{Event: playback.Event{T: 2116, Kind: playback.Res, Status: 200}, Pos: -1, Live: 8},
		{Event: playback.Event{T: 2117, Kind: playback.Console, Level: "warn", Text: "coupons failed"}, Pos: -1},
	}
	picture := &player.Picture{Type: "image/webp", Data: []byte("RIFFone"), Width: 1200, Height: 800, Target: &[4]float64{100, 200, 80, 30}, Pointer: &[2]float64{140, 215}}
	same := *picture
	same.Target, same.Pointer = &[4]float64{100, 300, 80, 30}, nil
	s.Shots = map[int]Shot{
		at("e1"): {Picture: &player.Picture{Type: "image/webp", Data: []byte("RIFFtwo"), Width: 1200, Height: 800}}, at("e9"): {picture, true}, at("e10"): {&same, true},
		f.Len(): {Picture: &player.Picture{Type: "image/webp", Data: []byte("RIFFtwo"), Width: 1200, Height: 800}},
	}
	s.Took = map[int]time.Duration{at("e1"): 120 * time.Millisecond}
	typeError := playback.RunFailure{ID: "e16", Line: 17, Kind: "error", Name: "TypeError", Message: "total is null", After: "e12", Stack: []playback.StackFrame{{Function: "pay", URL: "http://localhost:5173/app.js", Line: 10, Column: 5}}}
	s.Run = &playback.Run{
		Verdict: playback.Reproduced, Actions: 4, Unanswered: 1, Missing: 1, Elapsed: 1234, State: "e2769832f74b17256e3ef6b07afe86989e7a6bbf",
		Start: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		Failures: playback.RunFailures{
			Recorded: []playback.RunFailure{typeError, {ID: "e17", Line: 18, Kind: "bug", Name: "e17", Message: `#total has the text "NaN"`, After: "e12"}},
			Live:     []playback.RunFailure{typeError, {Kind: "rejection", Name: "Error", Message: "no coupons", After: "e12"}},
		},
		Divergences: []playback.Divergence{
			{Kind: playback.RequestMissing, ID: "e5", Line: 6, Text: "GET https://cdn.example/rates was not made before the next action", Want: "GET https://cdn.example/rates"},
			{Kind: playback.ConsoleMissing, ID: "e8", Line: 9, Text: `console.error did not come: "rates are old"`, Want: "rates are old"},
			{Kind: playback.RequestDiffers, ID: "e13", Line: 14, Text: `POST /api/orders differs: body.items[1].id is "c" instead of "b"`, Want: `body.items[1].id = "b"`, Got: `body.items[1].id = "c"`},
			{Kind: playback.RequestUnmatched, ID: "e12", Line: 13, Blocking: true, Text: "GET http://localhost:5173/api/coupons was not recorded", Got: "GET http://localhost:5173/api/coupons"},
			{Kind: playback.ElementNotFound, ID: "e12", Line: 13, Blocking: true, Text: "the element of click e12 (line 13) is not found: testid 0, css 0"},
			{Kind: playback.URLDiffers, ID: "e12", Line: 13, Text: "the app went elsewhere", Want: "http://localhost:5173/thanks", Got: "http://localhost:5173/sorry"},
			{Kind: playback.FingerprintDiffer, ID: "e12", Line: 13, Text: `sum is "a" instead of "b"`, Want: "b", Got: "a"},
		},
		Coverage: playback.Coverage{Ran: at("e18"), Until: "e18", Unseen: []string{"e5", "e8"}},
	}
	s.Until = at("e18")
	return s
}

// TestSecretsStayMasked: a live request may hold what the recording has a stand-in for.
func TestSecretsStayMasked(t *testing.T) {
	var b bytes.Buffer
	r := shopReport(t)
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "s3cr3t") {
		t.Error("the report shows the live content of a masked request")
	}
	if !strings.Contains(b.String(), "x7!pQ") {
		t.Error("the report does not show the stand-in")
	}
}

func openFile(t *testing.T, name string) *playback.File {
	t.Helper()
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// golden compares with a file of testdata; -update writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another now (-update rewrites it):\n%s", name, got)
	}
}
