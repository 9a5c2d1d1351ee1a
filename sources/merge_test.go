package sources

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"restep/player/playback"
)

// start is when the clocked recordings of these tests begin.
var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// clocked makes a recording of requests: lines are "T ID METHOD URL", answered after 20 ms.
func clocked(kind string, at time.Time, lines ...string) *Recording {
	r := NewRecording(kind, Options{})
	r.Header.Start, r.Header.App = at, "http://app:1"
	for _, s := range lines {
		var t float64
		var id, method, url string
		fmt.Sscan(s, &t, &id, &method, &url)
		if method == "page" {
			r.Add(Line{Event: playback.Event{T: t, Kind: playback.Open, ID: id + "o", URL: url, Inferred: true}})
			r.Add(Line{Event: playback.Event{T: t + 10, Kind: playback.PageCommit, ID: id, URL: url}})
			continue
		}
		if method == "open" { // guessed: no document came
			r.Add(Line{Event: playback.Event{T: t, Kind: playback.Open, ID: id, URL: url, Inferred: true}})
			continue
		}
		r.Add(Line{Event: playback.Event{T: t, Kind: playback.Req, ID: id, Method: method, URL: url}})
		r.Add(Line{Event: playback.Event{T: t + 20, Kind: playback.Res, ID: id + "r", Of: id, Status: 200}})
	}
	return r
}

// flow makes a recording without a clock: lines are "open URL", "click SELECTOR", "input SELECTOR VALUE" or
// "expect SELECTOR".
func flow(app string, lines ...string) *Recording {
	r := NewRecording("recorder", Options{})
	r.Header.App = app
	for i, s := range lines {
		f := strings.Fields(s)
		e := playback.Event{T: float64(i) * 1000, Kind: playback.Kind(f[0]), ID: fmt.Sprintf("s%d", i+1), Inferred: true}
		if e.Kind == playback.Open {
			e.URL = f[1]
		} else {
			e.On.Target = &playback.Target{CSS: playback.CSS{f[1]}}
		}
		if len(f) > 2 {
			e.Value = &f[2]
		}
		r.Add(Line{Event: e})
	}
	return r
}

// order lists the ids of actions, requests and expectations in the order of a merged recording.
func order(r *Recording) string {
	var ids []string
	for i := range r.Lines {
		if e := &r.Lines[i].Event; e.Kind.Action() || e.Kind == playback.Req || e.Kind == playback.Expect {
			ids = append(ids, strings.TrimPrefix(e.ID, "har:"))
		}
	}
	return strings.Join(ids, " ")
}

func TestPlace(t *testing.T) {
	for name, c := range map[string]struct {
		flow, requests []string
		want           string
	}{
		"a typed value leads to the click behind it": {
			[]string{"open http://app:1/", "click #one", "input #q 77", "click #go", "click #two"},
			[]string{"0 p page http://app:1/", "3000 a GET http://app:1/api/find?q=77"},
			"s1 s2 s3 s4 a s5",
		},
		"names in selectors": {
			[]string{"open http://app:1/", "click #orders-tab", "click #users-tab"},
			[]string{"0 p page http://app:1/", "2000 a GET http://app:1/api/orders", "4000 b GET http://app:1/api/users"},
			"s1 s2 a s3 b",
		},
		"requests of other actions stay where they were": {
			[]string{"open http://app:1/", "click .getOrder", "input #id 9999", "click .run", "expect .table"},
			[]string{"0 p page http://app:1/", "1000 a POST http://app:1/api/other", "6000 b GET http://app:1/api/orders/9999"},
			"s1 a s2 s3 s4 b s5",
		},
		"what the page needs comes before the first click": {
			[]string{"open http://app:1/", "expect #list", "click #x", "click #go-7", "expect #done"},
			[]string{"0 p page http://app:1/", "2500 a GET http://app:1/config", "4000 b GET http://app:1/api/go/7"},
			"s1 a s2 s3 s4 b s5",
		},
		"a later value cannot have been sent": {
			[]string{"open http://app:1/", "click #find", "input #q zebra", "click #find", "expect #hits"},
			[]string{"0 p page http://app:1/", "2000 a GET http://app:1/api/find?q=", "5000 b GET http://app:1/api/find?q=zebra"},
			"s1 s2 a s3 s4 b s5",
		},
		"navigations": {
			[]string{"open http://app:1/", "click #next", "open http://app:1/third"},
			[]string{"0 p page http://app:1/", "3000 q page http://app:1/third", "3100 a GET http://app:1/api/t"},
			"s1 s2 s3 a",
		},
	} {
		out := Merge([]*Recording{flow("http://app:1", c.flow...), clocked("har", start, c.requests...)}, Options{})
		if got := order(out); got != c.want {
			t.Errorf("%s: got %s, want %s\n%v", name, got, c.want, out.Report.Problems)
		}
		causal(t, out)
		out.Close()
	}
}

