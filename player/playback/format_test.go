package playback

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func formatText(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	if err := Format(&out, readText(t, text)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestFormatOrder names events by their id and lists what each refers to.
func TestFormatOrder(t *testing.T) {
	tests := []struct{ name, events, want string }{
		{"by time", "a@2 b@1 c@3", "b a c"},
		{"stable", "a@1 b@1 c@1", "a b c"},
		{"cause first", "a@1<b b@1", "b a"},
		{"only as far as needed", "x@1 a@1<c b@1 c@1 y@1", "x c a b y"},
		{"chain", "a@1<b b@1<c c@1", "c b a"},
		{"circle", "a@1<b b@1<a", "a b"},
		{"itself", "a@1<a b@1", "a b"},
		{"time decides", "a@1<b b@2", "a b"},
		{"dangling", "a@1<zz b@0", "b a"},
	}
	for _, tt := range tests {
		var text strings.Builder
		text.WriteString(head)
		for _, e := range strings.Fields(tt.events) {
			e, cause, _ := strings.Cut(e, "<")
			id, at, _ := strings.Cut(e, "@")
			fmt.Fprintf(&text, `{"t":%s,"ev":"route","id":%q,"cause":%q,"url":"u"}`+"\n", at, id, cause)
		}
		once := formatText(t, text.String())
		f := readText(t, once)
		var got []string
		for pos := range f.Len() {
			got = append(got, f.ID(pos))
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		if formatText(t, once) != once {
			t.Errorf("%s: formatting again changes it", tt.name)
		}
	}
}

// TestFormatLongChain formats a chain that recursion would not survive.
func TestFormatLongChain(t *testing.T) {
	const n = 100_000
	var text strings.Builder
	text.WriteString(head)
	for i := range n {
		fmt.Fprintf(&text, `{"t":0,"ev":"back","id":"%d","cause":"%d"}`+"\n", i, i+1)
	}
	order := readText(t, text.String()).sorted()
	if order[0] != n-1 || order[n-1] != 0 {
		t.Errorf("from %d to %d", order[0], order[n-1])
	}
}

// TestReadWriteRead writes events of every kind with random gaps and reads them again: nothing is lost, and what was
// written once is written the same again.
func TestReadWriteRead(t *testing.T) {
	lines := docLines(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		text := lines[0] + "\n"
		for _, line := range lines[1:] {
			if random.IntN(3) > 0 {
				text += line + "\n"
			}
		}
		once := formatText(t, text)
		if once != text {
			t.Fatalf("got:\n%s\nwant:\n%s", once, text)
		}
	}
}

// TestUnknownSurvives has unknown keys wherever an object stands.
func TestUnknownSurvives(t *testing.T) {
	const x = `"zz":12345678901234567890,"aa":{"b":1.0,"a":"\u0041"}`
	const want = `"zz":12345678901234567890,"aa":{"b":1.0,"a":"A"}`
	text := `{"playback":1,"viewport":{"width":1,"height":1,X},"state":{"cookies":[{"name":"a","value":"b",X}],X},"rules":[{"match":"u",X}],X}
{"t":0,"ev":"click","id":"e1","on":{"css":"a",X},X}
{"t":0,"ev":"req","id":"e2","method":"GET","url":"u","body":{"text":"",X},X}
{"t":0,"ev":"error","id":"e3","stack":[{"fn":"f",X}],X}
{"t":0,"ev":"upload","id":"e4","on":{"css":"a"},"files":[{"name":"a",X}],X}
{"t":0,"ev":"zap","id":"e5","on":5,"text":{"a":1},X}
{"ev":"note","id":"n1","code":{"path":"a",X},X}
`
	got := formatText(t, strings.ReplaceAll(text, "X", x))
	if want := strings.ReplaceAll(text, "X", want); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestFormatDropsDeleted(t *testing.T) {
	f := readText(t, head+`{"ev":"note","id":"a","state":"deleted"}`+"\n"+`{"ev":"note","id":"b"}`+"\n")
	var out bytes.Buffer
	if err := (Formatting{DropDeleted: true}).Write(&out, f); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), head+`{"ev":"note","id":"b"}`+"\n"; got != want {
		t.Errorf("got %s", got)
	}
}

// TestPack moves blobs between a file and its folder: every byte comes back.
func TestPack(t *testing.T) {
	dir := t.TempDir()
	beside := session{events: 40, beside: 100_000}.write(t, dir)
	before, err := os.ReadFile(beside)
	if err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(beside)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var packed bytes.Buffer
	if err := Pack(f, &packed); err != nil {
		t.Fatal(err)
	}
	g := readText(t, packed.String())
	if err := DropBeside(f, beside); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(BlobDir(beside)); !os.IsNotExist(err) {
		t.Errorf("the folder of blobs is still there: %v", err)
	}
	if err := Pack(f, &bytes.Buffer{}); err == nil {
		t.Error("a file is packed without its blobs")
	}
	var unpacked bytes.Buffer
	if err := Unpack(g, &unpacked, BlobDir(beside)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(unpacked.Bytes(), before) {
		t.Error("the lines have changed")
	}
	if diags, err := CheckFile(beside); err != nil || slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Severity == SeverityError }) {
		t.Errorf("%v, %v", diags, err)
	}
	if once := formatText(t, packed.String()); once != packed.String() {
		t.Error("formatting changes a packed file")
	}
	if _, err := os.Stat(filepath.Join(dir, "session.playback.blobs")); err != nil {
		t.Error(err)
	}
}
