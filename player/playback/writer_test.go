package playback

import (
	"bytes"
	"testing"
)

func TestQuick(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, &Header{ID: "x", App: "http://a"})
	big := bytes.Repeat([]byte("0123456789abcdef<>"), 5000)
	w.WriteEvent(&Event{Kind: Open, ID: "e1", URL: "http://a/"})
	w.WriteEvent(&Event{T: 1.5, Kind: Req, ID: "e2", Cause: "e1", Method: "GET", URL: "http://a/x", Headers: Headers{"a": {"1"}, "b": {"1", "2"}}})
	w.WriteNote(&Note{ID: "n1", Text: "hi"})
	w.WriteEvent(&Event{T: 2, Kind: Res, ID: "e3", Of: "e2", Status: 200, Body: NewBody(big, "text/plain", w)})
	w.WriteEvent(&Event{T: 3, Kind: Res, ID: "e4", Of: "e2", Status: 200, Body: NewBody([]byte(`{"$a":[1,2.5],"b":"é"}`), "application/json", w)})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
	f, err := Read("x", bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if f.Len() != 4 || f.Of(2) != 1 || f.Cause(1) != 0 {
		t.Fatal(f.events)
	}
	e, err := f.Event(2)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Content(e.Body)
	if err != nil || !bytes.Equal(got, big) {
		t.Fatal(err, len(got))
	}
	e, _ = f.Event(3)
	got, err = f.Content(e.Body)
	if err != nil || string(got) != `{"$a":[1,2.5],"b":"é"}` {
		t.Fatal(err, string(got))
	}
}
