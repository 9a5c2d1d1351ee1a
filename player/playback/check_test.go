package playback

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

const head = `{"playback":1,"id":"p"}` + "\n"

// lost is a reference to a blob that no test has.
var lost = BlobRef([]byte("lost"))

// TestCheck has a case for each rule. want lists "line:column severity code"; what is not listed must not be found.
func TestCheck(t *testing.T) {
	big := bytes.Repeat([]byte("restep "), 1000)
	bigRef, bigLines := blobOf(big, 0)
	open := `{"t":0,"ev":"open","id":"e1","url":"u"}` + "\n"
	req := `{"t":1,"ev":"req","id":"e2","method":"GET","url":"u"}` + "\n"
	res := `{"t":2,"ev":"res","id":"e3","of":"e2","status":200}` + "\n"
	tests := []struct{ name, text, want string }{
		{"good", head + open + req + res, ""},
		{"empty", "", "1:1 error not-playback"},
		{"not json", "hello\n", "1:1 error not-playback"},
		{"no header", open, "1:1 error not-playback"},
		{"newer", `{"playback":2}` + "\n" + "x\n", "1:13 error version"},
		{"version zero", `{"playback":0}` + "\n", "1:13 error schema"},
		{"environment", `{"playback":1,"timezone":"Europe/Zurich","locale":"zh-Hans-CN","permissions":["clipboard-read","midi"]}` + "\n", ""},
		{"timezone", `{"playback":1,"timezone":"Mars/Base"}` + "\n", "1:26 warning environment"},
		{"timezone of the machine", `{"playback":1,"timezone":"Local"}` + "\n", "1:26 warning environment"},
		{"locale", `{"playback":1,"locale":"de_CH.UTF-8"}` + "\n", "1:24 warning environment"},
		{"permission", `{"playback":1,"permissions":["geolocation","clipboardReadWrite"]}` + "\n", "1:44 warning environment"},
		{"latest", head + fmt.Sprintf(`{"t":%d,"ev":"back","id":"e1"}`, MaxT) + "\n", ""},
		{"too late", head + `{"t":1e13,"ev":"back","id":"e1"}` + "\n", "2:6 error schema"},
		{"too early", head + `{"t":-1e13,"ev":"back","id":"e1"}` + "\n", "2:6 error schema\n2:6 warning time"},
		{"as far as documents go", head + `{"t":0,"ev":"scroll","id":"e1","x":-33554432,"y":33554432}` + "\n", ""},
		{"a far scroll", head + `{"t":0,"ev":"scroll","id":"e1","x":0,"y":1e300}` + "\n", "2:42 error schema"},
		{"a far path", head + `{"t":0,"ev":"drag","id":"e1","on":{},"path":[[0,0,0],[1e300,-1e308,0]]}` + "\n", "2:55 error schema\n2:61 error schema"},
		{"a far pointer", head + `{"t":0,"ev":"click","id":"e1","on":{"xy":[0,1e9]}}` + "\n", "2:45 error schema"},
		{"a far box", head + `{"t":0,"ev":"click","id":"e1","on":{"box":[0,0,0,-1e9]}}` + "\n", "2:50 error schema"},
		{"a far anchor", head + `{"t":0,"ev":"scroll","id":"e1","x":0,"y":0,"on":{"anchor":{"y":1e9}}}` + "\n", "2:64 error schema"},
		{"a slow typist", head + `{"t":0,"ev":"type","id":"e1","rhythm":[1e300]}` + "\n", "2:40 error schema"},
		{"a large window", head + `{"t":0,"ev":"resize","id":"e1","width":1e9,"height":1}` + "\n", "2:40 error schema"},
		{"a large viewport", `{"playback":1,"viewport":{"width":1,"height":1e9}}` + "\n", "1:46 error schema"},
		{"bom", "\ufeff" + head + open, "1:1 warning encoding"},
		{"crlf once", strings.ReplaceAll(head+open, "\n", "\r\n"), "1:24 warning encoding"},
		{"latin-1", head + "{\"t\":0,\"ev\":\"open\",\"id\":\"\xe9\",\"url\":\"u\"}\n", "2:26 error encoding"},
		{"blank line", head + "\n" + open, "2:1 warning syntax"},
		{"torn", head + open + `{"t":3,"ev":"cli`, "3:17 warning torn"},
		{"no final lf", head + strings.TrimSuffix(open, "\n"), "2:40 info torn"},
		{"broken line", head + `{"t":0,"ev"}` + "\n", "2:12 error syntax"},
		{"array", head + "[]\n", "2:1 error syntax"},
		{"bad number", head + `{"t":0,"ev":"back","id":"e1","x":01}` + "\n", "2:35 error syntax"},
		{"two objects", head + `{"t":0,"ev":"back","id":"e1"}{}` + "\n", "2:30 error syntax"},
		{"duplicate key", head + `{"t":0,"ev":"back","id":"e1","tab":"A","tab":"B"}` + "\n", "2:40 error duplicate-key"},
		{"duplicate key below", head + `{"t":0,"ev":"back","id":"e1","tabs":{"A":1,"A":2}}` + "\n", "2:44 error duplicate-key"},
		{"second header", head + head, "2:1 error order"},
		{"long line", head + `{"t":0,"ev":"open","id":"e1","url":"` + strings.Repeat("u", maxBlobLine) + `"}` + "\n", "2:16001 info line-length"},
		{"no id", head + `{"t":0,"ev":"back"}` + "\n", "2:1 error schema"},
		{"no t", head + `{"ev":"back","id":"e1"}` + "\n", "2:1 error schema"},
		{"no ev", head + `{"t":0,"id":"e1"}` + "\n", "2:1 error schema"},
		{"wrong type", head + `{"t":0,"ev":"back","id":1}` + "\n", "2:25 error schema"},
		{"wrong type below", head + `{"t":0,"ev":"click","id":"e1","on":{"xy":[1]}}` + "\n", "2:42 error schema"},
		{"neither", head + `{"t":0,"ev":"click","id":"e1","on":{"css":5}}` + "\n", "2:43 error schema"},
		{"fraction", head + `{"t":0,"ev":"resize","id":"e1","width":1.5,"height":1}` + "\n", "2:40 error schema"},
		{"null", head + `{"t":0,"ev":"back","id":"e1","tab":null}` + "\n", "2:36 error schema"},
		{"operator", head + `{"t":0,"ev":"expect","id":"e1","on":{"css":["a"]},"count":1,"op":">"}` + "\n", "2:66 error schema"},
		{"enum", head + `{"t":0,"ev":"tab","id":"e1","tab":"A","op":"shut"}` + "\n", "2:44 error schema"},
		{"range", head + `{"t":0,"ev":"back","id":"e1","seed":9223372036854775808}` + "\n", "2:30 info unknown-key"},
		{"unknown kind", head + `{"t":0,"ev":"zap","id":"e1","text":5}` + "\n" + `{"t":0,"ev":"zap","id":"e2"}` + "\n", "2:13 info unknown-kind"},
		{"unknown key", head + `{"t":0,"ev":"back","id":"e1","colour":1}` + "\n", "2:30 info unknown-key"},
		{"free keys of the back end", head + `{"t":0,"ev":"log","id":"e1","order":1}` + "\n", ""},
		{"time", head + `{"t":5,"ev":"back","id":"e1"}` + "\n" + `{"t":4.5,"ev":"back","id":"e2"}` + "\n", "3:6 warning time"},
		{"duplicate id", head + open + open, "3:25 error duplicate-id"},
		{"redirects in a circle", head + `{"t":0,"ev":"req","id":"a","from":"c","method":"GET","url":"u"}` + "\n" +
			`{"t":0,"ev":"req","id":"b","from":"a","method":"GET","url":"u"}` + "\n" + `{"t":0,"ev":"req","id":"c","from":"b","method":"GET","url":"u"}` + "\n" +
			`{"t":0,"ev":"req","id":"d","from":"c","method":"GET","url":"u"}` + "\n" + `{"t":0,"ev":"fail","id":"e","of":"d"}` + "\n",
			"2:35 warning order\n2:35 error reference"},
		{"redirects one after the other", head + req + `{"t":1,"ev":"req","id":"b","from":"e2","method":"GET","url":"u"}` + "\n" +
			`{"t":2,"ev":"req","id":"c","from":"b","method":"GET","url":"u"}` + "\n" + `{"t":2,"ev":"fail","id":"e","of":"c"}` + "\n", ""},
		{"dangling of", head + `{"t":0,"ev":"res","id":"e1","of":"x","status":200}` + "\n", "2:34 error dangling"},
		{"dangling cause", head + `{"t":0,"ev":"route","id":"e1","cause":"x","url":"u"}` + "\n", "2:39 error dangling"},
		{"dangling from", head + `{"t":0,"ev":"req","id":"e1","from":"x","method":"GET","url":"u"}` + "\n", "2:1 info no-answer\n2:36 error dangling"},
		{"dangling on", head + `{"t":0,"ev":"bug","id":"e1","on":"x","css":"#a","text":"NaN"}` + "\n", "2:34 error dangling"},
		{"dangling note", head + `{"ev":"note","id":"n1","on":"x","text":"?"}` + "\n", "2:29 error dangling"},
		{"broken lines define ids", head + `{"t":0,"ev":"req","id":"e2","method":1,"url":"u"}` + "\n" + res, "2:38 error schema"},
		{"of is no req", head + open + `{"t":0,"ev":"res","id":"e3","of":"e1","status":200}` + "\n", "3:34 error reference"},
		{"itself", head + `{"t":0,"ev":"back","id":"e3","cause":"e3"}` + "\n", "2:38 error reference"},
		{"res before req", head + `{"t":0,"ev":"res","id":"e3","of":"e2","status":200}` + "\n" + req, "2:34 warning order"},
		{"res without of", head + `{"t":0,"ev":"res","id":"e3","status":200}` + "\n", "2:1 error schema"},
		{"two res", head + req + res + `{"t":2,"ev":"fail","id":"e4","of":"e2"}` + "\n", "4:35 error double-answer"},
		{"no answer", head + req, "2:1 info no-answer"},
		{"redirected", head + req + `{"t":1,"ev":"req","id":"e4","from":"e2","method":"GET","url":"v"}` + "\n", "3:1 info no-answer"},
		{"header case", head + req + `{"t":2,"ev":"res","id":"e3","of":"e2","status":200,"headers":{"Server":"x"}}` + "\n", "3:72 warning header-name"},
		{"hole", head + req + resBody(`{"$missing":"truncated","size":5}`), "3:59 info hole"},
		{"two forms", head + req + resBody(`{"text":"a","json":{}}`), "3:59 error body"},
		{"bad base64", head + req + resBody(`{"base64":"###"}`), "3:69 error body"},
		{"large inline", head + req + resBody(`{"text":"`+strings.Repeat("a", InlineMax+1)+`"}`), "3:59 warning body"},
		{"json number", head + req + resBody(`{"json":{"a":1.0}}`), "3:67 warning body"},
		{"json dollar", head + req + resBody(`{"json":{"a":{"$b":1}}}`), "3:67 warning body"},
		{"json dollars", head + req + resBody(`{"json":{"a":{"$$b":"$c"}}}`), ""},
		{"bad ref", head + req + resBody(`{"$ref":"sha256:../../etc/passwd"}`), "3:67 error schema"},
		{"lost blob", head + req + resBody(`{"$ref":"`+lost+`","size":4}`), "3:67 error blob-missing"},
		{"lost blob in an unknown key", head + `{"t":0,"ev":"zap","id":"e1","x":{"$ref":"` + lost + `"}}` + "\n", "2:1 error blob-missing\n2:13 info unknown-kind"},
		{"blob", head + req + resBody(ref(bigRef, len(big))) + bigLines, ""},
		{"blob size", head + req + resBody(ref(bigRef, len(big)+1)) + bigLines, "3:67 error blob"},
		{"blob bomb", head + req + resBody(ref(bigRef, 10)) + bigLines, "4:1 error blob"},
		{"blob unused", head + open + bigLines, "3:1 warning blob-unused"},
		{"blob twice", head + req + resBody(ref(bigRef, len(big))) + bigLines + bigLines, "5:20 warning blob"},
		{"blob hash", head + req + resBody(ref(lost, 4)) + strings.Replace(bigLines, bigRef, lost, 1), "4:1 error blob"},
		{"blob not base64", head + req + resBody(ref(bigRef, 4)) + blobLine(bigRef, 1, 1, "###"), "4:120 error blob"},
		{"blob not zstd", head + req + resBody(ref(bigRef, 4)) + blobLine(bigRef, 1, 1, "AAAA"), "4:1 error blob"},
		{"blob without an end", head + req + resBody(ref(bigRef, 4)) + blobLine(bigRef, 1, 2, "KLUv"), "4:1 error blob"},
		{"blob without a start", head + req + resBody(ref(bigRef, 4)) + blobLine(bigRef, 2, 2, "KLUv"), "4:101 error blob"},
		{"event behind note", head + `{"ev":"note","id":"n1","text":"?"}` + "\n" + open, "3:1 warning order"},
		{"note behind blob", head + req + resBody(ref(bigRef, len(big))) + bigLines + `{"ev":"note","id":"n1","text":"?"}` + "\n", "5:1 warning order"},
		{"note twice", head + strings.Repeat(`{"ev":"note","id":"n1","text":"?"}`+"\n", 2), "3:19 warning duplicate-note"},
		{"note state", head + `{"ev":"note","id":"n1","state":"done"}` + "\n", "2:32 error schema"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			diags, err := Check(strings.NewReader(tt.text), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := brevity(diags); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s\nall: %+v", got, tt.want, diags)
			}
		})
	}
}

