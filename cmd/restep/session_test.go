package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

// Tests of real sessions against the real apps that they were recorded on, without the API that they had.

// session is what two recorders wrote of one session, on two ports.
type session struct {
	name      string
	flow, har string // files; empty: not on this machine
}

// sessions are the trimmed copy of a session in testdata, and the whole one, which is in the folder that
// RESTEP_SHARED_DATA names.
func sessions(trimmed, folder, flow string) []session {
	whole := session{name: "whole"}
	if shared := os.Getenv("RESTEP_SHARED_DATA"); shared != "" {
		whole.flow = filepath.Join(shared, "recorder", flow)
		whole.har = filepath.Join(shared, "sessions", folder, "session.har")
	}
	dir := filepath.Join("testdata", trimmed)
	return []session{{"trimmed", filepath.Join(dir, "flow.json"), filepath.Join(dir, "session.har")}, whole}
}

// merge runs `restep merge` on the session, as if it had been recorded at the URL recorded, and returns the file and
// what the command told. A test of a session that is not there is skipped.
func (s session) merge(t *testing.T, recorded string, ports ...string) (file, told string) {
	t.Helper()
	if s.flow == "" {
		t.Skip("SKIP: RESTEP_SHARED_DATA does not name the folder of the shared recordings")
	}
	t.Setenv("RESTEP_MASK_KEY", "a key for tests only")
	file = filepath.Join(t.TempDir(), s.name+".playback")
	args := []string{"merge", s.flow, s.har, "--drop", "/_sink/*", "-o", file}
	for _, port := range ports {
		args = append(args, "--origin", "http://127.0.0.1:"+port+"="+recorded)
	}
	status, _, told := command(t, args...)
	if status != exitOK {
		t.Fatalf("restep merge: exit status %d\n%s", status, told)
	}
	if status, out, errOut := command(t, "check", file); status != exitOK {
		t.Errorf("restep check: exit status %d\n%s%s", status, out, errOut)
	}
	return file, told
}

// played is what `restep play --json` prints.
type played struct {
	playback.Run
	Runs []runBrief `json:"runs"`
	text string
}

// playThrice runs `restep play --runs 3`, which has to succeed, and checks what holds for every session here: it
// matched, nothing was left unanswered, nothing failed, and the runs ended in one state.
func playThrice(t *testing.T, file, app string, actions int) played {
	t.Helper()
	status, out, errOut := command(t, "play", file, "--app", app, "--runs", "3", "--json")
	p := played{text: out}
	if status != exitOK {
		t.Errorf("restep play: exit status %d\n%s", status, errOut)
	}
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if p.Verdict != playback.Matched || p.Actions != actions || p.Unanswered != 0 {
		t.Errorf("%s with %d actions and %d unanswered requests; want matched, %d, 0\n%s", p.Verdict, p.Actions, p.Unanswered, actions, out)
	}
	if len(p.Failures.Recorded) != 0 || len(p.Failures.Live) != 0 {
		t.Errorf("an answer of 404 is no failure: %+v", p.Failures)
	}
	if len(p.Runs) != 3 {
		t.Errorf("%d runs", len(p.Runs))
	}
	for _, r := range p.Runs {
		if r.State == "" || r.State != p.State || r.Verdict != p.Verdict {
			t.Errorf("the runs ended differently: %+v", p.Runs)
		}
	}
	return p
}

// differs checks which divergences a run has, by kind, in any order.
func (p played) differs(t *testing.T, want ...playback.DivergenceKind) {
	t.Helper()
	var got []playback.DivergenceKind
	for _, d := range p.Divergences {
		got = append(got, d.Kind)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the run differs by %q, want %q\n%s", got, want, p.text)
	}
}

// packages is the folder into which .ci/npm-packages installed what a folder of testdata pins. Without them the test
// is skipped, and also where they are those of another version.
func packages(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(root, ".cache", name)
	installed, err := os.ReadFile(filepath.Join(dir, "installed"))
	if err != nil {
		t.Skipf("SKIP: the npm packages of the app are not there; make test installs them: %v", err)
	}
	pinned, err := os.ReadFile(filepath.Join("testdata", name, "app", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(installed, pinned) {
		t.Skipf("SKIP: %s holds other versions than testdata pins; make test installs them", dir)
	}
	return dir
}

// site serves the files of an app on loopback, and no API. It keeps what it was asked for.
type site struct {
	url string

	mu    sync.Mutex // guards the field below
	paths []string
}

func serveSite(t *testing.T, files http.Handler) *site {
	t.Helper()
	s := &site{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.paths = append(s.paths, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// servedOnly checks that the site was asked for its page, and for nothing that only an API has.
func (s *site) servedOnly(t *testing.T, api ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.paths, "GET /") {
		t.Errorf("the app was not opened: %q", s.paths)
	}
	for _, path := range s.paths {
		method, path, _ := strings.Cut(path, " ")
		if method != http.MethodGet || slices.ContainsFunc(api, func(a string) bool { return strings.HasPrefix(path, a) }) {
			t.Errorf("%s %s reached the server of the app", method, path)
		}
	}
}

// tripwire stands where a session was recorded: a replay may not connect to it. Its goroutine ends with the test.
type tripwire struct {
	url  string
	hits atomic.Int32
}

func setTripwire(t *testing.T) *tripwire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &tripwire{url: "http://" + l.Addr().String()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			w.hits.Add(1)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return w
}

// untouched checks that nothing connected, and then that a connection would have been seen.
func (w *tripwire) untouched(t *testing.T) {
	t.Helper()
	if n := w.hits.Load(); n != 0 {
		t.Errorf("%d connections to the recorded server", n)
	}
	if _, err := http.Get(w.url); err == nil || w.hits.Load() == 0 {
		t.Errorf("the tripwire does not work: %v", err)
	}
}
