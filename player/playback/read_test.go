package playback

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// joined reads one reader after the other. Unlike io.MultiReader it goes on after an error.
type joined struct{ readers []io.Reader }

func (j *joined) Read(p []byte) (int, error) {
	for len(j.readers) > 0 {
		n, err := j.readers[0].Read(p)
		if n > 0 {
			return n, nil
		}
		if err != nil {
			j.readers = j.readers[1:]
		}
	}
	return 0, io.EOF
}

func readText(t testing.TB, text string) *File {
	t.Helper()
	f, err := Read("test.playback", strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPositions(t *testing.T) {
	f := readText(t, head+"\n"+
		`{"t":0,"ev":"open","id":"e1","url":"u"}`+"\r\n"+
		`{"t":1,"ev":"res","id":"e3","of":"e2","status":200}`+"\n"+
		`{"ev":"note","id":"n1"}`+"\n"+
		`{"t":1.5,"ev":"req","id":"e2","cause":"e\u0031","method":"GET","url":"u"}`+"\n"+
		`{"t":2,"ev":"cl`)
	if f.Len() != 3 || f.Lines() != 6 || f.Torn() != 7 {
		t.Errorf("Len %d, Lines %d, Torn %d; want 3, 6, 7", f.Len(), f.Lines(), f.Torn())
	}
	if f.Of(1) != 2 || f.Of(0) != -1 || f.Cause(2) != 0 || f.Cause(1) != -1 {
		t.Errorf("Of %d %d, Cause %d %d; want 2 -1, 0 -1", f.Of(1), f.Of(0), f.Cause(2), f.Cause(1))
	}
	var lines []int
	for pos := range f.Len() + 1 {
		lines = append(lines, f.Line(pos))
	}
	if want := []int{3, 4, 6, 6}; !slices.Equal(lines, want) {
		t.Errorf("lines %v, want %v", lines, want)
	}
	for line, want := range map[int]int{-1: 0, 1: 0, 3: 0, 4: 1, 5: 2, 6: 2, 7: 3, 99: 3} {
		if pos, ok := f.At(line); pos != want || ok != (want < 3) {
			t.Errorf("At(%d) is %d, %v; want %d", line, pos, ok, want)
		}
	}
	if pos, ok := f.Find("e2"); pos != 2 || !ok {
		t.Errorf("Find(e2) is %d, %v", pos, ok)
	}
	if _, ok := f.Find("n1"); ok {
		t.Error("Find finds a note")
	}
	if raw, err := f.Raw(3); err != nil || string(raw) != `{"t":0,"ev":"open","id":"e1","url":"u"}` {
		t.Errorf("Raw(3) is %q, %v", raw, err)
	}
	for _, line := range []int{0, 7, -1} {
		if _, err := f.Raw(line); err == nil {
			t.Errorf("Raw(%d) is no error", line)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
		message    string
	}{
		{"empty", "", ErrNotPlayback, "x:1: not a playback file"},
		{"text", "Dear restep,\n", ErrNotPlayback, "no JSON object"},
		{"other JSON", `{"log":{}}` + "\n", ErrNotPlayback, `no "playback" number`},
		{"torn header", `{"playback":1`, ErrNotPlayback, ""},
		{"newer", `{"playback":2}` + "\n", ErrVersion, "reads up to 1"},
		{"zero", `{"playback":0}` + "\n", ErrNotPlayback, ""},
		{"header type", `{"playback":1,"title":5}` + "\n", nil, "x:1:"},
		{"broken line", head + "{]\n", nil, "x:2:2: want a key"},
		{"long line", head + strings.Repeat("x", MaxLine+1) + "\n", nil, "x:2: the line has"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read("x", strings.NewReader(tt.text), int64(len(tt.text)))
			if err == nil {
				t.Fatal("no error")
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("%v is not %v", err, tt.want)
			}
			if !strings.Contains(err.Error(), tt.message) {
				t.Errorf("%v does not say %q", err, tt.message)
			}
			var line *LineError
			if !errors.As(err, &line) || line.Hint == "" {
				t.Errorf("%v has no hint", err)
			}
		})
	}
	if _, err := OpenFile(t.TempDir()); err == nil {
		t.Error("a folder opens")
	}
}

func TestEventErrors(t *testing.T) {
	f := readText(t, head+`{"t":0,"ev":"resize","id":"e1","width":"wide"}`+"\n"+`{"t":0,"ev":"back","id":"e2","tab":"A","tab":"B"}`+"\n")
	for pos, want := range []string{"test.playback:2:40: width", `test.playback:3:40: key "tab" stands twice`} {
		if _, err := f.Event(pos); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("event %d: %v, want %s…", pos, err, want)
		}
	}
	if _, err := f.Event(2); err == nil {
		t.Error("there is an event behind the last one")
	}
}

// TestChangedFile changes a file below an open index.
func TestChangedFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.playback")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(head + `{"t":0,"ev":"back","id":"e1"}` + "\n")
	f, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	write(head + `{"t":0,"ev":"back","id":"e2"}` + "\n")
	if _, err := f.Event(0); !errors.Is(err, errChanged) {
		t.Errorf("another event: %v", err)
	}
	write(head)
	if _, err := f.Event(0); !errors.Is(err, errChanged) {
		t.Errorf("a shorter file: %v", err)
	}
}

