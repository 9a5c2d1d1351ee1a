// Package sourcetest is the conformance suite of sources: what every one of them must do with every input, and golden
// files for what it makes of its samples. It is for tests only.
package sourcetest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"restep/player/playback"
	"restep/sources"
)

// update rewrites golden files: go test ./sources/har ./sources/recorderjson -update
var update = flag.Bool("update", false, "rewrite golden files")

// key masks in tests, so that stand-ins are the same everywhere.
const key = "a key for tests only"

// Options are what the samples are imported with.
var Options = sources.Options{Drop: []string{"/_sink/*"}}

// Run checks a source with its samples, testdata/*.ext: the suite for each, and the golden files NAME.playback and
// NAME.report beside it.
func Run(t *testing.T, src sources.Source, ext string) {
	samples, err := filepath.Glob(filepath.Join("testdata", "*"+ext))
	if err != nil || len(samples) == 0 {
		t.Fatalf("no samples testdata/*%s: %v", ext, err)
	}
	for _, name := range samples {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := read(t, name)
			Conform(t, src, name, data)
			out, report := convert(t, src, name, data)
			base := strings.TrimSuffix(name, ext)
			golden(t, base+".playback", out)
			golden(t, base+".report", report)
		})
	}
}

// Shared imports every file of a folder of the shared data, which RESTEP_SHARED_DATA names: each is a sound playback,
// or is refused with a message that names it. Without the data the test is skipped.
func Shared(t *testing.T, src sources.Source, pattern string) {
	root := os.Getenv("RESTEP_SHARED_DATA")
	if root == "" {
		t.Skip("SKIP: RESTEP_SHARED_DATA does not name the folder of the shared recordings")
	}
	names, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s below %s: %v", pattern, root, err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := read(t, name)
			rec, err := Import(src, name, data)
			if err != nil {
				if !strings.Contains(err.Error(), filepath.Base(name)) || len(err.Error()) > 500 {
					t.Errorf("refused without a clear message: %v", err)
				}
				t.Logf("refused: %v", err)
				return
			}
			rec.Close()
			Conform(t, src, name, data)
		})
	}
}

// Conform checks what holds for every source and every good input.
func Conform(t *testing.T, src sources.Source, name string, data []byte) {
	t.Helper()
	if head := data[:min(len(data), 64<<10)]; !src.Recognise(head) {
		t.Errorf("%s does not recognise it", src.Kind())
	}
	out, _ := convert(t, src, name, data)
	if again, _ := convert(t, src, name, data); !bytes.Equal(out, again) {
		t.Errorf("importing twice gives different bytes: %s", firstDifference(out, again))
	}
	Sound(t, out)
	failing := errors.New("the disk is gone")
	r := io.MultiReader(bytes.NewReader(data[:len(data)/2]), iotest.ErrReader(failing))
	if rec, err := sources.Import(t.Context(), src, input(name, r), Options); !errors.Is(err, failing) {
		if err == nil {
			rec.Close()
		}
		t.Errorf("an input that cannot be read to its end gives %v, want %v", err, failing)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if rec, err := sources.Import(ctx, src, input(name, bytes.NewReader(data)), Options); !errors.Is(err, context.Canceled) {
		if err == nil {
			rec.Close()
		}
		t.Errorf("a cancelled import gives %v", err)
	}
	Torn(t, src, name, data)
}

// Torn cuts the input in several places: each is an error, since all our formats are one JSON value.
func Torn(t *testing.T, src sources.Source, name string, data []byte) {
	t.Helper()
	end := len(bytes.TrimRight(data, " \r\n"))
	for _, n := range []int{0, 1, end / 7, end / 3, end / 2, end - 2, end - 1} {
		rec, err := Import(src, name, data[:n])
		if err == nil {
			rec.Close()
			t.Errorf("cut after %d of %d bytes it is imported without an error", n, end)
		}
	}
}

// Import imports bytes with the options of the suite.
func Import(src sources.Source, name string, data []byte) (*sources.Recording, error) {
	return sources.Import(context.Background(), src, input(name, bytes.NewReader(data)), Options)
}

// Write masks and writes a recording, and closes it.
func Write(rec *sources.Recording) (out, report []byte, err error) {
	defer rec.Close()
	m := sources.NewMasker([]byte(key))
	if err := m.Learn(rec); err != nil {
		return nil, nil, err
	}
	m.MaskHeader(rec)
	var buf, text bytes.Buffer
	w := playback.NewWriter(&buf, &rec.Header)
	if err := errors.Join(rec.Write(w, m), w.Close()); err != nil {
		return nil, nil, err
	}
	rec.Report.Print(&text)
	return buf.Bytes(), text.Bytes(), nil
}

func input(name string, r io.Reader) sources.Input {
	return sources.Input{Name: filepath.Base(name), R: r, Dir: os.DirFS(filepath.Dir(name))}
}

func convert(t *testing.T, src sources.Source, name string, data []byte) (out, report []byte) {
	t.Helper()
	rec, err := Import(src, name, data)
	if err != nil {
		t.Fatal(err)
	}
	out, report, err = Write(rec)
	if err != nil {
		t.Fatal(err)
	}
	return out, report
}

// Sound checks that a file is a good playback: nothing that check calls an error or a warning, except what sources
// cannot help.
func Sound(t *testing.T, file []byte) {
	t.Helper()
	diags, err := playback.Check(bytes.NewReader(file), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == playback.SeverityError || d.Severity == playback.SeverityWarning && d.Code != playback.CodeFileSize {
			t.Errorf("line %d:%d: %s: %s", d.Line, d.Column, d.Code, d.Message)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := read(t, name); !bytes.Equal(got, want) {
		t.Errorf("%s: %s\nRun the test with -update and look at the difference in Git.", name, firstDifference(got, want))
	}
}

// firstDifference shows where two texts part.
func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		a, b := at(g, i), at(w, i)
		if a != b {
			return "line " + strconv.Itoa(i+1) + ":\n got " + clip(a) + "\nwant " + clip(b)
		}
	}
	return "no difference"
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

func clip(s string) string { return s[:min(len(s), 400)] }

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
