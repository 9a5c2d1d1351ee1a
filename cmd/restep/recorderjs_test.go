package main

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// embeddableLimit is what the embeddable recorder may have in bytes, as a server sends it.
const embeddableLimit = 19<<10 + 512

// Every app that includes the recorder pays for it before it shows anything.
func TestEmbeddableSize(t *testing.T) {
	code, err := embeddable()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(code); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d with gzip", len(code), b.Len())
	if b.Len() > embeddableLimit {
		t.Errorf("the recorder has %d bytes with gzip, more than %d", b.Len(), embeddableLimit)
	}
	if s := string(code); strings.Contains(s, "the parts") || strings.Count(s, "restepRecorder") == 0 {
		t.Error("the parts are not in it")
	}
}