func TestContent(t *testing.T) {
	big := bytes.Repeat([]byte("restep "), 1000)
	ref0, lines := blobOf(big, 3)
	escaped := strings.ReplaceAll(lines, "/", `\/`)
	text := func(s string) *string { return &s }
	tests := []struct {
		name, file string
		body       *Body
		want       string // content, or part of the error
		fails      bool
	}{
		{"nothing", "", nil, "", false},
		{"empty", "", &Body{}, "", false},
		{"text", "", BodyString("a\n"), "a\n", false},
		{"base64", "", &Body{Base64: text("/w==")}, "\xff", false},
		{"bad base64", "", &Body{Base64: text("#")}, "base64", true},
		{"json", "", &Body{JSON: []byte(`{ "$$a" : [1, {"$$$b":"$$c"}], "n": 12345678901234567890}`)}, `{"$a":[1,{"$$b":"$$c"}],"n":12345678901234567890}`, false},
		{"hole", "", NewHole("evicted", 7, ""), "content is missing: evicted", true},
		{"blob", lines, &Body{Ref: ref0, Size: int64(len(big))}, string(big), false},
		{"blob without size", lines, &Body{Ref: ref0}, string(big), false},
		{"blob with escapes", escaped, &Body{Ref: ref0}, string(big), false},
		{"bomb", lines, &Body{Ref: ref0, Size: 10}, "more than its 10 bytes", true},
		{"lost blob", "", &Body{Ref: ref0, Size: 7}, "blob not found", true},
		{"bad name", "", &Body{Ref: "sha256:../../../etc/passwd"}, "is no reference", true},
		{"upper case", lines, &Body{Ref: strings.ToUpper(ref0)}, "is no reference", true},
		{"wrong hash", strings.Replace(lines, ref0, lost, 1), &Body{Ref: lost}, "do not have the hash", true},
		{"part missing", blobLine(ref0, 1, 2, "KLUv"), &Body{Ref: ref0}, "1 of 2 parts", true},
		{"no zstd", blobLine(ref0, 1, 1, "AAAA"), &Body{Ref: ref0}, "zstd", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := readText(t, head+tt.file)
			got, err := f.Content(tt.body)
			switch {
			case tt.fails && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v, want %q", err, tt.want)
			case !tt.fails && (err != nil || string(got) != tt.want):
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
	var missing *MissingError
	if _, err := readText(t, head).Content(&Body{Ref: ref0, Size: 7}); !errors.As(err, &missing) || missing.Size != 7 {
		t.Errorf("a lost blob is no hole: %v", err)
	}
}

// TestBlobFiles tries what may stand beside a file in place of a blob.
func TestBlobFiles(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.playback")
	ref0 := BlobRef([]byte("secret"))
	h, _ := parseRef(ref0)
	if err := os.WriteFile(name, []byte(head), 0o600); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(dir, "outside")
	if err := os.WriteFile(outside, newEncoder().EncodeAll([]byte("secret"), nil), 0o600); err != nil {
		t.Fatal(err)
	}
	blob := filepath.Join(BlobDir(name), h.file())
	if err := os.Mkdir(BlobDir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, blob); err != nil {
		t.Skip("SKIP: no symbolic links here")
	}
	f, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Content(&Body{Ref: ref0}); err == nil {
		t.Error("a link out of the folder is followed")
	}
	if err := errors.Join(os.Remove(blob), os.Mkdir(blob, 0o700)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Content(&Body{Ref: ref0}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder for a blob: %v", err)
	}
}

// TestConcurrentUse reads a file in many goroutines, for the race detector.
func TestConcurrentUse(t *testing.T) {
	name := session{events: 400, inside: 200_000}.write(t, t.TempDir())
	f, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for pos := range f.Len() {
				e, err := f.Event(pos)
				if err == nil {
					_, err = f.Content(e.Body)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestNotes(t *testing.T) {
	f := readText(t, head+`{"ev":"note","id":"a","rev":1,"text":"1"}
{"ev":"note","id":"b","rev":5,"text":"2"}
{"ev":"note","id":"a","rev":3,"text":"3"}
{"ev":"note","id":"a","rev":2,"text":"4"}
`)
	notes, err := f.Notes()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%d %s %s", len(notes), notes[0].Text, notes[1].Text); got != "2 3 2" {
		t.Errorf("got %s", got)
	}
}

// TestLineReader compares with strings.Split for every size of the buffer and of what a read yields.
func TestLineReader(t *testing.T) {
	text := "a\n\nbcd\nefghijklmnop\nq\nrstuvwxyz0123456789\nlast"
	for chunk := 1; chunk < 60; chunk++ {
		s := newLineReader(&chunks{text, chunk}, 10)
		off := int64(0)
		for n, want := range strings.Split(text, "\n") {
			l, err := s.next()
			if err != nil {
				t.Fatal(err)
			}
			if l.off != off || l.size != int64(len(want)) || !strings.HasPrefix(want, string(l.text)) || l.tooLong() != (len(want) > 10) {
				t.Fatalf("chunk %d, line %d: %+v %q, want %q at %d", chunk, n, l, l.text, want, off)
			}
			off += l.size + 1
		}
		if _, err := s.next(); err != io.EOF {
			t.Fatalf("chunk %d: %v behind the end", chunk, err)
		}
	}
}

// chunks yields a text in reads of a size.
type chunks struct {
	text string
	size int
}

func (c *chunks) Read(p []byte) (int, error) {
	if c.text == "" {
		return 0, io.EOF
	}
	n := copy(p, c.text[:min(c.size, len(c.text))])
	c.text = c.text[n:]
	return n, nil
}
