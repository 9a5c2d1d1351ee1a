package playback

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Two recorders of one file: the second is refused, at its start and with nothing lost of the first.
func TestDraftInUse(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIP: Windows itself keeps an open file from being replaced or removed")
	}
	name := filepath.Join(t.TempDir(), "s.playback")
	first, err := CreateDraft(name, &Header{ID: "first"})
	if err != nil {
		t.Fatal(err)
	}
	var used *InUseError
	if _, err := CreateDraft(name, &Header{ID: "second"}); !errors.As(err, &used) {
		t.Errorf("the second draft: %v", err)
	}
	if err := DraftInUse(name); !errors.As(err, &used) {
		t.Errorf("asked: %v", err)
	}
	if err := first.WriteEvent(&Event{Kind: Open, ID: "o", URL: "http://a/"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.Close(), DraftInUse(name), FinishDraft(name, Finishing{})); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if f.Len() != 1 || f.Header().ID != "first" {
		t.Errorf("%d events of %s", f.Len(), f.Header().ID)
	}
	f.Close()
	third, err := CreateDraft(name, &Header{ID: "third"})
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	if err := DraftInUse(name); !errors.As(err, &used) {
		t.Errorf("a draft that has taken the place of a file is not locked: %v", err)
	}
}

// What grows in a file that was removed is still there in the end.
func TestDraftRemoved(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIP: Windows itself keeps an open file from being replaced or removed")
	}
	for _, replaced := range []bool{false, true} {
		name := filepath.Join(t.TempDir(), "s.playback")
		d, err := CreateDraft(name, &Header{ID: "s"})
		if err != nil {
			t.Fatal(err)
		}
		want := name
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if replaced {
			want += ".draft"
			if err := os.WriteFile(name, []byte("of somebody"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.WriteEvent(&Event{Kind: Open, ID: "o", URL: "http://a/"}); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); (err != nil) != replaced {
			t.Errorf("close: %v", err)
		}
		f, err := OpenFile(want)
		if err != nil {
			t.Fatal(err)
		}
		if f.Len() != 1 {
			t.Errorf("%d events", f.Len())
		}
		f.Close()
	}
}
