package playback

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// BenchmarkOpen measures what a debugger waits for: the index and the first 100 events.
func BenchmarkOpen(b *testing.B) {
	b.Run("10000 events, 23 MB beside", func(b *testing.B) { benchmarkOpen(b, session{events: 10_000, beside: 23 << 20}) })
	b.Run("16 MB inside", func(b *testing.B) { benchmarkOpen(b, session{events: 10_000, inside: 14 << 20}) })
}

func benchmarkOpen(b *testing.B, s session) {
	name := s.write(b, b.TempDir())
	b.ReportAllocs()
	for b.Loop() {
		openAndRead(b, name, 100)
	}
}

func openAndRead(t testing.TB, name string, events int) {
	f, err := OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for pos := range events {
		if _, err := f.Event(pos); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOpenMemory keeps opening a large file within the memory that editors have to spare.
func TestOpenMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: writes 40 MB")
	}
	for _, s := range []session{{events: 10_000, beside: 23 << 20}, {events: 10_000, inside: 14 << 20}} {
		name := s.write(t, t.TempDir())
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		openAndRead(t, name, 100)
		runtime.ReadMemStats(&after)
		if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(16<<20); got > limit {
			t.Errorf("%+v: opening allocated %d bytes, want at most %d", s, got, limit)
		}
	}
}

// BenchmarkCheck measures what an editor does after each change.
func BenchmarkCheck(b *testing.B) {
	name := session{events: 10_000, inside: 1 << 20}.write(b, b.TempDir())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := CheckFile(name); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkContent measures decoding a blob.
func BenchmarkContent(b *testing.B) {
	name := session{events: 100, inside: 1 << 20}.write(b, b.TempDir())
	f, err := OpenFile(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	body := firstRef(b, f)
	b.SetBytes(body.Size)
	for b.Loop() {
		if _, err := f.Content(body); err != nil {
			b.Fatal(err)
		}
	}
}

func firstRef(t testing.TB, f *File) *Body {
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil {
			t.Fatal(err)
		}
		if e.Body != nil && e.Body.Ref != "" {
			return e.Body
		}
	}
	t.Fatal("the session has no blob")
	return nil
}

// session is a generated playback of a size; inside and beside are bytes of content that does not compress.
type session struct{ events, inside, beside int }

// write writes the session into a folder and returns its name.
func (s session) write(t testing.TB, dir string) string {
	name := filepath.Join(dir, "session.playback")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := NewWriter(out, &Header{App: "https://shop.example", Viewport: Viewport{Width: 1200, Height: 800}})
	blobs := s.events / 8
	enc := newEncoder()
	random := rand.NewChaCha8([32]byte{1})
	for i := 0; i < s.events; i += 4 {
		id := func(k int) string { return fmt.Sprintf("e%d", i+k) }
		t0 := float64(i) * 10
		on := On{Target: &Target{TestID: "pay", Role: "button", Name: "Pay now", CSS: CSS{"main button.primary"}, XY: &[2]float64{12, 8}}}
		body := NewBody(fmt.Appendf(nil, `{"cart":%d}`, i), "", w)
		if i%8 == 0 {
			data := make([]byte, (s.inside+s.beside)/blobs)
			random.Read(data)
			body = s.blob(t, name, data, w, enc)
		}
		for _, e := range []*Event{
			{T: t0, Kind: Click, ID: id(0), Tab: "A", On: on},
			{T: t0 + 1.5, Kind: Req, ID: id(1), Cause: id(0), Method: "POST", URL: "https://api.shop.example/orders", Headers: Headers{"accept": {"*/*"}}},
			{T: t0 + 9, Kind: Res, ID: id(2), Of: id(1), Status: 200, Headers: Headers{"content-type": {"application/json"}}, Body: body},
			{T: t0 + 9, Kind: Console, ID: id(3), Cause: id(0), Level: "log", Text: "order sent"},
		} {
			if err := w.WriteEvent(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// blob stores content as the session wants it.
func (s session) blob(t testing.TB, name string, data []byte, w *Writer, enc *zstd.Encoder) *Body {
	if s.beside == 0 {
		return NewBody(data, "image/png", w)
	}
	ref := BlobRef(data)
	h, _ := parseRef(ref)
	if err := (blobDir{BlobDir(name)}).put(h, enc.EncodeAll(data, nil)); err != nil {
		t.Fatal(err)
	}
	return &Body{Ref: ref, Size: int64(len(data)), Type: "image/png"}
}
