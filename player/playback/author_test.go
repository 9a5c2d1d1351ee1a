package playback

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// authorFile has a note, a blob, an unknown kind and keys out of order, none of which may change.
func authorFile(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, &Header{App: "https://shop.example"})
	on := On{Target: &Target{TestID: "x"}}
	e := Event{T: 10, Kind: Req, ID: "e2", Method: "GET", URL: "https://shop.example/a"}
	for _, x := range []*Event{
		{T: 0, Kind: Open, ID: "e1", URL: "https://shop.example/"}, &e,
		{T: 40, Kind: Res, ID: "e3", Of: "e2", Status: 200, Body: NewBody([]byte(strings.Repeat("long ", 1000)), "text/plain", w)},
		{T: 100, Kind: Click, ID: "e4", On: on}, {T: 300, Kind: Click, ID: "e5", On: on},
	} {
		if err := w.WriteEvent(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteNote(&Note{ID: "n1", Rev: 1, State: "open", On: "e4", Text: "look"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(b.String(), `{"t":100`, "{\"ev\":\"weird\",  \"id\":\"w1\",\"t\":90}\r\n{\"t\":100", 1)
	name := filepath.Join(t.TempDir(), "a.playback")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAuthor(t *testing.T) {
	long := []byte(`{"items":["` + strings.Repeat("x", 3000) + `"]}`)
	for _, c := range []struct {
		name     string
		x        Exchange
		req, res int     // their lines
		t        float64 // of the request
	}{
		{"between events", Exchange{After: "e1", Delay: 20, Latency: 50, Answered: []byte(`{"ok":true}`)}, 4, 6, 20},
		{"answered after the next action", Exchange{After: "e4", Delay: 150, Latency: 100, Answered: long}, 7, 9, 250},
		{"asked later than the next action", Exchange{After: "e4", Delay: 900, Latency: 1}, 7, 9, 300},
		{"behind the last event", Exchange{After: "e5", Delay: 1000, Latency: 50, Asked: long, Answered: long}, 8, 9, 1300},
		{"before everything", Exchange{Delay: 0, Latency: 0}, 2, 4, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := authorFile(t)
			before, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c.x.Req = Event{Method: "POST", URL: "https://shop.example/new", Headers: Headers{"content-type": {"application/json"}}}
			c.x.Res = Event{Status: 201, Headers: Headers{"content-type": {"application/json"}}}
			id, err := Author(name, c.x)
			if err != nil {
				t.Fatal(err)
			}
			checkAuthored(t, name, before)
			f, err := OpenFile(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			req, ok := f.Find(id)
			if !ok || f.Line(req) != c.req || f.T(req) != c.t {
				t.Errorf("the request stands on line %d at %v", f.Line(req), f.T(req))
			}
			res := req + 1
			for res < f.Len() && f.Of(res) != req {
				res++
			}
			e, err := f.Event(res)
			if err != nil || f.Line(res) != c.res || !e.Authored || e.Status != 201 {
				t.Fatalf("the answer stands on line %d: %+v, %v", f.Line(res), e, err)
			}
			if got, err := f.Content(e.Body); err != nil || string(got) != string(c.x.Answered) {
				t.Errorf("content %.40q, %v", got, err)
			}
		})
	}
}

// checkAuthored checks that the file has lost nothing and that there is nothing wrong with it.
func checkAuthored(t *testing.T, name string, before []byte) {
	t.Helper()
	after, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(after, []byte("\n"))
	kept := 0
	for _, old := range bytes.SplitAfter(before, []byte("\n")) {
		for kept < len(lines) && !bytes.Equal(lines[kept], old) {
			kept++
		}
		if kept == len(lines) {
			t.Fatalf("a line was lost or changed: %s", old)
		}
		kept++
	}
	s, err := os.Stat(name)
	if err != nil || s.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", s.Mode(), err)
	}
	diags, err := CheckFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == SeverityError || d.Code == CodeTime || d.Code == CodeDangling || d.Code == CodeBlob {
			t.Errorf("%+v in\n%s", d, after)
		}
	}
}

func TestAuthorTwice(t *testing.T) {
	name := authorFile(t)
	x := Exchange{After: "e1", Delay: 1, Req: Event{Method: "GET", URL: "https://shop.example/b"}, Res: Event{Status: 204}}
	a, err := Author(name, x)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Author(name, x)
	if err != nil || a == b {
		t.Errorf("the ids are %s and %s, %v", a, b, err)
	}
	x.After = "nobody"
	if _, err := Author(name, x); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("an action that is not there: %v", err)
	}
}

// A torn line is not taken for a whole one.
func TestAuthorTorn(t *testing.T) {
	name := authorFile(t)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	torn := append(text, `{"t":400,"ev":"cli`...)
	if err := os.WriteFile(name, torn, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Author(name, Exchange{After: "e1"}); err == nil || !strings.Contains(err.Error(), "restep fmt") {
		t.Errorf("error: %v", err)
	}
	if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, torn) {
		t.Errorf("the file was changed: %v", err)
	}
}
