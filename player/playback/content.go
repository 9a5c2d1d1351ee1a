package playback

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// BlobWriter stores content that is too large for a line. [Writer] is one.
type BlobWriter interface {
	// WriteBlob stores data, once for each ref. The ref is that of [BlobRef]. An error is kept and returned when
	// the file is finished.
	WriteBlob(ref string, data []byte)
}

// BlobRef returns the reference to a blob with these bytes.
func BlobRef(data []byte) string { return hash(sha256.Sum256(data)).ref() }

// NewBody puts content into the form that fits it: JSON where that gives back the exact bytes, else text, else base64;
// above [InlineMax] bytes a reference to a blob that it stores in blobs. With blobs nil everything stays inline. Above
// [MaxBody] it is a hole. The media type may be empty.
func NewBody(data []byte, mediaType string, blobs BlobWriter) *Body {
	if len(data) > MaxBody {
		return NewHole("too large", int64(len(data)), mediaType)
	}
	if len(data) > InlineMax && blobs != nil {
		b := &Body{Ref: BlobRef(data), Size: int64(len(data)), Type: mediaType}
		blobs.WriteBlob(b.Ref, data)
		return b
	}
	if exactJSON(data) {
		b := &Body{JSON: escapeKeys(data), Type: mediaType}
		if base, _, err := mime.ParseMediaType(mediaType); err == nil && base == "application/json" {
			b.Type = "" // what JSON is without being told
		}
		return b
	}
	if utf8.Valid(data) {
		text := string(data)
		return &Body{Text: &text, Type: mediaType}
	}
	text := base64.StdEncoding.EncodeToString(data)
	return &Body{Base64: &text, Type: mediaType}
}

// BodyString returns a body of text, whatever its length.
func BodyString(text string) *Body { return &Body{Text: &text} }

// NewHole returns a body whose content was lost. Size is that of the lost content in bytes, 0 where unknown.
func NewHole(reason string, size int64, mediaType string) *Body {
	return &Body{Missing: reason, Size: size, Type: mediaType}
}

// Hole reports whether the content was lost.
func (b *Body) Hole() bool { return b != nil && b.Missing != "" }

// Content returns the bytes of a body; nil for no body. It returns a [*MissingError] for a hole and for a blob that is
// nowhere to be found, and other errors for content that is damaged or larger than [MaxBody] or its Size.
func (f *File) Content(b *Body) ([]byte, error) {
	if b == nil || b.Ref == "" {
		return b.inline()
	}
	h, ok := parseRef(b.Ref)
	if !ok {
		return nil, fmt.Errorf("%q is no reference: want sha256: and 64 lower-case hex digits", clip(b.Ref, 80))
	}
	data, err := f.blob(h, b.Size)
	var missing *MissingError
	if errors.As(err, &missing) {
		return nil, &MissingError{Reason: missing.Reason, Size: b.Size, Type: b.Type}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: blob %s: %w", f.name, b.Ref, err)
	}
	return data, nil
}

// inline returns content that is not in a blob.
func (b *Body) inline() ([]byte, error) {
	switch {
	case b == nil:
		return nil, nil
	case b.Missing != "":
		return nil, &MissingError{Reason: b.Missing, Size: b.Size, Type: b.Type}
	case b.JSON != nil:
		return plainJSON(b.JSON)
	case b.Text != nil:
		return []byte(*b.Text), nil
	case b.Base64 != nil:
		data, err := base64.StdEncoding.DecodeString(*b.Base64)
		if err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
		return data, nil
	}
	return []byte{}, nil
}

// exactJSON reports whether data is an object or array that every JSON library writes back as it is: without space,
// with the shortest escapes and numbers, no key twice.
func exactJSON(data []byte) bool {
	if len(data) == 0 || data[0] != '{' && data[0] != '[' {
		return false
	}
	out, err := jsontext.AppendFormat(make([]byte, 0, len(data)+8), data,
		jsontext.CanonicalizeRawInts(true), jsontext.CanonicalizeRawFloats(true))
	return err == nil && bytes.Equal(out, data)
}

// escapeKeys doubles the $ of keys that begin with one.
func escapeKeys(data []byte) jsontext.Value {
	if !bytes.Contains(data, []byte(`"$`)) {
		return bytes.Clone(data)
	}
	out, err := mapKeys(data, func(key string) (string, error) { return "$" + key, nil })
	if err != nil {
		return bytes.Clone(data) // not reached: exactJSON has read it
	}
	return out
}

// plainJSON is the compact encoding of recorded JSON, without the second $ of its keys.
func plainJSON(v jsontext.Value) ([]byte, error) {
	out, err := jsontext.AppendFormat(nil, v)
	if err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	if !bytes.Contains(out, []byte(`"$$`)) {
		return out, nil
	}
	return mapKeys(out, func(key string) (string, error) {
		if strings.HasPrefix(key, "$$") {
			key = key[1:]
		}
		return key, nil
	})
}

// mapKeys rewrites the keys that begin with $, until change returns an error.
func mapKeys(data []byte, change func(string) (string, error)) ([]byte, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(data))
	var out bytes.Buffer
	enc := jsontext.NewEncoder(&out)
	for {
		kind, n := dec.StackIndex(dec.StackDepth())
		isKey := kind == '{' && n%2 == 0
		tok, err := dec.ReadToken()
		if err != nil {
			if dec.StackDepth() == 0 && out.Len() > 0 {
				return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
			}
			return nil, fmt.Errorf("body: %w", err)
		}
		if isKey && tok.Kind() == '"' && strings.HasPrefix(tok.String(), "$") {
			key, err := change(tok.String())
			if err != nil {
				return nil, err
			}
			tok = jsontext.String(key)
		}
		if err := enc.WriteToken(tok); err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
	}
}

// clip shortens a text to n bytes for a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
