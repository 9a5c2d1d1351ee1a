package recorder

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"restep/player/playback"
)

// resident returns a line of /proc/self/status in bytes; see proc_pid_status(5).
func resident(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), name+":")
	kB := 0
	if _, err := fmt.Sscan(rest, &kB); err != nil {
		t.Fatal(err)
	}
	return kB << 10
}

// TestLargeAnswersMemory has a page load 96 MB that are no text, in each of two ways: it is all there, and the process
// never had a third of it in memory.
func TestLargeAnswersMemory(t *testing.T) {
	const size, most = 96 << 20, 32 << 20
	block := bytes.Repeat([]byte{0xff, 0, 1, 2, 'a', 'b', 0xfe, 0x80}, 8192)
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<script>const ready = true</script>`),
		"/large": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("content-type", "application/zip")
			for range size / len(block) {
				w.Write(block)
			}
		},
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.readyState === 'complete' && ready")
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // the peak begins anew; see proc_pid_clear_refs(5)
		t.Skipf("SKIP: the peak of memory cannot be asked for: %v", err)
	}
	before := resident(t, "VmRSS")
	for _, as := range []string{"arrayBuffer", "blob"} {
		if got := r.eval("fetch('/large').then((r) => r." + as + "()).then((x) => x.byteLength ?? x.size)"); got != fmt.Sprint(size) {
			t.Fatalf("the page got %s", got)
		}
	}
	list := r.finish()
	grown := resident(t, "VmHWM") - before
	t.Logf("%d MB more at the peak", grown>>20)
	if grown > most {
		t.Errorf("%d MB more were in memory, want at most %d", grown>>20, most>>20)
	}
	res := find(list, playback.Res, func(e *playback.Event) bool { return e.Body != nil && e.Body.Size == size && e.Body.Ref != "" })
	if len(res) != 2 {
		t.Errorf("%d answers with all of the content", len(res))
	}
}
