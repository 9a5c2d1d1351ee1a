package watch

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// However it is saved: what was made of the file, by its source map or its name, has changed.
func TestChanges(t *testing.T) {
	s := newSite(t, map[string]string{
		"index.html": "<p>", "src/cart.ts": "one", "src/list.ts": "list", "src/style.css": "a {}", "public/old.js": "old()",
		"x.playback": "{}",
	})
	s.load(6, "/", "/src/cart.ts", "/src/list.ts", "/src/style.css", "/public/old.js")
	s.save("src/cart.ts", "two")
	s.want("src/cart.ts")
	s.replace("src/cart.ts", "three")
	s.want("src/cart.ts")
	s.save("src/style.css", "b {}")
	s.want("src/style.css")
	s.save("index.html", "<b>")
	s.want("index.html")
	s.save("x.playback", "{} ") // no server has to know
	s.want("x.playback")
	for i := range 20 { // a burst of writes, of two files
		s.save("src/cart.ts", fmt.Sprint("burst ", i))
		s.replace("src/list.ts", fmt.Sprint("burst ", i))
	}
	s.save("src/style.css", "c {}")
	told := 1
	for !slices.Contains(s.next().Files, "src/style.css") { // a busy machine makes pauses between the writes
		told++
	}
	if told > 10 {
		t.Errorf("40 writes are %d changes", told)
	}
	if err := os.Remove(s.path("src/list.ts")); err != nil { // and comes back
		t.Fatal(err)
	}
	s.save("src/cart.ts", "burst 19") // the same content, and a file that nothing is made of, are no change
	s.save("src/other.ts", "x")
	s.save("src/list.ts", "back")
	s.want("src/list.ts")
}

// A server that needs time is waited for: the page must not be given the old code once more.
func TestSlowServer(t *testing.T) {
	s := newSite(t, map[string]string{"src/cart.ts": "one"})
	s.load(1, "/src/cart.ts")
	var asked atomic.Int32
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if asked.Add(1) > 5 {
			return false
		}
		fmt.Fprint(w, "/* made of */ one\n//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbImNhcnQudHMiXSwibWFwcGluZ3MiOiJBQUFBIn0=")
		return true
	})
	s.save("src/cart.ts", "two")
	s.want("src/cart.ts")
	if n := asked.Load(); n < 6 {
		t.Errorf("told after %d answers with the old code", n)
	}
}

// A change that does not build is told once, with what the server says of it; the next save tries again.
func TestBrokenBuild(t *testing.T) {
	s := newSite(t, map[string]string{"src/cart.ts": "one"})
	s.load(1, "/src/cart.ts")
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `<!DOCTYPE html><title>Error</title><script type="module">const error = {"message":"Transform failed:\n\nsrc/cart.ts:2:0: Unexpected \"end\" of file","stack":"x"}</script>`)
		return true
	})
	s.save("src/cart.ts", "two {")
	c := s.next()
	if len(c.Files) != 1 || c.Problem != "Transform failed:\nsrc/cart.ts:2:0: Unexpected \"end\" of file" {
		t.Fatalf("told: %+v", c)
	}
	s.answer(nil)
	s.save("src/cart.ts", "two")
	s.want("src/cart.ts")
}

// A save that changes nothing of what is served, such as one of a comment, is no change. The user learns why nothing happens.
func TestSameCode(t *testing.T) {
	t.Parallel() // it waits for sameFor
	s := newSite(t, map[string]string{"src/cart.ts": "one", "out.js": "code\n//# sourceMappingURL=out.map", "out.map": `{"sources":["src/cart.ts"]}`})
	s.load(2, "/out.js")
	s.save("src/cart.ts", "one // more")
	if text := <-s.say; text != "restep: cart.ts was saved; the app's server gives the same code as before\n" || len(s.change) > 0 {
		t.Errorf("said: %q", text)
	}
	s.save("out.js", "built\n//# sourceMappingURL=out.map") // a build that takes longer
	s.want("out.js", "src/cart.ts")
}

// What the development server says is a hint: sources that are on no disk here are noticed by it.
func TestUpdates(t *testing.T) {
	s := newSite(t, nil)
	var version atomic.Int32
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "fixed.ts") {
			fmt.Fprint(w, "fixed")
		} else {
			// Imports carry a stamp, which is no change.
			fmt.Fprintf(w, "import '/x.ts?t=%013d'; version %d", time.Now().UnixMilli(), version.Load())
		}
		return true
	})
	s.load(0, "/src/remote.ts", "/src/fixed.ts")
	s.watch.Update(`{"type":"connected"}`)
	s.watch.Update(`no JSON`)
	s.watch.Update(`{"type":"update","updates":[{"type":"js-update","path":"/src/remote.ts"}]}`) // it is the same
	version.Add(1)
	s.watch.Update(`{"type":"update","updates":[{"type":"js-update","path":"/src/fixed.ts","acceptedPath":"/src/remote.ts"}]}`)
	s.want("/src/remote.ts")
	version.Add(1)
	s.watch.Update(`{"type":"full-reload","path":"*"}`)
	s.want("/src/remote.ts")
	version.Add(1)
	s.watch.Update(`{"type":"ok"}`) // webpack-dev-server
	s.want("/src/remote.ts")
	s.watch.Update(`{"type":"error","err":{"message":"does not build"}}`)
	if c := s.next(); c.Problem != "does not build" {
		t.Errorf("told: %+v", c)
	}
}

