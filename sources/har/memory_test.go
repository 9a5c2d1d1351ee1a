package har_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"restep/sources"
	"restep/sources/har"
)

// longArchive is an archive of n requests with 1 kB of headers and content each, which is made while it is read.
func longArchive(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		fmt.Fprint(w, `{"log":{"version":"1.2","entries":[`)
		for i := range n {
			if i > 0 {
				io.WriteString(w, ",")
			}
			_, err := fmt.Fprintf(w, `{"startedDateTime":"2026-01-01T%02d:%02d:%02dZ","time":5,"_resourceType":"fetch","request":{"method":"GET",`+
				`"url":"https://a.example/api/orders/%d","headers":[{"name":"Accept","value":"application/json"},{"name":"X-Id","value":"%s"}]},`+
				`"response":{"status":200,"headers":[{"name":"Content-Type","value":"application/json"}],"content":{"text":"{\"pad\":\"%s\"}"}}}`,
				i/3600%24, i/60%60, i%60, i, strings.Repeat("h", 300), strings.Repeat("x", 700))
			if err != nil {
				return // the reader had enough
			}
		}
		io.WriteString(w, "]}}")
		w.Close()
	}()
	return r
}

// TestLongArchive checks that what an archive takes in memory does not grow with its headers and content.
func TestLongArchive(t *testing.T) {
	const entries, each = 20_000, 600 // bytes of an entry that may stay
	heap := func() int {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		return int(s.HeapAlloc)
	}
	before := heap()
	rec, err := sources.Import(t.Context(), har.Source{}, sources.Input{Name: "long.har", R: longArchive(entries)}, sources.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if took := heap() - before; took > entries*each {
		t.Errorf("%d entries take %d bytes each, want less than %d", entries, took/entries, each)
	}
	runtime.KeepAlive(rec)
}
