package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

// embeddedPage is a small shop with the recorder in it; its API counts what is bought.
const embeddedPage = `<!doctype html><meta charset="utf-8"><title>Shop</title>
<script src="/recorder.js"></script><script>restepRecorder.start({endpoint: "ENDPOINT", key: "a public key"})</script>
<label>Name <input id="name"></label> <label>Password <input id="pw" type="password"></label>
<label>Size <select id="size"><option>S<option>M<option>L</select></label>
<button id="buy">Buy</button> <p id="out"></p> <ul id="list" style="height: 60px; overflow: auto"></ul>
<script>
const $ = (id) => document.getElementById(id);
$('list').innerHTML = Array.from({length: 50}, (_, i) => '<li>row ' + i).join('');
$('buy').onclick = async () => {
  const r = await fetch('/api/buy', {method: 'POST', headers: {'content-type': 'application/json'},
    body: JSON.stringify({name: $('name').value, size: $('size').value, password: $('pw').value})});
  const x = await r.json();
  history.pushState(null, '', '/bought/' + x.order);
  $('out').textContent = 'order ' + x.order + ' for ' + x.name + ' ' + $('pw').value.length;
};
</script>`

// TestEmbeddedSessionReplays has a person use a page that records itself, and plays what was received.
func TestEmbeddedSessionReplays(t *testing.T) {
	code, err := embeddable()
	if err != nil {
		t.Fatal(err)
	}
	bought := 0
	page := embeddedPage
	mux := http.NewServeMux()
	mux.HandleFunc("/recorder.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write(code) //nolint:errcheck // a test
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, page) //nolint:errcheck // a test
	})
	mux.HandleFunc("/api/buy", func(w http.ResponseWriter, _ *http.Request) {
		bought++
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"order":7731,"name":"Ana"}`) //nolint:errcheck // a test
	})
	app := httptest.NewServer(mux)
	defer app.Close()

	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said := &notice{look: regexp.MustCompile(`Receiving at (\S+),`), found: make(chan string, 1)}
	e := &env{ctx: ctx, stderr: said, stdout: io.Discard, getenv: func(name string) string {
		return map[string]string{maskKeyEnv: "a key of this test, which is long enough"}[name]
	}}
	flags := &listenFlags{Listen: "127.0.0.1:0", Key: "a public key", Origin: []string{app.URL}}
	ended := make(chan error, 1)
	go func() { ended <- flags.receive(e, dir, false) }()
	endpoint := ""
	select {
	case endpoint = <-said.found:
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	}
	page = strings.Replace(page, "ENDPOINT", endpoint, 1)

	host := func(url string) string {
		return strings.TrimSuffix(strings.TrimPrefix(url, "http://"), recorder.ReceiverPath)
	}
	p := recordertest.Start(t, host(app.URL), "", host(endpoint))
	p.Open(app.URL + "/")
	p.Click("#name")
	p.Type("Ana")
	p.Keys("Tab")
	p.Type("s3cret-Passw0rd")
	p.Click("#size")
	p.Keys("ArrowDown", "Enter")
	p.Click("#buy")
	p.Wait("document.getElementById('out').textContent !== ''")
	want := p.Text("location.pathname + ' ' + document.getElementById('out').textContent")
	var sent bool
	p.Eval("restepRecorder.stop().then(() => true)", &sent)
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.playback"))
	if err != nil || len(names) != 1 {
		t.Fatalf("playbacks %v, %v\n%s", names, err, said.all())
	}
	f, err := playback.OpenFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var complaints bytes.Buffer
	check := &env{ctx: t.Context(), stdout: &complaints, stderr: &complaints, getenv: func(string) string { return "" }}
	if status := run(check, []string{"check", names[0]}); status != exitOK {
		t.Errorf("restep check: status %d\n%s", status, complaints.String())
	}
	if bought != 1 {
		t.Fatalf("bought %d times while recording", bought)
	}
	stage := startBrowser(t)
	got, told := replayed(t, stage, f, app.URL, "location.pathname + ' ' + document.getElementById('out').textContent")
	if got != want || bought != 1 {
		t.Errorf("the replay ended in %q, bought %d times; the recording in %q\n%s", got, bought, want, told)
	}
}

func TestListenUsage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"http://a.test", "--listen", "127.0.0.1:0", "-o", "x"}, "leave out http://a.test"},
		{[]string{"-o", "x"}, "say where the session begins"},
		{[]string{"--listen", "127.0.0.1:0", "-o", "x"}, "--origin"},
		{[]string{"--listen", "0.0.0.0:7070", "--origin", "https://a.test", "-o", "x"}, "no address of this machine alone"},
		{[]string{"--listen", "127.0.0.1:0", "--origin", "a", "-o", "x"}, "no URL"},
		{[]string{"--listen", "127.0.0.1:0", "--origin", "https://a.test", "-o", file}, "is a file"},
	} {
		var said bytes.Buffer
		e := &env{ctx: t.Context(), stdout: io.Discard, stderr: &said, getenv: func(string) string { return "" }}
		if status := run(e, append([]string{"record"}, c.args...)); status != exitUsage || !strings.Contains(said.String(), c.want) {
			t.Errorf("%v: status %d, said %s", c.args, status, said.String())
		}
	}
}

// notice is a writer that tells when a text comes.
type notice struct {
	look  *regexp.Regexp
	found chan string

	mu sync.Mutex // guards what follows
	b  bytes.Buffer
}

func (n *notice) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.b.Write(p)
	if m := n.look.FindSubmatch(n.b.Bytes()); m != nil {
		select {
		case n.found <- string(m[1]):
			n.look = regexp.MustCompile(`$^x`)
		default:
		}
	}
	return len(p), nil
}

func (n *notice) all() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.String()
}
