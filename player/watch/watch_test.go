package watch

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"restep/player/sourcemap"
)

// site is an app with its server: src/*.ts and the like in a folder, served as a development server does.
type site struct {
	t      *testing.T
	dir    string
	url    string
	watch  *Watch
	change chan Change
	say    chan string

	mu     sync.Mutex
	serve  func(w http.ResponseWriter, r *http.Request) bool // nil, or false: as usual
	learnt chan string
}

// newSite starts a server and a watch of what it serves.
func newSite(t *testing.T, files map[string]string) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), change: make(chan Change, 16), say: make(chan string, 16), learnt: make(chan string, 64)}
	for name, content := range files {
		s.save(name, content)
	}
	s.backdate()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	paths, err := sourcemap.NewPaths(s.dir, s.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.watch, err = Start(Options{
		App: server.URL, Paths: paths, Files: []string{filepath.Join(s.dir, "x.playback")},
		Tell: func(c Change) { s.change <- c }, Say: func(text string) { s.say <- text },
		learnt: func(url string) { s.learnt <- url },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.watch.Close)
	return s
}

// backdate makes all files old: one that was saved in the moment before its code is loaded may be newer than that.
func (s *site) backdate() {
	s.t.Helper()
	long := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = os.Chtimes(path, long, long)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	serve := s.serve
	s.mu.Unlock()
	if serve != nil && serve(w, r) {
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	content, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	text := string(content)
	if strings.HasSuffix(name, ".ts") { // as Vite: the module with its map in it
		text = "/* made of */ " + text + "\n//# sourceMappingURL=data:application/json;base64," +
			base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `{"version":3,"sources":[%q],"mappings":"AAAA"}`, filepath.Base(name)))
	}
	fmt.Fprint(w, text)
}

// answer makes the server answer otherwise; nil: as usual.
func (s *site) answer(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serve = f
}

func (s *site) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s *site) save(name, content string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path(name), []byte(content), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// replace saves a file as most editors do: a new one takes its name.
func (s *site) replace(name, content string) {
	s.t.Helper()
	s.save(name+".swap", content)
	if err := os.Rename(s.path(name+".swap"), s.path(name)); err != nil {
		s.t.Fatal(err)
	}
}

// load tells the watch what a page has loaded, which it has not heard of before, and waits until it has looked at all of
// it: then so many files are watched.
func (s *site) load(files int, urls ...string) {
	s.t.Helper()
	for _, u := range urls {
		resource := "script"
		switch {
		case strings.HasSuffix(u, ".css"):
			resource = "style"
		case strings.HasSuffix(u, "/"):
			resource = "document"
		}
		s.watch.Loaded(s.url+u, resource)
	}
	for range urls {
		select {
		case <-s.learnt:
		case <-time.After(10 * time.Second):
			s.t.Fatal("the watch has not looked at what was loaded")
		}
	}
	if got := s.watch.Stats().Files; got != files {
		s.t.Fatalf("%d files are watched, want %d", got, files)
	}
}

// next is the next change.
func (s *site) next() Change {
	s.t.Helper()
	select {
	case c := <-s.change:
		for i := range c.Files {
			if rel, err := filepath.Rel(s.dir, c.Files[i]); err == nil && filepath.IsAbs(c.Files[i]) && filepath.IsLocal(rel) {
				c.Files[i] = filepath.ToSlash(rel)
			}
		}
		return c
	case <-time.After(10 * time.Second):
		s.t.Fatal("no change was told")
		return Change{}
	}
}

// want is the next change and nothing else.
func (s *site) want(files ...string) {
	s.t.Helper()
	if c := s.next(); !slices.Equal(c.Files, files) || c.Problem != "" {
		s.t.Fatalf("told: %+v, want %v", c, files)
	}
	if len(s.change) > 0 {
		s.t.Fatalf("told too: %+v", s.next())
	}
}