// TestCheckAll checks a file in which much is wrong at once: each problem is reported, and none hides the next line.
func TestCheckAll(t *testing.T) {
	diags, err := CheckFile("testdata/broken.playback")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range diags {
		lines = append(lines, fmt.Sprintf("%d:%d: %s: %s [%s]", d.Line, d.Column, d.Severity, d.Message, d.Code))
	}
	got := strings.Join(lines, "\n") + "\n"
	const golden = "testdata/broken.check"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// update rewrites golden files: go test ./player/playback -update
var update = flag.Bool("update", false, "rewrite the files of testdata that tests compare with")

func brevity(diags []Diagnostic) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, fmt.Sprintf("%d:%d %s %s", d.Line, d.Column, d.Severity, d.Code))
	}
	return strings.Join(lines, "\n")
}

func resBody(body string) string {
	return `{"t":2,"ev":"res","id":"e3","of":"e2","status":200,"body":` + body + "}\n"
}

func ref(ref string, size int) string { return fmt.Sprintf(`{"$ref":%q,"size":%d}`, ref, size) }

func blobLine(ref string, part, parts int, text string) string {
	return fmt.Sprintf(`{"ev":"blob","ref":%q,"part":%d,"parts":%d,"zstd":%q}`+"\n", ref, part, parts, text)
}

