package playback

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// record writes a draft of so many requests and answers from several goroutines, each answer with content of its own.
func record(t *testing.T, name string, answers, size int) {
	t.Helper()
	d, err := CreateDraft(name, &Header{ID: "s", App: "https://shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() {
			req := fmt.Sprintf("q%d", i)
			body := NewBody(bytes.Repeat([]byte(req+"."), size), "text/plain", d)
			d.WriteEvent(&Event{T: 2, Kind: Req, ID: req, Method: "GET", URL: "https://shop.example/" + req})
			d.WriteEvent(&Event{T: 3 + float64(i), Kind: Res, ID: "a" + req, Of: req, Status: 200, Body: body})
		})
	}
	wait.Wait()
	d.WriteEvent(&Event{T: 1, Kind: Open, ID: "o", URL: "https://shop.example/"})
	d.WriteNote(&Note{ID: "n", Thread: "n", Rev: 1, State: NoteOpen, Author: "ana", Text: "here"})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDraft(t *testing.T) {
	name := filepath.Join(t.TempDir(), "s.playback")
	record(t, name, 20, 1000)
	if err := FinishDraft(name, Finishing{}); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if found, err := CheckFile(name); err != nil || len(found) > 0 {
		t.Errorf("diagnostics: %v, %v", found, err)
	}
	if f.Len() != 41 || f.ID(0) != "o" || f.ID(40) != "aq19" {
		t.Errorf("%d events from %s to %s", f.Len(), f.ID(0), f.ID(f.Len()-1))
	}
	e, err := f.Event(40)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Content(e.Body); err != nil || len(got) != 4000 {
		t.Errorf("content: %d bytes, %v", len(got), err)
	}
	if _, err := os.Stat(BlobDir(name)); !os.IsNotExist(err) {
		t.Errorf("the blobs are in the file and still beside it: %v", err)
	}
}

// Every prefix of a draft is a playback that can be finished: that is what a process leaves that is killed.
func TestDraftTorn(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.playback")
	record(t, whole, 2, 1000)
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	header := bytes.IndexByte(text, '\n') + 1
	for size := header; size <= len(text); size += 7 {
		name := filepath.Join(dir, "torn.playback")
		if err := os.WriteFile(name, text[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(BlobDir(name), os.DirFS(BlobDir(whole))); err != nil {
			t.Fatal(err)
		}
		if err := FinishDraft(name, Finishing{}); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		f, err := OpenFile(name)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		lines := bytes.Count(text[:size], []byte("\n"))
		if size < len(text) && text[size] == '\n' {
			lines++ // only its LF is missing
		}
		if want := min(lines-1, 5); f.Len() != want { // the header is no event, nor is the note
			t.Errorf("%d bytes: %d events, want %d", size, f.Len(), want)
		}
		f.Close()
		os.RemoveAll(BlobDir(name))
	}
}

func TestDraftErrors(t *testing.T) {
	if _, err := CreateDraft(filepath.Join(t.TempDir(), "no", "s.playback"), nil); err == nil {
		t.Error("a folder that does not exist was no error")
	}
	name := filepath.Join(t.TempDir(), "s.playback")
	d, err := CreateDraft(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.WriteBlob("sha256:00", []byte("x"))
	if d.WriteEvent(&Event{Kind: Open, ID: "o"}) == nil || d.Err() == nil || d.Close() == nil {
		t.Error("a wrong reference was no error")
	}
}

// A line that nobody could read is left out, and the recording goes on.
func TestDraftTooLong(t *testing.T) {
	name := filepath.Join(t.TempDir(), "s.playback")
	d, err := CreateDraft(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", MaxLine)
	for what, err := range map[string]error{
		"event c": d.WriteEvent(&Event{Kind: Console, ID: "c", Text: long}),
		"note n":  d.WriteNote(&Note{ID: "n", Text: long}),
	} {
		var refused *TooLongError
		if !errors.As(err, &refused) || refused.What != what || refused.Size <= MaxLine {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := d.WriteEvent(&Event{Kind: Open, ID: "o", URL: "http://a/"}); err != nil {
		t.Errorf("the line after it: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	f, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Len() != 1 || f.Lines() != 2 {
		t.Errorf("%d events in %d lines", f.Len(), f.Lines())
	}
}

func TestDraftClosed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "s.playback")
	d, err := CreateDraft(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	data := []byte("late")
	d.WriteBlob(BlobRef(data), data)
	if d.Err() == nil {
		t.Error("content after the end was no error")
	}
	if _, err := os.Stat(BlobDir(name)); !os.IsNotExist(err) {
		t.Errorf("content after the end was written: %v", err)
	}
}

// A draft replaces the recording that has its name, and what that one has kept beside it.
func TestDraftReplaces(t *testing.T) {
	name := filepath.Join(t.TempDir(), "s.playback")
	record(t, name, 2, 1000)
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(BlobDir(name), "notes.txt")
	torn := filepath.Join(BlobDir(name), "."+hash{}.file()+".tmp-123")
	for _, file := range []string{other, torn} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := CreateDraft(name, &Header{ID: "second"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WriteEvent(&Event{Kind: Open, ID: "o", URL: "http://a/"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if want := "{\"playback\":1,\"id\":\"second\"}\n{\"t\":0,\"ev\":\"open\",\"id\":\"o\",\"url\":\"http://a/\"}\n"; string(text) != want || d.Size() != int64(len(want)) {
		t.Errorf("%d bytes, and the file has\n%s", d.Size(), text)
	}
	if s, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && s.Mode().Perm() != 0o600 {
		t.Errorf("its rights: %v, %v", s.Mode(), err)
	}
	left, err := os.ReadDir(BlobDir(name))
	if err != nil || len(left) != 1 || left[0].Name() != "notes.txt" {
		t.Errorf("beside it: %v, %v", left, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
