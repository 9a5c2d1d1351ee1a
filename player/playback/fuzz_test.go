package playback

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// seeds adds what the fuzzers begin with: the documentation, the files of testdata and what is hard to see in a file.
func seeds(f *testing.F) {
	lines := docLines(f)
	f.Add([]byte(strings.Join(lines, "\n") + "\n"))
	for _, line := range lines {
		f.Add([]byte(head + line + "\n"))
	}
	names, err := filepath.Glob("testdata/*.playback")
	if err != nil || len(names) == 0 {
		f.Fatalf("no seeds in testdata: %v", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		"", "{", "\ufeff" + head, head + "{}", head + "\x00", head + "{\"t\":0,\"ev\":\"zap\",\"id\":\"\\ud800\"}\n",
		`{"playback":1e0}` + "\n", `{"playback":1}` + "\r\n\r\n", head + `{"t":1e999,"ev":"back","id":"a"}` + "\n",
		head + `{"t":0,"ev":"click","id":"a","on":{"css":[],"matches":{}},"frame":[0,"a"]}` + "\n",
		head + `{"t":0,"ev":"zap","id":"a","on":7,"x":{"$ref":"` + lost + `"}}` + "\n",
		head + blobLine(lost, 1, 2, "KLUv") + blobLine(lost, 2, 2, "/WAE") + blobLine(lost, 1, 1, "####"),
		head + `{"t":0,"ev":"res","id":"a","of":"a","status":1,"body":{"json":{"$a":[1.0]},"text":""}}` + "\n",
	} {
		f.Add([]byte(text))
	}
}

// FuzzRead reads everything that can be read of a file, and if it is sound writes it, reads it and writes it again.
func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Read("", bytes.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		sound := true
		for pos := range file.Len() {
			if line := file.Line(pos); line < 2 || line > file.Lines() {
				t.Fatalf("event %d stands in line %d of %d", pos, line, file.Lines())
			}
			if at, ok := file.At(file.Line(pos)); !ok || at != pos {
				t.Fatalf("event %d is at line %d, where event %d is", pos, file.Line(pos), at)
			}
			if of := max(file.Of(pos), file.Cause(pos)); of >= file.Len() {
				t.Fatalf("event %d refers to event %d", pos, of)
			}
			e, err := file.Event(pos)
			if err != nil {
				sound = false
				continue
			}
			file.Content(e.Body)
		}
		var once, twice bytes.Buffer
		if err := Format(&once, file); err != nil {
			if sound && !strings.Contains(err.Error(), "kind") && len(file.notes)+len(file.blobs) == 0 {
				t.Fatalf("sound events are not written: %v", err)
			}
			return
		}
		again, err := Read("", bytes.NewReader(once.Bytes()), int64(once.Len()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, once.Bytes())
		}
		if err := Format(&twice, again); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("formatting again: %v\n%s\nonce:\n%s", err, twice.Bytes(), once.Bytes())
		}
	})
}

// FuzzCheck checks that diagnostics point into the file, and that what has no errors can be opened and read.
func FuzzCheck(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		diags, err := Check(bytes.NewReader(text), "")
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(text, []byte("\n"))
		for _, d := range diags {
			if d.Line < 1 || d.Line > len(lines) || d.Column < 1 || d.Column > len(lines[d.Line-1])+1 {
				t.Fatalf("%+v is outside the file", d)
			}
			if d.Message == "" || d.Code == "" {
				t.Fatalf("%+v says nothing", d)
			}
		}
		if slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Severity == SeverityError }) {
			return
		}
		file, err := Read("", bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatalf("no errors, but: %v", err)
		}
		for pos := range file.Len() {
			if _, err := file.Event(pos); err != nil {
				t.Fatalf("no errors, but: %v", err)
			}
		}
	})
}

// FuzzBody puts content into a body and takes it out again.
func FuzzBody(f *testing.F) {
	for _, s := range []string{"", "a", "\xff", "{}", `{"$a":{"$$b":[1e21,-0,0.1]}}`, `{"$":""}`, "[\"\u2028\\u2028\"]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b := NewBody(data, "", nil)
		line, err := encode(b)
		if err != nil {
			t.Fatal(err)
		}
		var back Body
		if err := decodeBody(line, &back); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if got, err := back.inline(); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%q comes back as %q, %v", data, got, err)
		}
	})
}

func decodeBody(line []byte, b *Body) error {
	text := []byte(`{"t":0,"ev":"res","id":"a","body":` + string(jsontext.Value(line)) + `}`)
	e, err := decodeEvent(text)
	if err == nil && e.Body != nil {
		*b = *e.Body
	}
	return err
}