// blobOf returns the reference and the line of a blob with an encoder that is not ours.
func blobOf(data []byte, level int) (string, string) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(level)))
	if err != nil {
		panic(err)
	}
	ref := BlobRef(data)
	return ref, blobLine(ref, 1, 1, base64.StdEncoding.EncodeToString(enc.EncodeAll(data, nil)))
}

// endless yields a line of a size without holding it.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	n := min(int64(len(p)), e.left)
	for i := range p[:n] {
		p[i] = 'x'
	}
	e.left -= n
	if n == 0 {
		return 0, os.ErrDeadlineExceeded // not reached by a reader that stops at the LF
	}
	return int(n), nil
}

func TestCheckLongLines(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: reads 100 MB")
	}
	const size = 100 << 20
	text := &joined{readers: []io.Reader{
		strings.NewReader(head + `{"t":0,"ev":"zap","id":"e1","x":"`), &endless{left: size},
		strings.NewReader("\"}\n" + `{"t":0,"ev":"back","id":"e2","cause":"e1"}` + "\n"),
	}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	diags, err := Check(text, "")
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := brevity(diags), "2:1 error line-length\n3:38 error dangling"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(4*MaxLine); got > limit {
		t.Errorf("allocated %d bytes, want at most %d", got, limit)
	}
}