// TestMergeOpensBeforeTheFirstRequest merges a flow with requests whose document was not recorded: nothing of the page
// can stand before it was opened.
func TestMergeOpensBeforeTheFirstRequest(t *testing.T) {
	requests := []string{"200 a GET http://app:1/api/config", "5000 b GET http://app:1/api/find?q=zebra"}
	for name, har := range map[string]*Recording{
		"no open":        clocked("har", start, requests...),
		"a guessed open": clocked("har", start, append([]string{"0 g open http://app:1/elsewhere"}, requests...)...),
	} {
		out := Merge([]*Recording{flow("http://app:1", "resize 800", "open http://app:1/", "input #q zebra", "click #find"), har}, Options{})
		if got := order(out); got != "s1 s2 a s3 s4 b" {
			t.Errorf("%s: got %s\n%v", name, got, out.Report.Problems)
		}
		if text := fmt.Sprint(out.Report.Problems); !strings.Contains(text, "its open stands at the first request") {
			t.Errorf("%s: not reported: %s", name, text)
		}
		causal(t, out)
		out.Close()
	}
}

// TestMergeKeepsOneGuess joins two recordings of one session of which one had to guess what was opened.
func TestMergeKeepsOneGuess(t *testing.T) {
	one := clocked("har", start, "0 p page http://app:1/", "500 a GET http://app:1/a")
	two := clocked("har", start, "600 g open http://app:1/", "700 b GET http://app:1/b")
	out := Merge([]*Recording{one, two}, Options{})
	defer out.Close()
	if got := order(out); got != "po a har2:b" {
		t.Errorf("got %s", got)
	}
}

// TestMergeGroupsWhatNoStepCaused reports telemetry of the app's own once, with what drops it, and never says of a
// request, which has a cause in the file, that nothing explains it.
func TestMergeGroupsWhatNoStepCaused(t *testing.T) {
	out := Merge([]*Recording{flow("http://app:1", "open http://app:1/", "click #x"), clocked("har", start, "0 p page http://app:1/",
		"2000 a POST http://app:1/_sink/rrweb", "4000 b POST http://app:1/_sink/segment/t?x=1", "6000 c POST http://app:1/collect",
		"8000 d PUT http://app:1/api/orders", "10000 e PUT http://app:1/api/orders")}, Options{})
	defer out.Close()
	var lines []string
	for _, p := range out.Report.Problems {
		lines = append(lines, p.Text)
	}
	text := strings.Join(lines, "\n")
	for _, want := range []string{"2 groups of requests at /_sink/* ", "--drop '/_sink/*'", "--drop '/collect*'", "PUT /api/orders (2 times) stands at its own time"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("want %q once in\n%s", want, text)
		}
	}
	if strings.Contains(text, "explains") || len(lines) != 4 {
		t.Errorf("got %d lines:\n%s", len(lines), text)
	}
}

// causal checks what holds of every merged recording: times do not decrease, answers follow requests, causes are
// earlier actions.
func causal(t *testing.T, r *Recording) {
	t.Helper()
	seen := map[string]playback.Kind{}
	last := 0.0
	for i := range r.Lines {
		e := &r.Lines[i].Event
		if e.T < last {
			t.Errorf("%s is at %v, after %v", e.ID, e.T, last)
		}
		last = e.T
		if e.Of != "" && seen[e.Of] != playback.Req {
			t.Errorf("%s answers %s, which is not before it", e.ID, e.Of)
		}
		if e.Cause != "" && !seen[e.Cause].Action() {
			t.Errorf("%s is caused by %s, which is not before it", e.ID, e.Cause)
		}
		if seen[e.ID] != "" {
			t.Errorf("two lines have the id %s", e.ID)
		}
		seen[e.ID] = e.Kind
	}
}

