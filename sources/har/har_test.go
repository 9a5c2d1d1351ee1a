package har_test

import (
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources"
	"restep/sources/har"
	"restep/sources/sourcetest"
)

func TestSamples(t *testing.T) { sourcetest.Run(t, har.Source{}, ".har") }

func TestSharedData(t *testing.T) {
	sourcetest.Shared(t, har.Source{}, "har/*.har")
	sourcetest.Shared(t, har.Source{}, "sessions/*/session.har")
}

// archive imports an archive with some entries.
func archive(t *testing.T, entries string) *sources.Recording {
	t.Helper()
	rec, err := sourcetest.Import(har.Source{}, "x.har", []byte(`{"log":{"version":"1.2","entries":[`+entries+`]}}`))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Close() })
	return rec
}

func TestFileCannotLeaveTheFolder(t *testing.T) {
	for _, name := range []string{"../har.go", "/etc/passwd", "testdata/../../har.go", "testdata"} {
		rec := archive(t, `{"startedDateTime":"2026-01-01T00:00:00Z","time":1,"request":{"method":"GET","url":"https://a.example/x"},
			"_resourceType":"fetch","response":{"status":200,"content":{"size":9,"_file":"`+name+`"}}}`)
		for _, l := range rec.Lines {
			if l.Kind == playback.Res && !l.Body.Hole() {
				t.Errorf("%s was read", name)
			}
		}
	}
}

func TestRedirectRepeatsBody(t *testing.T) {
	entry := func(at, url, status, more, post string) string {
		return `{"startedDateTime":"2026-01-01T00:00:` + at + `Z","time":1,"_resourceType":"fetch","request":{"method":"POST","url":"` + url + `"` + post +
			`},"response":{"status":` + status + `,"content":{}` + more + `}}`
	}
	rec := archive(t, entry("00", "https://a.example/1", "307", `,"redirectURL":"/2"`, `,"postData":{"mimeType":"text/plain","text":"hello"}`)+","+
		entry("01", "https://a.example/2", "200", "", ""))
	var reqs []sources.Line
	for _, l := range rec.Lines {
		if l.Kind == playback.Req {
			reqs = append(reqs, l)
		}
	}
	if len(reqs) != 2 || reqs[1].From != reqs[0].ID || reqs[1].Content == nil {
		t.Fatalf("got %+v", reqs)
	}
	if b, _ := reqs[1].Content.Bytes(); string(b) != "hello" {
		t.Errorf("the second request has the body %q", b)
	}
}

func TestIDsSurviveMoreEntries(t *testing.T) {
	one := `{"startedDateTime":"2026-01-01T00:00:01Z","_resourceType":"fetch","request":{"method":"GET","url":"https://a.example/1"},"response":{"status":200,"content":{}}}`
	earlier := strings.Replace(strings.Replace(one, ":01Z", ":00Z", 1), "/1", "/0", 1)
	alone, both := archive(t, one), archive(t, one+","+earlier)
	id := func(rec *sources.Recording, kind playback.Kind) string {
		for _, l := range rec.Lines {
			if l.Kind == kind && (kind == playback.Open || strings.HasSuffix(l.URL, "/1")) {
				return l.ID
			}
		}
		return ""
	}
	for _, kind := range []playback.Kind{playback.Req, playback.Open} {
		if a, b := id(alone, kind), id(both, kind); a != b || a == "" {
			t.Errorf("the id of a %s changes from %q to %q when another entry is recorded before it", kind, a, b)
		}
	}
}

// TestEntriesThatNoBrowserSent checks that an entry whose method or status cannot be is left out by its number, and
// that the others are imported.
func TestEntriesThatNoBrowserSent(t *testing.T) {
	entry := func(method, status string) string {
		return `{"startedDateTime":"2026-01-01T00:00:01Z","_resourceType":"fetch","request":{"method":"` + method +
			`","url":"https://a.example/1"},"response":{"status":` + status + `,"content":{}}}`
	}
	for name, bad := range map[string]string{
		"a line feed": entry(`GET\r\nX: y`, "200"), "a space": entry("GET /", "200"), "a letter of no method": entry("GÉT", "200"),
		"a status of four digits": entry("GET", "2000"),
	} {
		rec := archive(t, entry("", "200")+","+bad+","+entry("M-SEARCH", "999"))
		var methods []string
		for _, l := range rec.Lines {
			if l.Kind == playback.Req {
				methods = append(methods, l.Method)
			}
		}
		if strings.Join(methods, " ") != "GET M-SEARCH" {
			t.Errorf("%s: requests %q", name, methods)
		}
		if p := rec.Report.Problems; len(p) == 0 || p[0].Where != "entry 2" || strings.Contains(p[0].Text, "\n") {
			t.Errorf("%s: report %+v", name, p)
		}
	}
}

