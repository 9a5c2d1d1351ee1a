package watch

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// served is what a server gives for a path; it may be changed at any time.
type served struct {
	s     *site
	pages map[string]string
}

// serving makes a site give texts, "" for nothing, in the place of its files.
func serving(s *site, pages map[string]string) *served {
	v := &served{s: s, pages: pages}
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		text, ok := v.pages[r.URL.Path]
		switch {
		case !ok:
			return false
		case text == "":
			http.NotFound(w, r)
		default:
			fmt.Fprint(w, text)
		}
		return true
	})
	return v
}

func (v *served) set(pages map[string]string) {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	v.pages = pages
}

// A build whose files are named after their content takes the old one away, and may leave it: what counts is that the
// document names another.
func TestHashedNames(t *testing.T) {
	page := func(name string) string { return `<!doctype html><script src="/assets/` + name + `.js"></script>` }
	script := func(n int) string {
		return fmt.Sprintf("build %d\n//# sourceMappingURL=data:application/json,%s", n, `{"sources":["../src/cart.ts"]}`)
	}
	for name, first := range map[string]string{"taken away": "", "left": script(1)} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, map[string]string{"src/cart.ts": "one"})
			v := serving(s, map[string]string{"/shop/": page("a1"), "/assets/a1.js": script(1)})
			s.load(1, "/shop/", "/assets/a1.js")
			s.save("src/cart.ts", "two")
			v.set(map[string]string{"/shop/": page("b2"), "/assets/a1.js": first, "/assets/b2.js": script(2)})
			s.want("src/cart.ts")
		})
	}
}

// A document with a token in it is another one each time, and has not changed for that.
func TestVolatileDocument(t *testing.T) {
	s := newSite(t, nil)
	var asked, version atomic.Int32
	reads := make(chan struct{}, 1000)
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/sign" {
			select {
			case reads <- struct{}{}:
			default: // nobody counts any more
			}
			fmt.Fprint(w, "fixed")
			return true
		}
		fmt.Fprintf(w, `<!doctype html><meta name="csrf" content="%016x"><h1>Version %d</h1>`, asked.Add(1)*7919, version.Load())
		return true
	})
	s.load(0, "/", "/sign")
	s.watch.Update(`{"type":"full-reload"}`)
	for len(reads) > 0 {
		<-reads
	}
	for range 3 { // it is looked at more than once
		<-reads
		if len(s.change) > 0 {
			t.Fatalf("told: %+v", s.next())
		}
	}
	version.Add(1)
	s.watch.Update(`{"type":"full-reload"}`)
	s.want("/")
}

// webpack-dev-server says to each page that connects which build there is, and what is wrong with it.
func TestWebpack(t *testing.T) {
	s := newSite(t, map[string]string{"src/label.js": "one"})
	bundle := func(text string) string {
		return fmt.Sprintf("eval(\"{%s\\n\\n//# sourceURL=webpack://shop-front/./src/label.js?\\n}\");\n", text)
	}
	v := serving(s, map[string]string{"/main.js": bundle("one")})
	s.load(1, "/main.js")
	s.save("src/label.js", "two {")
	v.set(map[string]string{"/main.js": bundle(`throw new SyntaxError(\"Module parse failed: Unterminated template (1:37)\\n> 1 | two {\");`)})
	if c := s.next(); c.Problem != "Module parse failed: Unterminated template (1:37)\n> 1 | two {" || len(c.Files) != 1 {
		t.Errorf("told: %+v", c)
	}
	s.watch.Update(`{"type":"errors","data":[{"moduleName":"./src/label.js","message":"Module parse failed"}]}`) // the same once more
	v.set(map[string]string{"/main.js": bundle("two")})
	s.save("src/label.js", "two")
	s.want("src/label.js")
	s.watch.Update(`{"type":"errors","data":["\u001b[31mno such module\u001b[0m"]}`)
	s.watch.Update(`{"type":"errors","data":["no such module"]}`) // to the next page
	if c := s.next(); c.Problem != "no such module" || len(s.change) > 0 {
		t.Errorf("told: %+v and %d more", c, len(s.change))
	}
	v.set(map[string]string{"/main.js": bundle("three")})
	s.watch.Update(`{"type":"hash","data":"h1"}`)
	s.watch.Update(`{"type":"ok"}`)
	s.want("/main.js")
}

// The same build is not looked at twice, however many pages connect.
func TestSameBuild(t *testing.T) {
	w := &Watch{}
	for _, c := range []struct {
		hash string
		want bool
	}{{"a", true}, {"a", false}, {"b", true}, {"a", true}, {"", true}, {"", true}} {
		if got := w.newBuild(c.hash); got != c.want {
			t.Errorf("build %q: %v", c.hash, got)
		}
	}
}

// A server that cannot make the code prints that each time it is asked: it is left alone.
func TestPause(t *testing.T) {
	now := time.Now()
	files := map[string][]string{"a.ts": nil}
	for _, c := range []struct {
		p         pending
		low, high time.Duration
	}{
		{pending{since: now.Add(time.Minute), files: files}, askSoon, askSoon},
		{pending{since: now, files: files, problem: "x", refusals: 1}, askRefused, askRefused},
		{pending{since: now, files: files, problem: "x", refusals: 9}, 8 * askRefused, 8 * askRefused},
		{pending{since: now.Add(-1500 * time.Millisecond), files: files}, askLater, time.Second},
		{pending{since: now.Add(-30 * time.Second), files: files}, 3 * time.Second, 4 * time.Second}, // a build may take long
		{pending{since: now}, askLater, askLater},
	} {
		if got := c.p.pause(); got < c.low || got > c.high {
			t.Errorf("%+v: %v", c.p, got)
		}
	}
}

