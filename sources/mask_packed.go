package sources

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of what is looked for in content within content, in bytes.
const (
	maxPacked   = 4 << 20  // of JSON in base64, and of a data: URL
	maxEncoded  = 64 << 10 // of another text in base64
	maxUnpacked = 16 << 20 // that compressed content may have
)

// packed masks JSON and other text in base64, and writes it in the same alphabet; and text in a data: URL. It returns
// false for other texts, and where nothing in it is secret.
func (m *Masker) packed(s string, c scope) (string, bool) {
	bare := strings.TrimSpace(s)
	if len(bare) < 8 || len(bare) > maxPacked {
		return s, false
	}
	if strings.HasPrefix(bare, "data:") {
		out, ok := m.dataURL(bare, c)
		return strings.Replace(s, bare, out, 1), ok
	}
	mayJSON := bare[0] == 'e' || bare[0] == 'W' // { and [
	if !mayJSON && (len(bare) < 16 || len(bare) > maxEncoded || run(bare, "+/-_") < len(strings.TrimRight(bare, "="))) {
		return s, false
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		data, err := enc.DecodeString(bare)
		if err != nil {
			continue
		}
		var out []byte
		switch {
		case looksJSON(data) && jsontext.Value(data).IsValid():
			out = m.json(bytes.Clone(data), &jsonWalk{m: m, scope: c})
		case len(bare) <= maxEncoded && isWriting(data):
			out = []byte(m.value(string(data), c))
		default:
			continue
		}
		return strings.Replace(s, bare, enc.EncodeToString(out), 1), !bytes.Equal(out, data)
	}
	return s, false
}

// isWriting reports whether decoded bytes are a text that somebody has written, and not what any base64 gives.
func isWriting(data []byte) bool {
	if len(data) < 6 || !isText(data) {
		return false
	}
	for _, b := range data {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' || b == 0x7f {
			return false
		}
	}
	return true
}

// dataURL masks the text in a data: URL (RFC 2397); it returns false where that is none, or holds no secret.
func (m *Masker) dataURL(s string, c scope) (string, bool) {
	head, payload, ok := strings.Cut(s, ",")
	if !ok || len(head) > 200 || !textual(strings.TrimPrefix(head, "data:")) {
		return s, false
	}
	payload, fragment, _ := strings.Cut(payload, "#")
	plain, err := url.PathUnescape(payload)
	if err != nil {
		return s, false
	}
	encoded := strings.HasSuffix(strings.ToLower(head), ";base64")
	if encoded {
		data, err := base64.StdEncoding.DecodeString(plain)
		if err != nil {
			return s, false
		}
		plain = string(data)
	}
	if !isText([]byte(plain)) {
		return s, false
	}
	out := m.value(plain, c)
	if out == plain {
		return s, false
	}
	if encoded {
		out = base64.StdEncoding.EncodeToString([]byte(out))
	} else {
		out = url.PathEscape(out)
	}
	if fragment != "" {
		out += "#" + fragment
	}
	return head + "," + out, true
}

// textual reports whether a media type, with its parameters, is one of texts.
func textual(typ string) bool {
	base, _, _ := strings.Cut(strings.ToLower(typ), ";")
	for _, word := range []string{"text/", "json", "xml", "javascript", "urlencoded"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return base == ""
}

// gzipped masks content that is compressed with gzip (RFC 1952), and compresses it again where something in it is
// secret. It returns false where it is not compressed so, or has too much in it.
func (w *maskWork) gzipped(data []byte, place, typ string) ([]byte, bool) {
	if len(data) < 18 || data[0] != 0x1f || data[1] != 0x8b {
		return data, false
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return data, false
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	if err != nil || len(plain) > maxUnpacked {
		return data, false
	}
	defer w.shut()
	if !w.open() {
		return data, false
	}
	if strings.Contains(typ, "gzip") || strings.Contains(typ, "octet-stream") {
		typ = ""
	}
	out := w.content(bytes.Clone(plain), place, typ)
	if bytes.Equal(out, plain) {
		return data, true
	}
	w.note(place) // as a whole: what is compared are compressed bytes
	var b bytes.Buffer
	again := gzip.NewWriter(&b)
	again.Header = z.Header
	if _, err := again.Write(out); err != nil {
		return data, false // cannot be, into memory
	}
	if err := again.Close(); err != nil {
		return data, false
	}
	return b.Bytes(), true
}