// TestOpenIsInferredWithoutADocument imports archives that were begun when the page was there already.
func TestOpenIsInferredWithoutADocument(t *testing.T) {
	const get = `"startedDateTime":"2026-01-01T00:00:05Z","time":9,"_resourceType":"fetch","response":{"status":200,"content":{}}`
	const document = `{"startedDateTime":"2026-01-01T00:00:09Z","time":9,"_resourceType":"document","request":{"method":"GET","url":"https://a.example/later"},"response":{"status":200,"content":{}}}`
	const known = `{"startedDateTime":"2026-01-01T00:00:04Z","time":9,"_resourceType":"document","request":{"method":"GET","url":"https://a.example/first"},"response":{"status":200,"content":{}}}`
	plain := `{` + get + `,"request":{"method":"GET","url":"https://a.example/1"}}`
	refers := `{` + get + `,"request":{"method":"GET","url":"https://a.example/1","headers":[{"name":"Referer","value":"https://a.example/cart"}]}}`
	titled := `{"log":{"version":"1.2","pages":[{"id":"p","startedDateTime":"2026-01-01T00:00:03Z","title":"https://a.example/shop"}],"entries":[` + plain + `]}}`
	for name, c := range map[string]struct {
		archive, url string
		at           float64 // of the first request
	}{
		"the app":                 {`{"log":{"entries":[` + plain + `]}}`, "https://a.example/", 0},
		"the page that asked":     {`{"log":{"entries":[` + refers + `]}}`, "https://a.example/cart", 0},
		"the page of the archive": {titled, "https://a.example/shop", 2000},
		"a later document":        {`{"log":{"entries":[` + plain + `,` + document + `]}}`, "https://a.example/", 0},
		"a document before":       {`{"log":{"entries":[` + plain + `,` + known + `]}}`, "https://a.example/first", 1000},
	} {
		rec, err := sourcetest.Import(har.Source{}, "x.har", []byte(c.archive))
		if err != nil {
			t.Fatal(err)
		}
		if l := rec.Lines[0]; l.Kind != playback.Open || l.URL != c.url || l.T != 0 || !l.Inferred {
			t.Errorf("%s: begins with %+v, want an open of %s", name, l.Event, c.url)
		}
		for _, l := range rec.Lines {
			if l.Kind == playback.Req && l.T != c.at {
				t.Errorf("%s: the request is at %v, want %v", name, l.T, c.at)
			}
		}
		if told := len(rec.Report.Problems) > 0; told != (name != "a document before") {
			t.Errorf("%s: report %+v", name, rec.Report.Problems)
		}
		rec.Close()
	}
}

func TestRefused(t *testing.T) {
	for input, want := range map[string]string{
		``:                                    "ends at byte 0",
		`[]`:                                  "not an HTTP Archive",
		`{}`:                                  `no "log"`,
		`{"log":{}}`:                          `no "log" with "entries"`,
		`{"log":[]}`:                          "not an object",
		`{"log":{"entries":{}}}`:              "not an array",
		`{"log":{"entries":[{]}}`:             "entry 1, at byte",
		`{"log":{"entries":[{"request":`:      "was it cut off",
		`{"log":{"entries":[{"request":7}]}}`: "entry 1",
		`{"title":"x","steps":[]}`:            `no "log"`,
		strings.Repeat("[", 20000):            "not an HTTP Archive",
		`{"log":{"x":` + strings.Repeat("[", 20000): "at byte",
	} {
		rec, err := sourcetest.Import(har.Source{}, "x.har", []byte(input))
		if err == nil {
			rec.Close()
			t.Errorf("%.60s is imported", input)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want it to say %q", input, err, want)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(`{"log":{"pages":[{"id":"p","startedDateTime":"2026-01-01T00:00:00Z","title":"x"}],"entries":[{"pageref":"p","startedDateTime":"2026-01-01T00:00:00.1+01:00","time":-1,"request":{"method":"POST","url":"https://u:p@a.example/?token=1","headers":[{"name":"Cookie","value":"a=b"}],"postData":{"mimeType":"application/json","text":"{\"password\":\"x\"}"}},"response":{"status":-1,"content":{"text":"e30=","encoding":"base64"}}}]}}`))
	f.Add([]byte(`{"log":{"entries":[{"startedDateTime":"2026-01-01T00:00:00Z","_resourceType":"websocket","request":{"url":"ws://a/"},"response":{"status":101},"_webSocketMessages":[{"type":"send","time":1e300,"opcode":2,"data":"!"}]}]}}`))
	f.Add([]byte(`{"log":{"entries":[{"startedDateTime":"2026-01-01T00:00:00Z","time":9e99,"request":{"url":"http://a/"},"response":{"status":200,"headers":[{"name":"content-type","value":"text/event-stream"}],"content":{"text":"data: 1\n\n"}}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := sourcetest.Import(har.Source{}, "fuzz.har", data)
		if err != nil {
			return
		}
		out, _, err := sourcetest.Write(rec)
		if err != nil {
			t.Fatalf("imported, but cannot be written: %v", err)
		}
		sourcetest.Sound(t, out)
	})
}
