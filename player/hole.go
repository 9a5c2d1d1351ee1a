package player

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// holeMax bounds the content that stands in for a hole, in bytes: a file may claim any size.
const holeMax = 4 << 20

// pixelGIF is a transparent image of 1 × 1.
const pixelGIF = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00" +
	"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// fill returns the content of a hole: from values by the first name that they have, else a value that depends on
// nothing but the kind and the length of what is missing.
func fill(b *playback.Body, mediaType string, values map[string]jsontext.Value, names ...string) []byte {
	for _, name := range names {
		if v, ok := values[name]; ok {
			return filled(v)
		}
	}
	size := int(min(max(b.Size, 0), holeMax))
	kind, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	kind = strings.TrimSpace(kind)
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return padded("{}", size)
	case kind == "text/html":
		return padded("<!doctype html>", size)
	case kind == "image/svg+xml":
		return padded(`<svg xmlns="http://www.w3.org/2000/svg"/>`, size)
	case strings.HasPrefix(kind, "image/"):
		return []byte(pixelGIF) // browsers look at the bytes, not at the type
	case strings.HasPrefix(kind, "text/css"), strings.Contains(kind, "javascript"):
		return padded("", size)
	case strings.HasPrefix(kind, "text/"), kind == "application/x-www-form-urlencoded":
		return bytes.Repeat([]byte("x"), size)
	}
	return make([]byte, size)
}

// padded returns s with spaces up to size; s itself where that is longer.
func padded(s string, size int) []byte {
	return append([]byte(s), bytes.Repeat([]byte(" "), max(0, size-len(s)))...)
}

// filled returns the bytes of a value of the launch configuration: a string is the content itself.
func filled(v jsontext.Value) []byte {
	var s string
	if v.Kind() == '"' && json.Unmarshal(v, &s) == nil {
		return []byte(s)
	}
	return slices.Clone(v)
}
