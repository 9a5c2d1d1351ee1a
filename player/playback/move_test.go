package playback

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// draftWith writes a draft with one content that stands beside it, and leaves it as it grew.
func draftWith(t *testing.T, name, id, content string) {
	t.Helper()
	d, err := CreateDraft(name, &Header{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	body := NewBody([]byte(content), "text/plain", d)
	if body.Ref == "" {
		t.Fatal("the content stands in the line")
	}
	if err := errors.Join(d.WriteEvent(&Event{Kind: Req, ID: "r", Method: "POST", URL: "http://a/", Body: body}), d.Close()); err != nil {
		t.Fatal(err)
	}
}

// What takes the place of a file is there with all that it refers to, and nothing of the earlier one is left.
func TestMove(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.new.playback"), filepath.Join(dir, "a.playback")
	next := strings.Repeat("of the next one ", 10_000)
	draftWith(t, to, "earlier", strings.Repeat("of the earlier one ", 10_000))
	draftWith(t, from, "next", next)
	if err := Move(from, to); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(to)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := f.Event(0)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := f.Content(e.Body); err != nil || string(content) != next || f.Header().ID != "next" {
		t.Errorf("%s with %d bytes: %v", f.Header().ID, len(content), err)
	}
	if blobs, err := os.ReadDir(BlobDir(to)); err != nil || len(blobs) != 1 {
		t.Errorf("%d blobs: %v", len(blobs), err)
	}
	for _, name := range []string{from, BlobDir(from)} {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	if err := Remove(to); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
}