func TestMergeMapsPortOfFlow(t *testing.T) {
	out := Merge([]*Recording{flow("http://app:2", "open http://app:2/", "click #orders"),
		clocked("har", start, "0 p page http://app:1/", "2000 a GET http://app:1/api/orders")}, Options{})
	defer out.Close()
	if out.Header.App != "http://app:1" || out.Lines[0].URL != "http://app:1/" {
		t.Errorf("app %s, opened %s", out.Header.App, out.Lines[0].URL)
	}
}

func TestMergeClocks(t *testing.T) {
	one := clocked("har", start, "0 a GET http://app:1/a", "1000 b GET http://app:1/b", "2000 c GET http://app:1/c")
	// The same three requests and one more, by a clock that is 7 s ahead.
	two := clocked("har", start.Add(7*time.Second), "3 x GET http://app:1/a", "1001 y GET http://app:1/b", "2002 z GET http://app:1/c", "1500 w GET http://app:1/w")
	two.Lines[1].Content = memory("body")
	out := Merge([]*Recording{one, two}, Options{})
	defer out.Close()
	var ids []string
	for _, l := range out.Lines {
		ids = append(ids, l.ID)
	}
	if got := strings.Join(ids, " "); got != "a ar b br har2:w har2:wr c cr" {
		t.Errorf("got %s\n%v", got, out.Report.Problems)
	}
	if i := slices.Index(ids, "ar"); out.Lines[i].Content == nil {
		t.Error("the content that only the second has is lost")
	}
	causal(t, out)
}

// TestMergeKeepsTheSchedule checks that lines at one moment stay in the order in which they were recorded.
func TestMergeKeepsTheSchedule(t *testing.T) {
	one := clocked("recorder", start, "0 a GET http://app:1/a")
	one.Lines = append(one.Lines, Line{Event: playback.Event{T: 20, Kind: playback.Click, ID: "c"}})
	two := clocked("har", start, "20 b GET http://app:1/b")
	out := Merge([]*Recording{one, two}, Options{})
	defer out.Close()
	var ids []string
	for _, l := range out.Lines {
		ids = append(ids, l.ID)
	}
	if got := strings.Join(ids, " "); got != "a har:b ar c har:br" && got != "a ar c har:b har:br" {
		t.Errorf("got %s: the answer ar was recorded before the click c", got)
	}
}

// TestMergeKnownActions checks that what an importer inferred gives way to what a recorder saw.
func TestMergeKnownActions(t *testing.T) {
	one := clocked("recorder", start)
	one.Lines = []Line{{Event: playback.Event{T: 0, Kind: playback.Open, ID: "o", URL: "http://app:1/"}},
		{Event: playback.Event{T: 500, Kind: playback.Click, ID: "c"}}}
	two := clocked("har", start, "5 p page http://app:1/", "600 a GET http://app:1/a")
	two.SetCauses()
	out := Merge([]*Recording{one, two}, Options{})
	defer out.Close()
	if got := order(out); got != "o c a" {
		t.Errorf("got %s", got)
	}
	for _, l := range out.Lines {
		if l.Kind == playback.Req && l.Cause != "c" {
			t.Errorf("%s is caused by %q", l.ID, l.Cause)
		}
	}
}

func TestMergeNotes(t *testing.T) {
	one, two := clocked("har", start, "0 a GET http://app:1/a"), clocked("har", start, "1 x GET http://app:1/a", "500 y GET http://app:1/y")
	one.Notes = []playback.Note{{ID: "n1", Rev: 1, Text: "old", On: "a"}}
	two.Notes = []playback.Note{{ID: "n1", Rev: 2, Text: "new", On: "x"}, {ID: "n2", Rev: 1, On: "y"}, {ID: "n3", Rev: 1, On: "x"}}
	out := Merge([]*Recording{one, two}, Options{})
	defer out.Close()
	var got []string
	for _, n := range out.Notes {
		got = append(got, n.ID+" "+n.Text+" "+n.On)
	}
	if s := strings.Join(got, ", "); s != "n1 new a, n2  har2:y, n3  a" {
		t.Errorf("got %s", s)
	}
}
