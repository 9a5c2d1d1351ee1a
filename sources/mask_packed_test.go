package sources

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"net/url"
	"strings"
	"testing"

	"restep/player/playback"
)

func zipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name = "note.txt"
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unzipped(t *testing.T, data []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil || z.Name != "note.txt" {
		t.Fatalf("%q of %q, %v", out, z.Name, err)
	}
	return string(out)
}

// TestCompressedContent: secrets in compressed content are masked, and it stays compressed; without any it stays as it is.
func TestCompressedContent(t *testing.T) {
	const mail = "ana.m@private.de"
	m := testMasker()
	plain := &playback.Event{Kind: playback.Req}
	want := string(m.Event(plain, []byte(`{"to":"`+mail+`"}`)))
	for _, typ := range []string{"application/json", "application/gzip", "application/octet-stream", ""} {
		e := &playback.Event{Kind: playback.Req, Headers: playback.Headers{"content-encoding": {"gzip"}, "content-type": {typ}}}
		out := m.Event(e, zipped(t, `{"to":"`+mail+`"}`))
		if got := unzipped(t, out); got != want || !strings.Contains(strings.Join(e.Masked, " ")+" ", "body ") {
			t.Errorf("%s: %s, want %s, masked %q", typ, got, want, e.Masked)
		}
	}
	e := &playback.Event{Kind: playback.Req}
	if in := zipped(t, `{"to":"nobody"}`); !bytes.Equal(m.Event(e, bytes.Clone(in)), in) || len(e.Masked) > 0 {
		t.Errorf("what holds no secret was changed, masked %q", e.Masked)
	}
	nested := []byte(mail)
	for range 30 {
		nested = zipped(t, string(nested))
	}
	m.Event(&playback.Event{Kind: playback.Req}, nested) // comes back
	huge := zipped(t, strings.Repeat("x", maxUnpacked+1))
	if out := m.Event(&playback.Event{Kind: playback.Req}, bytes.Clone(huge)); !bytes.Equal(out, huge) {
		t.Error("what is too much was changed")
	}
}

// TestEncodedText: secrets in base64 and in data: URLs are masked, in the same encoding; other values stay.
func TestEncodedText(t *testing.T) {
	const mail, text = "ana.m@private.de", "Please write to ana.m@private.de, thanks? 100%"
	m := testMasker()
	probe := &playback.Event{Kind: playback.Storage, Value: new(string)}
	*probe.Value = text
	m.Event(probe, nil)
	want := *probe.Value
	if strings.Contains(want, mail) {
		t.Fatalf("%s is not masked", want)
	}
	for name, c := range map[string]struct{ in, out string }{
		"standard":       {base64.StdEncoding.EncodeToString([]byte(text)), base64.StdEncoding.EncodeToString([]byte(want))},
		"raw, for URLs":  {base64.RawURLEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(want))},
		"data":           {"data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(text)), "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(want))},
		"data, escaped":  {"data:text/html;charset=utf-8," + url.PathEscape(text), "data:text/html;charset=utf-8," + url.PathEscape(want)},
		"data of images": {"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk", ""},
		"no secret":      {base64.StdEncoding.EncodeToString([]byte("nothing to be seen in here")), ""},
		"no base64":      {"administrators/settings/general", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.out == "" {
				c.out = c.in
			}
			for _, write := range []func(string) string{
				func(s string) string { return `{"file":"` + s + `"}` },
				func(s string) string { return `<a href="` + strings.ReplaceAll(s, "&", "&amp;") + `">x</a>` },
			} {
				e := &playback.Event{Kind: playback.Res}
				if got := string(m.Event(e, []byte(write(c.in)))); got != write(c.out) {
					t.Errorf("%s became %s, want %s", write(c.in), got, write(c.out))
				}
			}
		})
	}
}
