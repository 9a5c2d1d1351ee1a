// Package recordertest is a person at a browser, for tests of the recorder: trusted input over the DevTools protocol,
// in real time, and the entries that a page script reports meanwhile. It knows neither the script nor what the entries
// should be. It is for tests only.
package recordertest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/browser"
	"restep/player/playback"
)

// Binding is the name of the function that takes entries.
const Binding = "__restepRecord"

// Size of the viewport in CSS px.
const (
	Width  = 1000
	Height = 1800
)

type params = map[string]any

// Entry is what a page script reported: an event whose T is in ms since the epoch, and what it says beside.
type Entry struct {
	playback.Event
	Secret map[string]string
	N      int
}

// Person is a tab with someone at it. Methods fail the test where something cannot be done; one goroutine uses it.
type Person struct {
	t testing.TB
	b *browser.Browser // that was joined; nil: one of its own
	s *browser.Session

	mu       sync.Mutex // guards what follows
	entries  []Entry
	frames   map[int64]string // execution context -> frame id
	problems []string         // what the page script could not do
	main     string           // id of the main frame
	errs     []error
	drags    chan jsontext.Value
	answer   params // to dialogs; nil: they stay
}

// Start starts a browser that reaches the app's host ("127.0.0.1:8080") and the other hosts; every document in it runs the
// script first. A test is skipped where there is no browser.
func Start(t testing.TB, host, script string, others ...string) *Person {
	t.Helper()
	if _, err := browser.Find(os.Getenv); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	b, err := browser.Start(t.Context(), browser.Options{Headless: true, Reach: append(others, host)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := b.NewContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, main, err := c.NewTab(t.Context(), Width, Height)
	if err != nil {
		t.Fatal(err)
	}
	p := sit(t, s, main)
	p.Call("Runtime.enable", nil, nil)
	p.Call("Runtime.addBinding", params{"name": Binding}, nil)
	p.Call("Page.addScriptToEvaluateOnNewDocument", params{"source": script}, nil)
	p.Call("Emulation.setDeviceMetricsOverride", params{"width": Width, "height": Height, "deviceScaleFactor": 1, "mobile": false}, nil)
	p.Call("Emulation.setFocusEmulationEnabled", params{"enabled": true}, nil)
	p.Call("Browser.grantPermissions", params{"permissions": []string{"clipboardReadWrite"}, "browserContextId": c.ID}, nil)
	return p
}

// Join sits down at a browser that somebody else started, at its first tab: the debugging port is the way. It waits
// until the tab shows the URL.
func Join(t testing.TB, port int, url string) *Person {
	t.Helper()
	b, err := browser.Connect(t.Context(), port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	for _, i := range targets(t, b) {
		if i.Type != "page" {
			continue
		}
		s, err := b.Attach(t.Context(), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		p := sit(t, s, i.ID)
		p.b = b
		if err := b.Root().Call(t.Context(), "Browser.grantPermissions", params{"permissions": []string{"clipboardReadWrite"}}, nil); err != nil {
			t.Fatal(err)
		}
		p.Show()
		p.Arrive("location.href.startsWith(" + quote(url) + ")")
		return p
	}
	t.Fatal("the browser has no tab")
	return nil
}

// sit makes the person at a tab.
func sit(t testing.TB, s *browser.Session, main string) *Person {
	p := &Person{t: t, s: s, frames: map[int64]string{}, main: main, drags: make(chan jsontext.Value, 1)}
	s.Handle(p.onEvent)
	p.Call("Page.enable", nil, nil)
	return p
}

// Arrive waits until the tab shows a document for which an expression holds, and it has loaded.
func (p *Person) Arrive(expr string) {
	p.t.Helper()
	p.Come("document.readyState === 'complete' && document.hasFocus() && (" + expr + ")")
}

// Come waits until the tab shows a document for which an expression holds.
func (p *Person) Come(expr string) {
	p.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		var r struct {
			Result struct {
				Value bool `json:"value"`
			} `json:"result"`
		}
		// Documents come and go meanwhile, some with what is asked of them.
		ctx, cancel := context.WithTimeout(p.t.Context(), time.Second)
		err := p.s.Call(ctx, "Runtime.evaluate", params{"awaitPromise": true, "expression": `(async () => {
			try { if (` + expr + `) return true; } catch {}
			await new Promise((done) => setTimeout(done, 5));
			return false;
		})()`}, &r)
		cancel()
		if err == nil && r.Result.Value {
			return
		}
	}
	p.t.Fatalf("no document comes for which %s; there is %s", expr, p.Text("[location.href, document.readyState, document.hasFocus()]"))
}

// onEvent is called by the browser's reader.
func (p *Person) onEvent(e browser.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.Method {
	case "Runtime.bindingCalled":
		var c struct {
			Name    string `json:"name"`
			Payload string `json:"payload"`
			Context int64  `json:"executionContextId"`
		}
		err := e.Decode(&c)
		if err == nil && c.Name == Binding {
			err = p.take(c.Payload, p.frames[c.Context])
		}
		if err != nil {
			p.errs = append(p.errs, err)
		}
	case "Runtime.executionContextCreated":
		var c struct {
			Context struct {
				ID  int64 `json:"id"`
				Aux struct {
					Frame string `json:"frameId"`
				} `json:"auxData"`
			} `json:"context"`
		}
		if e.Decode(&c) == nil {
			p.frames[c.Context.ID] = c.Context.Aux.Frame
		}
	case "Page.javascriptDialogOpening":
		p.onDialog()
	case "Input.dragIntercepted":
		var d struct {
			Data jsontext.Value `json:"data"`
		}
		if e.Decode(&d) == nil {
			select {
			case p.drags <- d.Data:
			default:
			}
		}
	case "Runtime.exceptionThrown":
		if strings.Contains(string(e.Params), "__restep") {
			p.errs = append(p.errs, fmt.Errorf("the page script threw: %s", e.Params))
		}
	}
}

// take decodes a message; p.mu is held. The frame of an entry is left as the browser's id in its Tab.
func (p *Person) take(payload, frame string) error {
	var list []jsontext.Value
	if err := json.Unmarshal([]byte(payload), &list); err != nil {
		return fmt.Errorf("message %.100s: %w", payload, err)
	}
	for _, raw := range list {
		var e Entry
		var more struct {
			Secret map[string]string `json:"secret"`
			N      int               `json:"n"`
			Again  *int              `json:"again"`
		}
		if err := json.Unmarshal(raw, &e.Event); err != nil {
			return fmt.Errorf("entry %.300s: %w", raw, err)
		}
		if err := json.Unmarshal(raw, &more); err != nil {
			return fmt.Errorf("entry %.300s: %w", raw, err)
		}
		if more.Again != nil {
			p.again(*more.Again, frame)
			continue
		}
		if e.Kind == "restep.problem" {
			p.problems = append(p.problems, e.Text)
		}
		e.Extra = nil
		e.Secret, e.N = more.Secret, more.N
		if frame != p.main {
			e.Tab = frame
		}
		p.entries = append(p.entries, e)
	}
	return nil
}

// again counts a click that belongs to the one with this number, as a recording does in the end; p.mu is held.
func (p *Person) again(n int, frame string) {
	for i := len(p.entries) - 1; i >= 0; i-- {
		if e := &p.entries[i]; e.Kind == playback.Click && e.N == n && (e.Tab == "" || e.Tab == frame) {
			count := 2
			if e.Count != nil {
				count = *e.Count + 1
			}
			e.Count = &count
			return
		}
	}
	p.errs = append(p.errs, fmt.Errorf("no click has the number %d", n))
}

// Call sends a command of the protocol.
func (p *Person) Call(method string, params, result any) {
	p.t.Helper()
	if err := p.s.Call(p.t.Context(), method, params, result); err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
}

// Open opens a URL and waits until it is loaded.
func (p *Person) Open(url string) {
	p.t.Helper()
	var r struct {
		Error string `json:"errorText"`
	}
	p.Call("Page.navigate", params{"url": url}, &r)
	if r.Error != "" {
		p.t.Fatalf("open %s: %s", url, r.Error)
	}
	p.Wait("document.readyState === 'complete' && document.hasFocus()")
}

// Eval evaluates an expression, or what its promise becomes, into result (nil: dropped).
func (p *Person) Eval(expr string, result any) {
	p.t.Helper()
	var r struct {
		Result struct {
			Value jsontext.Value `json:"value"`
		} `json:"result"`
		Exception *struct {
			Object struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	p.Call("Runtime.evaluate", params{"expression": expr, "returnByValue": true, "awaitPromise": true}, &r)
	if r.Exception != nil {
		p.t.Fatalf("%s: %s", expr, r.Exception.Object.Description)
	}
	if result != nil && r.Result.Value != nil {
		if err := json.Unmarshal(r.Result.Value, result); err != nil {
			p.t.Fatalf("%s: %v", expr, err)
		}
	}
}

// Text evaluates an expression to a string.
func (p *Person) Text(expr string) string {
	p.t.Helper()
	var s string
	p.Eval("String("+expr+")", &s)
	return s
}

// Wait waits until an expression is true; it gives up after 10 s.
func (p *Person) Wait(expr string) {
	p.t.Helper()
	var ok bool
	p.Eval(`new Promise((done) => {
		const end = performance.now() + 10000;
		const look = () => { if (`+expr+`) done(true); else if (performance.now() > end) done(false); else setTimeout(look, 5); };
		look();
	})`, &ok)
	if !ok {
		p.t.Fatalf("%s does not become true", expr)
	}
}

// Pause lets so many ms of the page's time pass: what a person does takes time, and a recorder has to see it.
func (p *Person) Pause(ms int) {
	p.t.Helper()
	p.Eval(fmt.Sprintf("new Promise((done) => setTimeout(done, %d))", ms), nil)
}

// Leave leaves the page and returns what it reported since the last time, in the order of the times.
func (p *Person) Leave() []Entry {
	p.t.Helper()
	p.Call("Page.navigate", params{"url": "about:blank"}, nil)
	p.Wait("location.href === 'about:blank'")
	return p.Take()
}

// Take returns what was reported since the last time, in the order of the times.
func (p *Person) Take() []Entry {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, err := range p.errs {
		p.t.Error(err)
	}
	// What only the recording session is told is no line of a file.
	list := slices.DeleteFunc(p.entries, func(e Entry) bool { return strings.HasPrefix(string(e.Kind), "restep.") })
	p.entries, p.errs = nil, nil
	sortByTime(list)
	return list
}

// Problems returns what the page script has said that it could not do.
func (p *Person) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems)
}

// Fresh opens a URL in a tab without storage and cookies, and returns when it did.
func (p *Person) Fresh(url string) time.Time {
	p.t.Helper()
	p.Call("Storage.clearDataForOrigin", params{"origin": strings.Join(strings.SplitN(url, "/", 4)[:3], "/"), "storageTypes": "all"}, nil)
	p.Take()
	start := time.Now()
	p.Open(url)
	p.Eval("sessionStorage.clear()", nil)
	return start
}
