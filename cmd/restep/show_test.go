package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// heapMeter is standard output that looks now and then how much memory is alive.
type heapMeter struct {
	n, every, looks int
	most            uint64
}

func (m *heapMeter) Write(p []byte) (int, error) {
	if m.n/m.every != (m.n+len(p))/m.every {
		m.looks++
		m.most = max(m.most, liveHeap())
	}
	m.n += len(p)
	return len(p), nil
}

// liveHeap is what is alive, in bytes.
func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A file of any length is shown in the same memory. What was held of this one before took 60 MB and more.
func TestShowHoldsNoLines(t *testing.T) {
	const lines = 200_000
	file := filepath.Join(t.TempDir(), "long.playback")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, `{"playback":1}`)
	for i := range lines / 2 {
		fmt.Fprintf(w, "{}\n{\"t\":%d,\"ev\":\"click\",\"id\":\"e%d\",\"on\":{\"name\":\"a\"}}\n", i, i)
	}
	for i := range 5000 {
		fmt.Fprintf(w, "{\"ev\":\"note\",\"id\":\"n%d\",\"rev\":1,\"state\":\"open\",\"text\":\"%s\"}\n", i, strings.Repeat("x", 1000))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	for _, args := range [][]string{{"show", "-a", file}, {"show", "--json", file}} {
		ownState(t)
		before := liveHeap()
		out := &heapMeter{every: 1 << 20}
		if status := run(&env{ctx: t.Context(), stdout: out, stderr: io.Discard, getenv: os.Getenv}, args); status != exitOK || out.looks < 3 {
			t.Fatalf("restep %v: exit status %d after %d looks", args, status, out.looks)
		}
		if out.most > before+12<<20 {
			t.Errorf("restep %v holds %d kB", args, (out.most-before)>>10)
		}
	}
}

// What is left out of the notes is counted, and the JSON stays one object.
func TestShowOfManyNotes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "notes.playback")
	text := "{\"playback\":1}\n{\"t\":0,\"ev\":\"back\",\"id\":\"a\\u202e\"}\n"
	for i := range maxNotes + 3 {
		text += fmt.Sprintf("{\"ev\":\"note\",\"id\":\"n%d\",\"rev\":1,\"state\":\"open\",\"on\":\"a\\u202e\",\"text\":\"first\"}\n", i)
	}
	text += `{"ev":"note","id":"n0","rev":3,"state":"deleted"}
{"ev":"note","id":"n1","rev":3,"state":"resolved","text":"done"}
{"ev":"note","id":"n1","rev":2,"state":"open","text":"older"}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, _ := command(t, "show", file)
	if !strings.HasSuffix(out, "note ?, line 2: first\nand 3 more\n") || !strings.Contains(out, "note (resolved) ?, file: done\n") {
		t.Errorf("shown: …%s", out[max(0, len(out)-200):])
	}
	if n := strings.Count(out, "\nnote"); n != maxNotes-1 {
		t.Errorf("%d notes are shown", n)
	}
	_, out, _ = command(t, "show", "--json", file)
	var o struct {
		Lines     []outlineLine
		Notes     []struct{ ID string }
		MoreNotes int
	}
	if err := json.Unmarshal([]byte(out), &o); err != nil {
		t.Fatal(err)
	}
	if len(o.Notes) != maxNotes-1 || o.MoreNotes != 3 || len(o.Lines) != 1 || o.Lines[0].ID != "a\u202e" {
		t.Errorf("%d notes and %d more, lines %+v", len(o.Notes), o.MoreNotes, o.Lines)
	}
}