func TestCheckManyDiagnostics(t *testing.T) {
	var text strings.Builder
	text.WriteString(head)
	for range 3 * maxDiagnostics {
		text.WriteString(`{"t":0,"ev":"res","id":"e1","of":"x","status":200,"body":{"$missing":"x"}}` + "\n")
	}
	diags, err := Check(strings.NewReader(text.String()), "")
	if err != nil {
		t.Fatal(err)
	}
	if want := 2*maxDiagnostics + 2; len(diags) != want {
		t.Errorf("%d diagnostics, want %d", len(diags), want)
	}
	if last := diags[len(diags)-1]; last.Code != CodeMore {
		t.Errorf("the last one is %+v", last)
	}
}

func TestCheckBeside(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.playback")
	data := bytes.Repeat([]byte("beside "), 1000)
	ref0 := BlobRef(data)
	text := head + `{"t":1,"ev":"req","id":"e2","method":"GET","url":"u"}` + "\n" + resBody(ref(ref0, len(data)))
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h, _ := parseRef(ref0)
	check := func(want string) {
		t.Helper()
		diags, err := CheckFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := brevity(diags); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("3:67 error blob-missing")
	dir := blobDir{BlobDir(name)}
	if err := dir.put(h, newEncoder().EncodeAll(data, nil)); err != nil {
		t.Fatal(err)
	}
	check("")
	if err := os.WriteFile(filepath.Join(dir.path, h.file()), newEncoder().EncodeAll(data[1:], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	check("3:67 error blob")
}