// A folder that is taken away and comes back, as when another branch is checked out, is watched as before.
func TestFoldersComeBack(t *testing.T) {
	s := newSite(t, map[string]string{"src/deep/cart.ts": "one", "src/deep/list.ts": "one"})
	s.load(2, "/src/deep/cart.ts", "/src/deep/list.ts")
	if err := os.RemoveAll(s.path("src")); err != nil {
		t.Fatal(err)
	}
	s.save("src/deep/list.ts", "one")
	s.save("src/deep/cart.ts", "two")
	s.want("src/deep/cart.ts")
	if err := os.Rename(s.path("src/deep"), s.path("old")); err != nil {
		t.Fatal(err)
	}
	s.save("src/deep/list.ts", "one")
	s.save("src/deep/cart.ts", "three")
	s.want("src/deep/cart.ts")
	s.save("src/deep/cart.ts", "four")
	s.want("src/deep/cart.ts")
}

// A file that does not come back is missed by what imports it.
func TestDeletedFile(t *testing.T) {
	s := newSite(t, map[string]string{"src/cart.ts": "import './list'", "src/list.ts": "one"})
	s.load(2, "/src/cart.ts", "/src/list.ts")
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if _, err := os.Stat(s.path("src/list.ts")); err != nil && strings.HasSuffix(r.URL.Path, "cart.ts") {
			http.Error(w, "Failed to resolve import ./list", http.StatusInternalServerError)
			return true
		}
		return false
	})
	if err := os.Remove(s.path("src/list.ts")); err != nil {
		t.Fatal(err)
	}
	if c := s.next(); c.Problem != "Failed to resolve import ./list" {
		t.Errorf("told: %+v", c)
	}
}

// What the server says may be here sooner than what the system says of the file: then it is not a second change, nor one
// that changes nothing.
func TestToldAlready(t *testing.T) {
	old := time.Now()
	w := &Watch{codes: map[string]*code{"u": {changed: old.Add(time.Second)}}}
	for saved, want := range map[time.Time]bool{old: true, old.Add(2 * time.Second): false} {
		p := &pending{saved: map[string]time.Time{"a": saved}, files: map[string][]string{"a": {"u"}}}
		if got := p.told(w); got != want {
			t.Errorf("saved at %v: %v", saved.Sub(old), got)
		}
	}
}

// A change that the server tells of first, of a document that is made of the same source, has the name of the file.
func TestNameOfSaved(t *testing.T) {
	s := newSite(t, map[string]string{"src/cart.ts": "one"})
	s.load(1, "/src/cart.ts")
	w := s.watch
	w.Close() // its goroutine owns what follows
	if got := w.savedLately(); len(got) > 0 {
		t.Errorf("saved before: %v", got)
	}
	s.save("src/cart.ts", "two")
	p := &pending{changed: map[string]bool{s.url + "/": true}}
	if got := p.names(w); len(got) != 1 || got[0] != s.path("src/cart.ts") {
		t.Errorf("named: %v", got)
	}
}

// Code that imports what was loaded again, or for the first time, is the same code.
func TestStamps(t *testing.T) {
	want := sum([]byte(`import "/a.ts"; import "/b.vue?type=style"`))
	for _, text := range []string{
		`import "/a.ts?t=1763900000000"; import "/b.vue?type=style"`,
		`import "/a.ts"; import "/b.vue?t=1763900000000&type=style"`,
		`import "/a.ts?v=1763900000001"; import "/b.vue?type=style&t=1763900000000"`,
	} {
		if sum([]byte(text)) != want {
			t.Errorf("%s: other code", text)
		}
	}
	if got := codeURL("http://h/main-app.js?v=1763900000000"); got != "http://h/main-app.js" {
		t.Errorf("its URL is %s", got)
	}
}

// An app below a path of its own: neither its files nor the updates that Vite names have that in their paths.
func TestBase(t *testing.T) {
	s := newSite(t, map[string]string{"src/cart.ts": "one"})
	v := serving(s, map[string]string{"/shop/src/cart.ts": "one", "/shop/src/far.ts": "one"})
	s.load(1, "/shop/src/cart.ts", "/shop/src/far.ts")
	v.set(map[string]string{"/shop/src/cart.ts": "two", "/shop/src/far.ts": "one"})
	s.save("src/cart.ts", "two")
	s.want("src/cart.ts")
	v.set(map[string]string{"/shop/src/cart.ts": "two", "/shop/src/far.ts": "two"})
	s.watch.Update(`{"type":"update","updates":[{"type":"js-update","path":"/src/far.ts"}]}`)
	s.want("/shop/src/far.ts")
}

// Where no file of the code is found, the user learns why saving does nothing.
func TestNothingFound(t *testing.T) {
	t.Parallel() // it waits for blindFor
	for told, want := range map[string]string{"": "write \"webRoot\"", `{"type":"connected"}`: ""} {
		s := newSite(t, nil)
		serving(s, map[string]string{"/build/main.js": "code"})
		if told != "" {
			s.watch.Update(told)
		}
		s.load(0, "/build/main.js")
		if want == "" { // its server tells of changes
			if len(s.say) > 0 {
				t.Errorf("said: %q", <-s.say)
			}
			continue
		}
		if text := <-s.say; !strings.Contains(text, want) || !strings.Contains(text, s.dir) {
			t.Errorf("said: %q", text)
		}
	}
}