// A file that was saved after the page had loaded its code, but before the watch has looked, has changed.
func TestSavedMeanwhile(t *testing.T) {
	s := newSite(t, map[string]string{"src/cart.ts": "one"})
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(s.path("src/cart.ts"), later, later); err != nil {
		t.Fatal(err)
	}
	s.load(1, "/src/cart.ts")
	s.want("src/cart.ts")
}

// Maps beside the code, and what a bundle without one says of its modules.
func TestMaps(t *testing.T) {
	s := newSite(t, map[string]string{
		"src/a.ts": "a", "src/b.js": "b", "node_modules/lib/c.js": "c",
		"assets/main.js":     "code\n//# sourceMappingURL=main.js.map\n",
		"assets/main.js.map": `{"version":3,"sources":["../src/a.ts","../node_modules/lib/c.js","../src/gone.ts"],"mappings":"AACA"}`,
		"assets/eval.js":     `eval("b()\n//# sourceURL=webpack-internal:///./src/b.js?")`,
		"assets/bad.js":      "code\n//# sourceMappingURL=none.map\n",
		"assets/far.js":      "code\n//# sourceMappingURL=http://192.0.2.1/far.map\n", // not asked for
	})
	s.load(6, "/assets/main.js", "/assets/eval.js", "/assets/bad.js", "/assets/far.js") // the four, and two of src
	if name, line, ok := s.watch.Locate(s.url+"/assets/main.js?t=1763900000000", 1, 1, false); !ok || name != "../src/a.ts" || line != 2 {
		t.Errorf("located at %s:%d, %v", name, line, ok)
	}
	s.save("assets/main.js.map", `{"version":3,"sources":["../src/a.ts"],"mappings":"AAEA"}`)
	s.save("assets/main.js", "built anew\n//# sourceMappingURL=main.js.map\n")
	s.save("src/a.ts", "a2")
	s.want("assets/main.js", "src/a.ts")
	for before, want := range map[bool]int{true: 2, false: 3} {
		if _, line, _ := s.watch.Locate(s.url+"/assets/main.js", 1, 1, before); line != want {
			t.Errorf("before %v: line %d, want %d", before, line, want)
		}
	}
	if _, _, ok := s.watch.Locate(s.url+"/assets/eval.js", 1, 1, false); ok {
		t.Error("a place is known without a map")
	}
}

// What is not the user's code is not looked at: no request goes to another server, and a folder too many is said once.
func TestBounds(t *testing.T) {
	s := newSite(t, map[string]string{"a.ts": "a"})
	for _, u := range []string{"/node_modules/x/a.ts", "/@vite/client", "/@react-refresh"} {
		s.watch.Loaded(s.url+u, "script")
	}
	s.watch.Loaded("http://192.0.2.1/a.js", "script")
	<-s.learnt // that one, which is of another server
	s.load(1, "/a.ts")
	if got := s.watch.Stats(); got.Codes != 1 || got.Dirs != 1 {
		t.Errorf("watched: %+v", got)
	}
	var files []string
	names := make([]string, maxDirs+2)
	for i := range names {
		names[i] = fmt.Sprintf("many/%d/a.ts", i)
		s.save(names[i], "x")
		files = append(files, fmt.Sprintf("%q", names[i]))
	}
	s.save("big.js", "//# sourceMappingURL=big.map")
	s.save("big.map", `{"sources":[`+strings.Join(files, ",")+`]}`)
	s.backdate()
	s.load(maxDirs+1, "/big.js") // a.ts and big.js share one folder
	if text := <-s.say; !strings.Contains(text, fmt.Sprint("in more than ", maxDirs, " folders")) || len(s.say) > 0 {
		t.Errorf("said: %q and %d more", text, len(s.say))
	}
}

// Close ends the goroutine and all that it waits for, also while the server is asked.
func TestClose(t *testing.T) {
	s := newSite(t, map[string]string{"src/cart.ts": "one"})
	asked, held := make(chan struct{}, 1), make(chan struct{})
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		asked <- struct{}{}
		select {
		case <-held:
		case <-r.Context().Done():
		}
		return true
	})
	defer close(held)
	s.watch.Loaded(s.url+"/src/cart.ts", "script")
	<-asked
	s.watch.Close()
	s.watch.Close()
	if err := s.watch.fs.Add(s.dir); err == nil {
		t.Error("the folders are still watched")
	}
}

func TestComplaint(t *testing.T) {
	for content, want := range map[string]string{
		"src/a.ts:1:2: ERROR: no\n\n  1 | x":                                           "src/a.ts:1:2: ERROR: no\n  1 | x",
		"<html><style>x{}</style><h1>Build &amp; fail</h1><script>f()</script></html>": "  Build & fail",
		"": "status 500",
	} {
		if got := complaint(500, []byte(content)); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}
