package recorder

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

// embedded is a page with the embeddable recorder, someone at it, and the receiving end.
type embedded struct {
	*recordertest.Person
	t        *testing.T
	app      *httptest.Server
	receiver *Receiver
	dir      string
	mux      *http.ServeMux
	posts    chan int // how batches were answered
	counts   Counts   // of the playback, when it was written

	mu     sync.Mutex // guards what follows
	status int        // where it is not 0, what the next batch is answered, with this Retry-After
	after  string
}

// refuse has the next batch answered with a status, and a Retry-After.
func (e *embedded) refuse(status int, after string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status, e.after = status, after
}

// refusal takes what refuse has set; 0: the batch is received.
func (e *embedded) refusal() (status int, after string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	status, after = e.status, e.after
	e.status = 0
	return status, after
}

// embedPage serves a page whose script begins with the recorder, started with the options besides endpoint and key.
func embedPage(t *testing.T, options, body string) *embedded {
	t.Helper()
	e := &embedded{t: t, dir: t.TempDir(), mux: http.NewServeMux(), posts: make(chan int, 1000)}
	e.app = httptest.NewServer(e.mux)
	t.Cleanup(e.app.Close)
	var err error
	e.receiver, err = NewReceiver(ReceiverOptions{Dir: e.dir, Keys: []string{testKey}, Origins: []string{e.app.URL}, Finished: func(_ string, c Counts) { e.counts = c }})
	if err != nil {
		t.Fatal(err)
	}
	e.mux.HandleFunc(ReceiverPath, func(w http.ResponseWriter, q *http.Request) {
		status, after := e.refusal()
		if status != 0 {
			w.Header().Set("Retry-After", after)
			w.WriteHeader(status)
		} else {
			r := httptest.NewRecorder()
			e.receiver.ServeHTTP(r, q)
			status = r.Code
			w.WriteHeader(status)
		}
		e.posts <- status
	})
	e.mux.HandleFunc("/recorder.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write([]byte(EmbedScript())) //nolint:errcheck // a test
	})
	page := `<!doctype html><meta charset="utf-8"><title>Shop</title><script src="/recorder.js"></script>
<script>restepRecorder.start({endpoint: "/record", key: "` + testKey + `", ` + options + `})</script>` + body
	e.mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(page)) //nolint:errcheck // a test
	})
	e.Person = recordertest.Start(t, strings.TrimPrefix(e.app.URL, "http://"), "")
	e.Open(e.app.URL + "/")
	return e
}

// posted waits until a batch was answered, and returns how.
func (e *embedded) posted() int {
	e.t.Helper()
	select {
	case status := <-e.posts:
		return status
	case <-time.After(20 * time.Second):
		e.t.Fatal("no batch came")
		return 0
	}
}

// stop has the recorder send what it has, and returns the lines that were received.
func (e *embedded) stop() []*playback.Event {
	e.t.Helper()
	var sent bool
	e.Eval("restepRecorder.stop().then(() => true)", &sent)
	return e.lines()
}

// lines returns the lines of the one session that was received.
func (e *embedded) lines() []*playback.Event {
	e.t.Helper()
	if err := e.receiver.Close(); err != nil {
		e.t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(e.dir, "*.playback"))
	if err != nil || len(names) != 1 {
		e.t.Fatalf("playbacks: %v, %v", names, err)
	}
	return events(e.t, names[0])
}

// told is an event in short: kind, and what the test is about.
func told(e *playback.Event, content string) string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	for _, s := range []string{e.Resource, e.Method, e.Dir, e.Level, e.Name, e.Text, e.Message, content} {
		if s != "" {
			b.WriteString(" " + s)
		}
	}
	return b.String()
}
