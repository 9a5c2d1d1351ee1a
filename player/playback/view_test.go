package playback

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestView takes a part of a file in another order and at other times, and writes it: references follow, notes on what is
// gone go, blobs come along.
func TestView(t *testing.T) {
	large := strings.Repeat("large content ", 500)
	ref := BlobRef([]byte(large))
	var b bytes.Buffer
	w := NewWriter(&b, &Header{ID: "one", App: "https://shop.example"})
	w.WriteBlob(ref, []byte(large))
	w.WriteBlob(BlobRef([]byte("another one")), []byte("another one"))
	for _, e := range []Event{
		{T: 1, Kind: Open, ID: "a"},
		{T: 2, Kind: Req, ID: "b", Cause: "a", URL: "https://shop.example/x"},
		{T: 3, Kind: Click, ID: "c"},
		{T: 4, Kind: Res, ID: "d", Of: "b", Status: 200, Body: &Body{Ref: ref, Size: int64(len(large))}},
		{T: 5, Kind: Res, ID: "e", Of: "b", Body: &Body{Ref: BlobRef([]byte("another one"))}},
		{T: 6, Kind: Bug, ID: "f", On: On{Ref: "c"}, CSS: CSS{"p"}},
	} {
		w.WriteEvent(&e)
	}
	for _, on := range []string{"c", "d", ""} {
		w.WriteNote(&Note{ID: "n" + on, On: on, Rev: 1})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := readText(t, b.String())
	var lines []Line
	for _, pos := range []int{1, 0, 3, 5} { // the first two change places
		l, err := f.Placed(pos)
		if err != nil {
			t.Fatal(err)
		}
		l.T += 10
		if pos == 5 {
			l.On = "a"
		}
		lines = append(lines, l)
	}
	v := f.View(lines)
	want := "b 12 of -1 cause 1, a 11 of -1 cause -1, d 14 of 0 cause -1, f 16 of -1 cause -1"
	if got := outlineOf(t, v); got != want {
		t.Errorf("the view is %s\nwant        %s", got, want)
	}
	b.Reset()
	w = NewWriter(&b, v.Header())
	if err := errors.Join(v.Write(w), w.Close()); err != nil {
		t.Fatal(err)
	}
	again := readText(t, b.String())
	if got := outlineOf(t, again); got != want {
		t.Errorf("what was written is %s", got)
	}
	e, err := again.Event(2)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := again.Content(e.Body); err != nil || string(data) != large {
		t.Errorf("its content is %.20q…, %v", data, err)
	}
	if strings.Contains(b.String(), BlobRef([]byte("another one"))) {
		t.Error("a blob that no line needs was written")
	}
	if e, err := again.Event(3); err != nil || e.On.Ref != "a" {
		t.Errorf("the bug is on %v, %v", e.On, err)
	}
	notes, err := again.Notes()
	if err != nil || len(notes) != 2 || notes[0].ID != "nd" || notes[1].ID != "n" {
		t.Errorf("notes %+v, %v", notes, err)
	}
}

// outlineOf tells the index of a file, and that its events agree.
func outlineOf(t *testing.T, f *File) string {
	t.Helper()
	var out []string
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil || e.T != f.T(pos) || e.ID != f.ID(pos) {
			t.Fatalf("event %d is %+v, %v", pos, e, err)
		}
		if at, ok := f.Find(e.ID); !ok || at != pos {
			t.Errorf("%s is found at %d", e.ID, at)
		}
		out = append(out, strings.Join([]string{e.ID, fmt.Sprint(f.T(pos)), "of", fmt.Sprint(f.Of(pos)), "cause", fmt.Sprint(f.Cause(pos))}, " "))
	}
	return strings.Join(out, ", ")
}
