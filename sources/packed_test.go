package sources

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"restep/player/playback"
)

// long is a recording of requests whose lines are packed from some number on.
func long(t *testing.T, at int) *Recording {
	t.Helper()
	r := NewRecording("test", Options{})
	t.Cleanup(func() { r.Close() })
	r.packAt = at
	r.Header.Start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r.Header.App = "https://a.example"
	r.Add(Line{Event: playback.Event{T: 5, Kind: playback.Open, ID: "o", URL: "https://a.example/"}})
	for i := range 40 {
		id := fmt.Sprintf("q%d", i)
		body, err := r.Keep([]byte(fmt.Sprintf(`{"n":%d,"token":"8f14e45fceea167a%02d"}`, i, i)))
		if err != nil {
			t.Fatal(err)
		}
		at := float64(1000 - 20*i) // the last comes first
		r.Add(Line{Event: playback.Event{T: at, Kind: playback.Req, ID: id, Method: "GET", URL: "https://a.example/" + id,
			Headers: playback.Headers{"x-id": {"8f14e45fceea167a07"}}}})
		r.Add(Line{Event: playback.Event{T: at - 3, Kind: playback.Res, ID: id + "r", Of: id, Status: 200, Body: &playback.Body{Type: "application/json"}}, Content: body})
	}
	r.Add(Line{Event: playback.Event{T: 1000, Kind: playback.Upload, ID: "u", On: playback.On{Target: &playback.Target{CSS: playback.CSS{"#f"}}},
		Files: []playback.FileRef{{Name: "x.txt", Body: &playback.Body{Type: "text/plain"}}}}, Files: []Content{memory("a file")}})
	return r
}

// written imports to its end and writes a recording.
func written(t *testing.T, r *Recording) string {
	t.Helper()
	r.mapOrigins([]Origin{{From: "https://a.example", To: "http://localhost:1"}})
	r.Sort()
	r.Rebase()
	r.SetCauses()
	m := testMasker()
	var out bytes.Buffer
	w := playback.NewWriter(&out, &r.Header)
	if err := errors.Join(m.Learn(r), r.Write(w, m), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestPackedIsTheSame checks that a recording of which only some lines are in memory is written as one that is there
// as a whole, and merged as one.
func TestPackedIsTheSame(t *testing.T) {
	want := written(t, long(t, 1000))
	if !strings.Contains(want, `"cause":"o"`) || strings.Contains(want, "8f14e45fceea167a07") || !strings.Contains(want, "http://localhost:1/q39") {
		t.Fatalf("written:\n%s", want)
	}
	for _, at := range []int{1, 7, 41, 81, 82} {
		r := long(t, at)
		if got := written(t, r); got != want {
			t.Errorf("packed at %d lines:\n%s\nwant\n%s", at, got, want)
		}
		if len(r.Lines) > 0 && at < 82 {
			t.Errorf("packed at %d lines: %d are in memory", at, len(r.Lines))
		}
	}
	merge := func(at int) string {
		a, b := long(t, at), long(t, at)
		for _, r := range []*Recording{a, b} {
			r.Sort()
		}
		return written(t, Merge([]*Recording{a, b}, Options{}))
	}
	if got, want := merge(7), merge(1000); got != want {
		t.Errorf("merged of packed lines:\n%s\nwant\n%s", got, want)
	}
}

// TestPackingFails checks that an error of the disk is said, and not that lines are missing.
func TestPackingFails(t *testing.T) {
	r := long(t, 7)
	r.events.close()
	m := testMasker()
	if err := m.Learn(r); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("learning from lines that are gone gives %v", err)
	}
	if err := Merge([]*Recording{r}, Options{}).Write(playback.NewWriter(&bytes.Buffer{}, nil), m); err == nil {
		t.Error("merging lines that are gone is no error")
	}
}

// TestSpill writes pieces around the size of a block and reads them in several orders.
func TestSpill(t *testing.T) {
	s := &spill{}
	sizes := []int{1, 70, spillBlock - 71, 5, spillBlock, spillBlock + 1, 3, 0, 2*spillBlock + 9, 100, spillBlock / 2, spillBlock/2 + 1, 44}
	var at []int64
	for i, n := range sizes {
		off, err := s.write(bytes.Repeat([]byte{byte(i + 1)}, n))
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, off)
	}
	order := []int{}
	for i := range sizes {
		order = append(order, i)
	}
	backwards := slices.Clone(order)
	slices.Reverse(backwards)
	for _, i := range slices.Concat(order, backwards, []int{0, 12, 3, 9, 4, 11, 2}) {
		data, err := s.read(at[i], sizes[i])
		if err != nil || !bytes.Equal(data, bytes.Repeat([]byte{byte(i + 1)}, sizes[i])) {
			t.Fatalf("piece %d of %d bytes: %d bytes, %v", i, sizes[i], len(data), err)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.read(0, 1); err == nil {
		t.Error("a closed spill is read")
	}
}
