package playback

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
	if err := FinishDraft(name, nil, nil); err != nil {
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
		if err := FinishDraft(name, nil, nil); err != nil {
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
