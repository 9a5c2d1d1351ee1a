package recorder

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

const (
	testKey    = "a write-only key"
	testOrigin = "https://shop.test"
)

var received = time.Date(2026, 11, 21, 18, 55, 0, 0, time.UTC)

// receiver is a receiver of a test, whose clock the test sets.
type receiver struct {
	*Receiver
	dir string
	now time.Time
}

func newReceiver(t *testing.T, dir string, l Limits) *receiver {
	t.Helper()
	r := &receiver{dir: dir, now: received}
	var err error
	r.Receiver, err = NewReceiver(ReceiverOptions{
		Dir: dir, Keys: []string{testKey}, Origins: []string{testOrigin}, Hosts: []string{"127.0.0.1:7070"},
		MaskKey: []byte("a key of this test"), Limits: l, Now: func() time.Time { return r.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// send posts a body as a page does; change may make the request a worse one.
func (r *receiver) send(body []byte, change func(*http.Request)) *httptest.ResponseRecorder {
	q := httptest.NewRequest("POST", "http://127.0.0.1:7070"+ReceiverPath, bytes.NewReader(body))
	q.Header.Set("Origin", testOrigin)
	if change != nil {
		change(q)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, q)
	return w
}

func (r *receiver) want(t *testing.T, status int, body string) {
	t.Helper()
	if w := r.send([]byte(body), nil); w.Code != status {
		t.Errorf("status %d (%s), want %d, for %.200s", w.Code, strings.TrimSpace(w.Body.String()), status, body)
	}
}

// ms is a moment in ms since the Unix epoch.
func ms(t time.Time) float64 { return float64(t.UnixMicro()) / 1000 }

// post is a batch as text; entries may have %T for the time that the session began by the page's clock, which is an
// hour late.
func post(session, tab string, seq int, entries ...string) string {
	late := ms(received) - 3600_000
	list := strings.ReplaceAll(strings.Join(entries, ","), "%T", fmt.Sprintf("%.1f", late))
	return fmt.Sprintf(`{"restep":1,"key":%q,"session":%q,"tab":%q,"seq":%d,"sent":%.1f,"head":{"playback":1,"app":"https://shop.test","viewport":{"width":800,"height":600}},"entries":[%s]}`,
		testKey, session, tab, seq, late, list)
}

const click = `{"t":%T,"ev":"click","n":1,"on":{"css":"#pay"}}`

func TestReceivedSession(t *testing.T) {
	dir := t.TempDir()
	r := newReceiver(t, dir, Limits{})
	big := strings.Repeat("long answer ", 400)
	second := post("session-1", "t1", 1, `{"t":%T,"ev":"res","n":4,"of":"2","status":200,"headers":{"content-type":"text/plain"},"body":{"text":"`+big+`"}}`,
		`{"t":%T,"ev":"note","n":5,"text":"it hangs"}`, `{"t":%T,"ev":"fail","n":6,"of":"77","text":"aborted"}`)
	first := post("session-1", "t1", 0, `{"t":%T,"ev":"open","n":0,"url":"https://shop.test/"}`, click,
		`{"t":%T,"ev":"req","n":2,"method":"POST","url":"https://shop.test/api?token=sEcr3tT0ken77","headers":{"authorization":"Bearer q8Zr41LmW0xT7bVn2Kd9"},"body":{"text":"a"}}`,
		`{"t":%T,"ev":"type","n":3,"on":{"css":"#pw"},"text":"Tr0ub4dor-and-3-more","value":"Tr0ub4dor-and-3-more","secret":{"text":"password","value":"password"}}`)
	other := post("session-1", "t2", 0, `{"t":%T,"ev":"open","n":0,"url":"https://shop.test/help"}`)
	for _, body := range []string{second, first, other, first} { // out of order, and one of them twice
		r.want(t, 204, body)
	}
	scan(t, dir, "Tr0ub4dor-and-3-more")
	scan(t, dir, "q8Zr41LmW0xT7bVn2Kd9")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	scan(t, dir, "Tr0ub4dor-and-3-more")
	f, err := playback.OpenFile(filepath.Join(dir, "session-1.playback"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if found, err := playback.CheckFile(f.Name()); err != nil || len(found) > 0 {
		t.Errorf("check finds %v, %v", found, err)
	}
	h := f.Header()
	if !h.Start.Equal(received) || string(h.Extra) != `{"clock":{"offset":3600000}}` || h.Viewport.Width != 800 {
		t.Errorf("header: start %v, extra %s, viewport %v", h.Start, h.Extra, h.Viewport)
	}
	var kinds, tabs []string
	var reqID string
	for _, e := range events(t, filepath.Join(dir, "session-1.playback")) {
		kinds, tabs = append(kinds, string(e.Kind)), append(tabs, e.Tab)
		switch e.Kind {
		case playback.Req:
			reqID = e.ID
		case playback.Res:
			if data, err := f.Content(e.Body); err != nil || string(data) != big || e.Of != reqID {
				t.Errorf("the answer belongs to %q and has %d bytes, %v", e.Of, len(data), err)
			}
		}
	}
	if got := strings.Join(kinds, " "); got != "open click req type res open" && got != "open click req type open res" && got != "open open click req type res" {
		t.Errorf("lines: %s", got)
	}
	if !strings.Contains(strings.Join(tabs, ""), "B") {
		t.Errorf("tabs: %v", tabs)
	}
	if notes, err := f.Notes(); err != nil || len(notes) != 1 {
		t.Errorf("%d notes, %v", len(notes), err)
	}
}

// TestReceiverKeepsItsPromise restarts the receiver after a crash that tore a line: what was acknowledged is there once.
func TestReceiverKeepsItsPromise(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "session-1"+spoolSuffix)
	r := newReceiver(t, dir, Limits{})
	r.want(t, 204, post("session-1", "t1", 0, click))
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"tab":"t1","seq":1,"at":17`); err != nil {
		t.Fatal(err)
	}
	f.Close()

	r = newReceiver(t, dir, Limits{})
	r.want(t, 204, post("session-1", "t1", 0, click)) // it never got the answer
	r.want(t, 204, post("session-1", "t1", 1, click))
	r.now = received.Add(time.Hour)
	if err := r.FinishIdle(); err != nil {
		t.Fatal(err)
	}
	if n := len(events(t, filepath.Join(dir, "session-1.playback"))); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
	r = newReceiver(t, dir, Limits{}) // and the person comes back
	r.want(t, 204, post("session-1", "t1", 1, click))
	r.want(t, 204, post("session-1", "t1", 3, click))
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	list := events(t, filepath.Join(dir, "session-1.playback"))
	if len(list) != 4 || list[2].Kind != lostKind && list[3].Kind != lostKind {
		t.Errorf("%d lines, want 3 clicks and what tells that batch 2 is missing", len(list))
	}
	r = newReceiver(t, dir, Limits{})
	r.now = received.Add(30 * time.Hour)
	if err := r.FinishIdle(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(name); !os.IsNotExist(err) {
		t.Errorf("the batches of a session that is long over are kept: %v", err)
	}
	r.want(t, 410, post("session-1", "t1", 4, click))
}

func TestReceiverRefuses(t *testing.T) {
	r := newReceiver(t, t.TempDir(), Limits{Packed: 4000, Unpacked: 20000, Entries: 3, Depth: 10})
	good := post("session-1", "t1", 0, click)
	requests := []struct {
		name   string
		status int
		change func(*http.Request)
	}{
		{"preflight", 204, func(q *http.Request) { q.Method = "OPTIONS" }},
		{"reading", 405, func(q *http.Request) { q.Method = "GET" }},
		{"other origin", 403, func(q *http.Request) { q.Header.Set("Origin", "https://evil.test") }},
		{"no origin", 403, func(q *http.Request) { q.Header.Del("Origin") }},
		{"other host", 421, func(q *http.Request) { q.Host = "rebound.test:7070" }},
		{"other path", 404, func(q *http.Request) { q.URL.Path = "/" }},
	}
	for _, c := range requests {
		w := r.send([]byte(good), c.change)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", c.name, w.Code, c.status)
		}
		if allowed := w.Header().Get("Access-Control-Allow-Origin"); (allowed == testOrigin) != (c.status < 403 || c.status == 405) {
			t.Errorf("%s: Access-Control-Allow-Origin %q", c.name, allowed)
		}
	}
	bodies := []struct {
		name   string
		status int
		body   string
	}{
		{"no JSON", 400, "hello"},
		{"two values", 400, good + good},
		{"another key", 401, strings.Replace(good, testKey, "guess", 1)},
		{"too large", 413, post("session-1", "t1", 0, strings.Repeat(" ", 5000)+click)},
		{"a bomb", 413, packed(t, good+strings.Repeat(" ", 30000))},
		{"torn gzip", 400, packed(t, good)[:40]},
		{"too deep", 400, post("session-1", "t1", 0, `{"t":%T,"ev":"console","n":1,"args":[`+strings.Repeat("[", 20)+strings.Repeat("]", 20)+`]}`)},
		{"too many", 400, post("session-1", "t1", 0, click, click, click, click)},
		{"a path for a name", 400, post("../../etc/x", "t1", 0, click)},
		{"a hidden file", 400, post(".session-1", "t1", 0, click)},
		{"no tab", 400, post("session-1", "", 0, click)},
		{"before the first", 400, post("session-1", "t1", -1, click)},
		{"a blob of others", 400, post("session-1", "t1", 0, `{"t":%T,"ev":"res","n":1,"of":"0","body":{"$ref":"sha256:`+strings.Repeat("0", 64)+`","size":1}}`)},
		{"a made-up log", 400, post("session-1", "t1", 0, `{"t":%T,"ev":"log","n":1,"text":"x"}`)},
		{"a blob line", 400, post("session-1", "t1", 0, `{"t":%T,"ev":"blob","n":1}`)},
		{"null", 400, post("session-1", "t1", 0, `null`)},
		{"last year", 400, post("session-1", "t1", 0, `{"t":1000,"ev":"click","n":1}`)},
		{"any reference", 400, post("session-1", "t1", 0, `{"t":%T,"ev":"res","n":1,"of":"e1"}`)},
		{"wrong types", 400, post("session-1", "t1", 0, `{"t":%T,"ev":"click","n":1,"on":{"css":{"a":1}}}`)},
		{"no base64", 400, post("session-1", "t1", 0, `{"t":%T,"ev":"ws","n":1,"of":"0","body":{"base64":"%%%"}}`)},
	}
	for _, c := range bodies {
		if w := r.send([]byte(c.body), nil); w.Code != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, w.Code, w.Body, c.status)
		}
	}
	if left := files(t, r.dir); len(left) != 0 {
		t.Errorf("what was refused has left %v", left)
	}
	r.want(t, 204, packed(t, good))
}

func packed(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReceiverQuotas(t *testing.T) {
	r := newReceiver(t, t.TempDir(), Limits{MinuteEvents: 3, MinuteSessions: 2, SessionEvents: 4})
	r.want(t, 204, post("session-1", "t1", 0, click, click))
	r.want(t, 204, post("session-2", "t1", 0, click))
	w := r.send([]byte(post("session-1", "t1", 1, click)), nil)
	if w.Code != 429 || w.Header().Get("Retry-After") != "60" {
		t.Errorf("events above the quota: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	r.want(t, 204, post("session-1", "t1", 0, click, click)) // there already: it costs nothing
	r.now = received.Add(time.Minute)
	r.want(t, 204, post("session-1", "t1", 1, click))
	r.want(t, 410, post("session-1", "t1", 2, click, click))
	r.want(t, 204, post("session-3", "t1", 0))
	r.want(t, 204, post("session-4", "t1", 0))
	r.want(t, 429, post("session-5", "t1", 0))
}

// TestReceiverAtOnce has many tabs post at once, each batch twice: it may be told to come again, and is there once.
func TestReceiverAtOnce(t *testing.T) {
	r := newReceiver(t, t.TempDir(), Limits{})
	const tabs, batches = 12, 4
	var all sync.WaitGroup
	for i := range 2 * tabs {
		all.Go(func() {
			for seq := range batches {
				body := []byte(post("session-1", fmt.Sprintf("t%d", i/2), seq, click))
				w := r.send(body, nil)
				for w.Code == 503 {
					w = r.send(body, nil)
				}
				if w.Code != 204 {
					t.Errorf("status %d: %s", w.Code, w.Body)
				}
			}
		})
	}
	all.Wait()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(events(t, filepath.Join(r.dir, "session-1.playback"))); n != tabs*batches {
		t.Errorf("%d lines, want %d", n, tabs*batches)
	}
}

// FuzzBatch feeds the decoder what anybody may send: what it takes can be stored, read again and made a playback of.
func FuzzBatch(f *testing.F) {
	f.Add([]byte(post("session-1", "t1", 0, click)))
	f.Add([]byte(post("session-1", "t1", 0, `{"t":%T,"ev":"note","n":5,"text":"\ud800"}`, `{"t":%T,"ev":"res","n":4,"of":"2","frame":["#a",1],"body":{"json":{"$$a":1}}}`)))
	f.Add([]byte(post("session-1", "t1", 7, `{"t":%T,"ev":"upload","n":5,"files":[{"name":"a","body":{"base64":"AA=="}}]}`)))
	dir := f.TempDir()
	limits := Limits{}.withDefaults()
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := decodeBatch(data, limits)
		if err != nil {
			return
		}
		s := &shelf{o: ReceiverOptions{MaskKey: []byte("k")}}
		k := s.masked(&spool{}, b)
		line, err := json.Marshal(k)
		if err != nil {
			t.Fatalf("cannot be stored: %v", err)
		}
		name := filepath.Join(dir, "a"+spoolSuffix)
		if err := os.WriteFile(name, append(line, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := reopenSpool(name); err != nil {
			t.Fatalf("cannot be read again: %v\n%s", err, line)
		}
		out := filepath.Join(dir, "a.playback")
		if _, err := writeSession(out, b.Session, name, nil); err != nil {
			t.Fatalf("no playback: %v\n%s", err, line)
		}
	})
}
