package recorder

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"restep/player/playback"
)

// TestChance loads a page several times. Its crypto draws the same each time, as it does in a replay; with RealCrypto it
// never does, and the file says so.
func TestChance(t *testing.T) {
	for _, real := range []bool{false, true} {
		t.Run(fmt.Sprintf("real %v", real), func(t *testing.T) {
			base := site(t, map[string]http.HandlerFunc{
				"/": html(`<script>const drawn = crypto.randomUUID() + ' ' + crypto.getRandomValues(new Uint32Array(2))</script>`),
			})
			r := startRecording(t, Options{URL: base + "/", RealCrypto: real})
			seen := map[string]bool{}
			for n := range 3 {
				r.until("document.readyState === 'complete' && drawn && !window.seen")
				seen[r.eval("drawn")] = true
				r.eval(fmt.Sprintf("window.seen = %d + 1", n))
				if err := r.user.Call(t.Context(), "Page.reload", nil, nil); err != nil {
					t.Fatal(err)
				}
			}
			r.until("document.readyState === 'complete' && drawn && !window.seen")
			r.finish()
			if want := map[bool]int{false: 1, true: 3}[real]; len(seen) != want {
				t.Errorf("%d different draws, want %d: %v", len(seen), want, seen)
			}
			f, err := playback.OpenFile(r.name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if says := strings.Contains(string(f.Header().Extra), `"recorder.crypto":"real"`); says != real || f.Header().Seed == 0 {
				t.Errorf("the header says %s", f.Header().Extra)
			}
		})
	}
}
