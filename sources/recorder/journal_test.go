package recorder

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"restep/player/playback"
	"restep/sources"
)

// newJournal begins a journal in a folder of the test.
func newJournal(t *testing.T) (*Journal, string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.playback")
	j, err := NewJournal(name, &playback.Header{App: "http://shop.test"}, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	return j, name
}

func add(t *testing.T, j *Journal, e playback.Event, secret map[string]string) string {
	t.Helper()
	id, err := j.Add(&e, secret)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// events reads a file.
func events(t *testing.T, name string) []*playback.Event {
	t.Helper()
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []*playback.Event
	for i := range f.Len() {
		e, err := f.Event(i)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

func TestCausesFollowTheOrderOfTime(t *testing.T) {
	j, name := newJournal(t)
	click := add(t, j, playback.Event{T: 1, Kind: playback.Click, Tab: "A"}, nil)
	other := add(t, j, playback.Event{T: 2, Kind: playback.Click, Tab: "B"}, nil)
	early := add(t, j, playback.Event{T: 12, Kind: playback.Req, Tab: "A", URL: "/suggest"}, nil)
	own := add(t, j, playback.Event{T: 13, Kind: playback.Req, Tab: "A", URL: "/own", Cause: click}, nil)
	typed := add(t, j, playback.Event{T: 10, Kind: playback.Type, Tab: "A", Text: "abc"}, nil) // reported when the run ends
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{click: "", other: "", early: typed, own: click, typed: ""}
	var order []string
	for _, e := range events(t, name) {
		order = append(order, e.ID)
		if e.Cause != want[e.ID] {
			t.Errorf("%s %s: cause %q, want %q", e.ID, e.Kind, e.Cause, want[e.ID])
		}
	}
	if got := strings.Join(order, " "); got != strings.Join([]string{click, other, typed, early, own}, " ") {
		t.Errorf("order %s", got)
	}
	if _, err := j.Add(&playback.Event{Kind: playback.Click}, nil); err == nil {
		t.Error("a finished journal takes a line")
	}
}

func TestContentComesIntoItsForm(t *testing.T) {
	j, name := newJournal(t)
	big := strings.Repeat("a long text. ", 1000)
	small := `{"a":1}`
	req := add(t, j, playback.Event{T: 1, Kind: playback.Req, URL: "http://shop.test/x"}, nil)
	add(t, j, playback.Event{T: 2, Kind: playback.Res, Of: req, Body: playback.BodyString(big)}, nil)
	add(t, j, playback.Event{T: 3, Kind: playback.WS, Of: req, Body: &playback.Body{Text: &small}}, nil)
	add(t, j, playback.Event{T: 4, Kind: playback.WS, Of: req, Body: playback.NewHole("too large", 5, "")}, nil)
	if _, err := os.Stat(playback.BlobDir(name)); err != nil {
		t.Errorf("while recording, large content is not beside the file: %v", err)
	}
	if c := j.Counts(); c.Events != 4 || c.Requests != 1 || c.Holes != 1 || c.Bytes == 0 {
		t.Errorf("counts %+v", c)
	}
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(playback.BlobDir(name)); !os.IsNotExist(err) {
		t.Errorf("the blobs of a small file are still beside it: %v", err)
	}
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := f.Event(1)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := f.Content(e.Body); err != nil || string(data) != big {
		t.Errorf("content of %d bytes, %v", len(data), err)
	}
	if e, err := f.Event(2); err != nil || string(e.Body.JSON) != small {
		t.Errorf("JSON stands as %+v, %v", e.Body, err)
	}
}

// TestSecretsThatThePageKnows has a password typed in two runs; it is found in whatever comes later.
func TestSecretsThatThePageKnows(t *testing.T) {
	const password = "Tr0ub4dor-and-3-more"
	j, name := newJournal(t)
	first := password[:9]
	add(t, j, playback.Event{T: 1, Kind: playback.Type, Text: first, Value: &first, Rhythm: make([]float64, 9)}, map[string]string{"text": "password", "value": "password"})
	whole := password
	add(t, j, playback.Event{T: 2, Kind: playback.Type, Text: password[9:], Value: &whole}, map[string]string{"text": "password", "value": "password"})
	add(t, j, playback.Event{T: 3, Kind: playback.Key, Key: "x", Code: "KeyX"}, map[string]string{"key": "password"})
	add(t, j, playback.Event{T: 3, Kind: playback.Key, Key: "Enter", Code: "Enter"}, map[string]string{"key": "password"})
	req := add(t, j, playback.Event{T: 4, Kind: playback.Req, Method: "POST", URL: "/q", Body: playback.BodyString(`{"x":"` + password + `"}`)}, nil)
	add(t, j, playback.Event{T: 5, Kind: playback.Res, Of: req, Body: playback.BodyString(strings.Repeat("welcome "+password+" ", 400))}, nil)
	add(t, j, playback.Event{T: 6, Kind: playback.Console, Text: "sent " + password}, nil)
	add(t, j, playback.Event{T: 7, Kind: playback.Storage, Area: "local", Key: "draft", Value: &whole}, nil)
	scan(t, filepath.Dir(name), password)
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	scan(t, filepath.Dir(name), password)
	list := events(t, name)
	standIn := *list[1].Value
	if len(standIn) != len(password) || !strings.HasSuffix(standIn, list[1].Text) || len(list[1].Text) != len(password)-9 {
		t.Errorf("typed %q into %q", list[1].Text, standIn)
	}
	if list[2].Key != "*" || list[2].Code != "" || list[3].Key != "Enter" {
		t.Errorf("keys %q %q", list[2].Key, list[3].Key)
	}
	if got := string(list[4].Body.JSON); got != `{"x":"`+standIn+`"}` {
		t.Errorf("sent %s, typed %s", got, standIn)
	}
	if whole != password {
		t.Error("the caller's value was changed")
	}
}

// scan looks for a value in all files of a folder, blobs decoded.
func scan(t *testing.T, dir, value string) {
	t.Helper()
	for name, data := range contents(t, dir) {
		if strings.Contains(string(data), value) {
			t.Errorf("%s holds %q", name, value)
		}
	}
}

// contents reads all files of a folder and the content that playbacks among them refer to.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range files(t, dir) {
		data, err := os.ReadFile(name)
		if err != nil {
			if os.IsNotExist(err) {
				continue // replaced meanwhile
			}
			t.Fatal(err)
		}
		out[name] = data
		if !strings.HasSuffix(name, ".playback") {
			continue
		}
		f, err := playback.OpenFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Len() {
			e, err := f.Event(i)
			if err != nil {
				t.Fatal(err)
			}
			if e.Body != nil && e.Body.Ref != "" {
				data, err := f.Content(e.Body)
				if err != nil {
					t.Fatal(err)
				}
				out[name+" "+e.ID] = data
			}
		}
		f.Close()
	}
	return out
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range entries {
		if name := filepath.Join(dir, x.Name()); x.IsDir() {
			list = append(list, files(t, name)...)
		} else {
			list = append(list, name)
		}
	}
	return list
}

func TestJournalFromManyGoroutines(t *testing.T) {
	j, name := newJournal(t)
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for i := range 25 {
				add(t, j, playback.Event{T: float64(i), Kind: playback.Console, Text: "one"}, nil)
			}
		})
	}
	work.Wait()
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range events(t, name) {
		seen[e.ID] = true
	}
	if len(seen) != 200 {
		t.Errorf("%d ids", len(seen))
	}
}

func TestHeaderIsMasked(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.playback")
	const token = "q8Zr41LmW0xT7bVn2Kd9"
	h := &playback.Header{State: &playback.State{
		Cookies: []playback.Cookie{{Name: "sid", Value: token, Domain: "shop.test"}},
		Local:   map[string]playback.StorageItems{"http://shop.test": {"token": token}},
	}}
	j, err := NewJournal(name, h, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	add(t, j, playback.Event{Kind: playback.Console, Text: "token is " + token}, nil)
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	scan(t, filepath.Dir(name), token)
	if h.State.Cookies[0].Value != token {
		t.Error("the caller's header was changed")
	}
}
