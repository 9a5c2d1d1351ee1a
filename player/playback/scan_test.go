package playback

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// scanned is what a scan of a text meets, a line each.
func scanned(t *testing.T, text string) (met []string, err error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.playback")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := Scan(name, Visitor{
		Header: func(h *Header) error { met = append(met, "header "+h.Title); return nil },
		Event: func(line int, e *Event) error {
			met = append(met, fmt.Sprintf("%d %s %s %v", line, e.Kind, e.ID, e.T))
			return nil
		},
		Note: func(line int, n *Note) error {
			met = append(met, fmt.Sprintf("%d note %s %d", line, n.ID, n.Rev))
			return nil
		},
	})
	return append(met, fmt.Sprint(n)), err
}

func TestScan(t *testing.T) {
	got, err := scanned(t, "\ufeff"+`{"playback":1,"title":"x"}
{"t":1,"ev":"open","id":"a","url":"https://shop.example/"}

{"t":2,"ev":"new kind","id":"b","on":5}
{}
{"ev":"note","id":"n","rev":1}
{"ev":"note","id":"n","rev":2}
{"ev":"blob","ref":"sha256:00","part":1,"parts":1,"zstd":""}
{"t":3,"ev":"back","id":"c"}
{"t":4,"ev":"ba`)
	want := []string{"header x", "2 open a 1", "4 new kind b 2", "5   0", "6 note n 1", "7 note n 2", "9 back c 3", "4"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("met %q, %v; want %q", got, err, want)
	}
}

// A scan refuses what opening the file refuses, in the same words.
func TestScanErrors(t *testing.T) {
	for _, text := range []string{
		"", "a letter\n", "{\"playback\":2}\n", "{\"playback\":1}\nx\n", "{\"playback\":1}\n{\"t\":1} x\n", "{\"playback\":1}\n{\"a\":" + strings.Repeat(" ", MaxLine) + "1}\n",
	} {
		name := filepath.Join(t.TempDir(), "x.playback")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Scan(name, Visitor{})
		_, want := OpenFile(name)
		if err == nil || want == nil || err.Error() != want.Error() {
			t.Errorf("%.40q: %v, opened: %v", text, err, want)
		}
	}
	if _, err := Scan(t.TempDir(), Visitor{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
	var line *LineError
	if _, err := scanned(t, "{\"playback\":1}\n{\"t\":1e999,\"ev\":\"open\",\"id\":\"a\"}\n"); !errors.As(err, &line) || line.Line != 2 {
		t.Errorf("a line that does not decode: %v", err)
	}
	enough := errors.New("enough")
	name := filepath.Join(t.TempDir(), "x.playback")
	if err := os.WriteFile(name, []byte("{\"playback\":1}\n{}\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := Scan(name, Visitor{Event: func(int, *Event) error { return enough }}); err != enough || n != 1 {
		t.Errorf("ended by the visitor: %d, %v", n, err)
	}
}

// Memory does not grow with the number of lines: an index of this file would take 20 MB.
func TestScanHoldsNoIndex(t *testing.T) {
	const lines = 300_000
	name := filepath.Join(t.TempDir(), "x.playback")
	text := "{\"playback\":1}\n" + strings.Repeat("{\"t\":1,\"ev\":\"back\",\"id\":\"x\"}\n", lines)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	text = ""
	before, most := heap(), uint64(0)
	n, err := Scan(name, Visitor{Event: func(line int, _ *Event) error {
		if line%(lines/4) == 0 {
			most = max(most, heap())
		}
		return nil
	}})
	if err != nil || n != lines || most == 0 {
		t.Fatalf("%d events, %v", n, err)
	}
	if most > before+4<<20 {
		t.Errorf("the scan holds %d bytes", most-before)
	}
}

// heap is what is alive, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
