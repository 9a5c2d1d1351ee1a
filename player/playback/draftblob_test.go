package playback

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestDraftBlob writes content piece by piece: too much for the file, so that it stays beside it, and little, which
// comes into it. Both read as any other content; what was given up is nowhere.
func TestDraftBlob(t *testing.T) {
	for _, pieces := range []int{3, 400} {
		name := filepath.Join(t.TempDir(), "s.playback")
		d, err := CreateDraft(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		gone, err := d.NewBlob()
		if err != nil {
			t.Fatal(err)
		}
		gone.Write([]byte("what is given up"))
		gone.Discard()
		if _, err := os.Stat(BlobDir(name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("something is left of what was given up: %v", err)
		}
		b, err := d.NewBlob()
		if err != nil {
			t.Fatal(err)
		}
		random := rand.NewChaCha8([32]byte{1})
		sum, piece := sha256.New(), make([]byte, 64<<10)
		for range pieces {
			random.Read(piece)
			sum.Write(piece)
			if _, err := b.Write(piece); err != nil {
				t.Fatal(err)
			}
		}
		body, err := b.Body("image/png")
		if err != nil {
			t.Fatal(err)
		}
		if want := hash(sum.Sum(nil)).ref(); body.Ref != want || body.Size != int64(pieces*len(piece)) || body.Type != "image/png" {
			t.Errorf("body %+v, want %s", body, want)
		}
		if err := errors.Join(d.WriteEvent(&Event{T: 1, Kind: Res, ID: "a", Of: "q", Body: body}), d.WriteEvent(&Event{Kind: Req, ID: "q"}), d.Close()); err != nil {
			t.Fatal(err)
		}
		if err := FinishDraft(name, Finishing{}); err != nil {
			t.Fatal(err)
		}
		f, err := OpenFile(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if data, err := f.Content(body); err != nil || sha256.Sum256(data) != [32]byte(sum.Sum(nil)) {
			t.Errorf("content of %d bytes, %v", len(data), err)
		}
		_, err = os.Stat(BlobDir(name))
		if large := pieces == 400; large != (err == nil) {
			t.Errorf("%d pieces: beside the file: %v", pieces, err)
		}
	}
}

// TestDraftBlobMemory: content of 128 MB passes through, and the draft is finished, without ever being in memory: less is
// allocated on the way than it has.
func TestDraftBlobMemory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "s.playback")
	d, err := CreateDraft(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.NewBlob()
	if err != nil {
		t.Fatal(err)
	}
	piece := make([]byte, 64<<10)
	random := rand.NewChaCha8([32]byte{2})
	random.Read(piece)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range 2048 {
		piece[0], piece[1] = byte(i), byte(i>>8)
		b.Write(piece)
	}
	body, err := b.Body("")
	if err != nil || body.Size != 128<<20 {
		t.Fatalf("%+v, %v", body, err)
	}
	d.WriteEvent(&Event{Kind: Download, ID: "d", Body: body})
	d.Close()
	if err := FinishDraft(name, Finishing{}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if all := int64(after.TotalAlloc - before.TotalAlloc); all > 64<<20 {
		t.Errorf("%d MB were allocated on the way", all>>20)
	}
}
