package playback

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWriter writes a little of everything and reads it again.
func TestWriter(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, &Header{ID: "x", App: "http://a"})
	big := randomBytes(50_000) // several parts
	events := []*Event{
		{Kind: Open, ID: "e1", URL: "http://a/<b>&c"},
		{T: 1.5, Kind: Req, ID: "e2", Cause: "e1", Method: "GET", URL: "http://a/x", Headers: Headers{"b": {"1", "2"}, "a": {"\xff"}}},
		{T: 2, Kind: Res, ID: "e3", Of: "e2", Status: 200, Body: NewBody(big, "image/png", w)},
		{T: 3, Kind: "zap", ID: "e4", Extra: []byte(`{"z":12345678901234567890,"a":[1.0]}`)},
	}
	for i, e := range events {
		if err := w.WriteEvent(e); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := w.WriteNote(&Note{ID: "n1", Text: "hi"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.WriteBlob(BlobRef(big), big) // again
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	want := []string{
		`{"playback":1,"id":"x","app":"http://a"}`,
		`{"t":0,"ev":"open","id":"e1","url":"http://a/<b>&c"}`,
		`{"t":1.5,"ev":"req","id":"e2","cause":"e1","method":"GET","url":"http://a/x","headers":{"a":"` + "\ufffd" + `","b":["1","2"]}}`,
		`{"t":2,"ev":"res","id":"e3","of":"e2","status":200,"body":{"$ref":"` + BlobRef(big) + `","size":50000,"type":"image/png"}}`,
		`{"t":3,"ev":"zap","id":"e4","z":12345678901234567890,"a":[1.0]}`,
		`{"ev":"note","id":"n1","text":"hi"}`,
	}
	for i, line := range want {
		if lines[i] != line {
			t.Errorf("line %d:\n%s\nwant:\n%s", i+1, lines[i], line)
		}
	}
	if blobs := len(lines) - len(want) - 1; blobs != 5 {
		t.Errorf("%d blob lines, want 5", blobs)
	}
	for _, line := range lines {
		if len(line) > maxBlobLine {
			t.Errorf("a line has %d characters", len(line))
		}
	}
	f := readText(t, out.String())
	e, err := f.Event(2)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Content(e.Body); err != nil || !bytes.Equal(got, big) {
		t.Errorf("%d bytes come back: %v", len(got), err)
	}
}

// A line that nobody could read is refused, and the file goes on.
func TestWriterTooLong(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, nil)
	long := strings.Repeat("x", MaxLine)
	var refused *TooLongError
	if err := w.WriteEvent(&Event{Kind: Console, ID: "c", Text: long}); !errors.As(err, &refused) {
		t.Errorf("event: %v", err)
	}
	if err := w.WriteNote(&Note{ID: "n", Text: long}); !errors.As(err, &refused) {
		t.Errorf("note: %v", err)
	}
	if err := w.WriteEvent(&Event{Kind: Open, ID: "o", URL: "http://a/"}); err != nil {
		t.Errorf("the line after it: %v", err)
	}
	if err := w.Close(); err != nil || out.Len() > 1000 {
		t.Errorf("%d bytes were written: %v", out.Len(), err)
	}
}

func TestWriterErrors(t *testing.T) {
	w := NewWriter(&bytes.Buffer{}, nil)
	for _, kind := range []Kind{"", NoteKind, Blob} {
		w := NewWriter(&bytes.Buffer{}, nil)
		if err := w.WriteEvent(&Event{Kind: kind}); err == nil || w.Close() == nil {
			t.Errorf("kind %q is written", kind)
		}
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if err := w.WriteEvent(&Event{Kind: Back, ID: "e1"}); err == nil {
		t.Error("a closed writer writes")
	}
	w = NewWriter(&bytes.Buffer{}, nil)
	w.WriteBlob(lost, []byte("other"))
	if err := w.Close(); err == nil {
		t.Error("a blob is written under a wrong name")
	}
	w = NewWriter(failing{}, nil)
	w.WriteEvent(&Event{Kind: Back, ID: "e1"})
	if err := w.Close(); !errors.Is(err, errDisk) {
		t.Errorf("a full disk: %v", err)
	}
}

type failing struct{}

var errDisk = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errDisk }

func TestNewBody(t *testing.T) {
	tests := []struct{ data, mediaType, want string }{
		{`{"a":[1,2.5,"é"],"$b":{"$$c":null}}`, "application/json; charset=utf-8", `{"json":{"a":[1,2.5,"é"],"$$b":{"$$$c":null}}}`},
		{`{"a":1}`, "application/graphql", `{"json":{"a":1},"type":"application/graphql"}`},
		{`{"a": 1}`, "application/json", `{"text":"{\"a\": 1}","type":"application/json"}`},
		{`{"a":1.0}`, "", `{"text":"{\"a\":1.0}"}`},
		{`{"a":12345678901234567890}`, "", `{"text":"{\"a\":12345678901234567890}"}`},
		{`{"a":"\u0041"}`, "", `{"text":"{\"a\":\"\\u0041\"}"}`},
		{`{"a":1,"a":2}`, "", `{"text":"{\"a\":1,\"a\":2}"}`},
		{`{"a":1}{"a":1}`, "", `{"text":"{\"a\":1}{\"a\":1}"}`},
		{`7`, "", `{"text":"7"}`},
		{"", "", `{"text":""}`},
		{"<p>", "text/html", `{"text":"<p>","type":"text/html"}`},
		{"\xff\x00", "image/png", `{"base64":"/wA=","type":"image/png"}`},
	}
	f := readText(t, head)
	for _, tt := range tests {
		b := NewBody([]byte(tt.data), tt.mediaType, nil)
		if got, err := encode(b); err != nil || string(got) != tt.want {
			t.Errorf("%s is %s, %v; want %s", tt.data, got, err, tt.want)
		}
		if got, err := f.Content(b); err != nil || string(got) != tt.data {
			t.Errorf("%q comes back as %q, %v", tt.data, got, err)
		}
	}
	if b := NewBody(make([]byte, InlineMax+1), "", nil); b.Text == nil {
		t.Errorf("without a blob writer: %+v", b)
	}
}

// TestCreate makes a file small enough for its blobs, and one that is not.
func TestCreate(t *testing.T) {
	for _, size := range []int{100_000, 13 << 20} {
		dir := t.TempDir()
		name := filepath.Join(dir, "a.playback")
		if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := Create(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		data := randomBytes(size)
		half := size / 2 // two blobs: one waits in memory, one in a file
		for i, part := range [][]byte{data[:half], data[half:]} {
			e := &Event{Kind: Download, ID: string(rune('a' + i)), URL: "u", Body: NewBody(part, "", w)}
			if err := w.WriteEvent(e); err != nil {
				t.Fatal(err)
			}
		}
		if old, _ := os.ReadFile(name); string(old) != "old" {
			t.Error("the old file is gone before the new one is complete")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = os.Stat(BlobDir(name))
		if beside := err == nil; beside != (size > 12<<20) {
			t.Errorf("%d bytes: blobs beside the file: %v", size, beside)
		}
		if diags, err := CheckFile(name); err != nil || len(diags) > 0 {
			t.Errorf("%d bytes: %v %v", size, diags, err)
		}
		if s, err := os.Stat(name); err != nil || s.Mode().Perm() != 0o600 {
			t.Errorf("the new file does not have the rights of the old one: %v, %v", s.Mode(), err)
		}
		noTemporaries(t, dir)
	}
}

func TestDiscard(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(filepath.Join(dir, "a.playback"), nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Discard()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := Replace(filepath.Join(dir, "b"), failing{}.fill); !errors.Is(err, errDisk) {
		t.Errorf("Replace: %v", err)
	}
	noTemporaries(t, dir)
	if _, err := Create(filepath.Join(dir, "no", "such", "folder"), nil); err == nil {
		t.Error("a file is made in no folder")
	}
}

func (failing) fill(io.Writer) error { return errDisk }

func noTemporaries(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestHeaders(t *testing.T) {
	h := Headers{"X-Hand": {"1"}, "accept": {"a", "b"}}
	if h.Get("Accept") != "a" || h.Get("x-hand") != "1" || h.Get("none") != "" || len(h.Values("ACCEPT")) != 2 {
		t.Errorf("got %q %q %q %v", h.Get("Accept"), h.Get("x-hand"), h.Get("none"), h.Values("ACCEPT"))
	}
	h.Set("x-HAND", "2")
	h.Add("Accept", "c")
	h.Del("none")
	if got, err := encode(h); err != nil || string(got) != `{"accept":["a","b","c"],"x-hand":"2"}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestIDs(t *testing.T) {
	if a, b := NewID("e", "ab", "c"), NewID("e", "a", "bc"); a == b || a != NewID("e", "ab", "c") || len(a) != 13 {
		t.Errorf("got %s and %s", a, b)
	}
	now := time.UnixMilli(1_700_000_000_000)
	a, b := ULID(now), ULID(now.Add(time.Millisecond))
	if len(a) != 26 || a >= b || a[:10] != "01HF7YAT00" {
		t.Errorf("got %s and %s", a, b)
	}
	if c := ULID(now); c[:10] != a[:10] || c == a {
		t.Errorf("got %s after %s", c, a)
	}
}

func TestMissingIsHole(t *testing.T) {
	if b := NewHole("evicted", 3, "text/plain"); !b.Hole() || (&Body{}).Hole() || (*Body)(nil).Hole() {
		t.Errorf("%+v", b)
	}
}

// randomBytes returns bytes that do not compress, always the same.
func randomBytes(n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8(sha256.Sum256(nil)).Read(data)
	return data
}
