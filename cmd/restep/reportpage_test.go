package main

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player/browser"
	"restep/player/playback"
)

// TestPlayReport plays the demo with a report, and once more without its pictures: they change nothing. Then it reads the
// report in a real browser.
func TestPlayReport(t *testing.T) {
	needBrowser(t)
	dir := t.TempDir()
	page, junit := filepath.Join(dir, "run.html"), filepath.Join(dir, "run.xml")
	status, out, errOut := command(t, "play", demoFile(t), "--app", serveDemo(t, false), "--report", page, "--junit", junit, "--runs", "2", "--json")
	if status != exitFailed || errOut != "" {
		t.Fatalf("exit status %d: %s", status, errOut)
	}
	var result struct {
		playback.Run
		Runs []runBrief `json:"runs"`
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Runs) != 2 || result.Runs[0] != (runBrief{result.Verdict, result.State, result.Runs[0].Elapsed}) || result.Runs[1].State != result.State {
		t.Errorf("the run with pictures ended otherwise: %+v", result.Runs)
	}
	checkJUnit(t, junit)
	r := openReport(t, page, 1200)
	r.strip()
	r.keyboard()
	r.requests()
	r.names()
	r.want("the steps", `document.querySelectorAll('.steps li').length + ' ' + document.querySelector('.steps li:last-child').textContent.trim()`, `13 Click the button "Pay now".`)
	r.want("the failures", `[...document.querySelectorAll('#failures .chip')].map((e) => e.textContent).join()`, "occurred again,occurred again")
	r.calm()
	narrow := openReport(t, page, 600)
	narrow.want("nothing is wider than a narrow window", `String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	narrow.calm()

	// It takes its own place, and that of nothing else.
	if status, _, errOut := command(t, "play", demoFile(t), "--app", "http://localhost:1", "--report", page, "--junit", junit); status != exitCannot {
		t.Errorf("exit status %d: %s", status, errOut)
	}
	if text, _ := os.ReadFile(junit); !strings.Contains(string(text), `errors="1"`) || !strings.Contains(string(text), "no app answers") {
		t.Errorf("CI is not told that nothing was played:\n%s", text)
	}
}

// TestReportReplacesNothing names outputs that would destroy something.
func TestReportReplacesNothing(t *testing.T) {
	file, dir := demoFile(t), t.TempDir()
	other := filepath.Join(dir, "index.html")
	if err := os.WriteFile(other, []byte("<!doctype html>\n<html lang=\"en\">my page"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		flags []string
		want  string
	}{
		{[]string{"--report", file}, "was not written by restep play"},
		{[]string{"--junit", file}, "was not written by restep play"},
		{[]string{"--report", other}, "was not written by restep play"},
		{[]string{"--report", dir}, "is a folder"},
		{[]string{"--report", filepath.Join(dir, "no", "r.html")}, "cannot write"},
		{[]string{"--report", filepath.Join(dir, "x"), "--junit", filepath.Join(dir, ".", "x")}, "name the same file"},
	} {
		status, _, errOut := command(t, append([]string{"play", file, "--app", "http://localhost:1"}, c.flags...)...)
		if status != exitUsage || !strings.Contains(errOut, c.want) {
			t.Errorf("%q: exit status %d: %s", c.flags, status, errOut)
		}
	}
	if text, err := os.ReadFile(file); err != nil || !isPlayback(text) {
		t.Errorf("the recording is gone: %v", err)
	}
}

// TestJUnitOfNothing tells CI of a recording that cannot be played, in place of what an earlier run has left.
func TestJUnitOfNothing(t *testing.T) {
	dir := t.TempDir()
	file, junit := filepath.Join(dir, "broken.playback"), filepath.Join(dir, "run.xml")
	for name, text := range map[string]string{file: "{\"playback\":1}\n{\"t\":0,\"ev\":\"open\"}\n{\"t\":\n", junit: junitHead + " tests=\"1\">"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, _, errOut := command(t, "play", file, "--junit", junit)
	text, err := os.ReadFile(junit)
	if status != exitUsage || err != nil || !strings.Contains(string(text), `errors="1"`) || !strings.Contains(string(text), `classname="broken"`) {
		t.Errorf("exit status %d, %v: %s%s", status, err, errOut, text)
	}
}

// TestReportOfStrangers opens the report of a file whose texts would be markup and code, and of an app that writes such.
func TestReportOfStrangers(t *testing.T) {
	needBrowser(t)
	const markup = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'<svg onload=alert(3)>`
	quoted, err := json.Marshal(markup)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, page := filepath.Join(dir, "x.playback"), filepath.Join(dir, "x.html")
	text := strings.ReplaceAll(`{"playback":1,"title":EVIL,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":10,"ev":"req","id":"e2","cause":"e1","method":"POST","url":"https://shop.example/api/x","resource":"fetch","body":{"json":{"a":EVIL}}}
{"t":20,"ev":"res","id":"e3","of":"e2","status":200,"body":{"text":EVIL}}
{"t":30,"ev":"console","id":"e4","cause":"e1","level":"error","text":EVIL}
{"t":100,"ev":"click","id":"e5","on":{"role":"button","name":EVIL,"text":EVIL,"testid":EVIL}}
{"t":110,"ev":"error","id":"e6","cause":"e5","name":EVIL,"message":EVIL,"stack":[{"fn":EVIL,"url":EVIL}]}
`, "EVIL", string(quoted))
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/html")
		fmt.Fprintf(w, "<!doctype html><title>app</title><script>const x = atob(%q); console.error(x + 2); fetch('/api/x', {method: 'POST', body: JSON.stringify({a: x + 3})}); fetch('/api/' + x)</script>",
			base64.StdEncoding.EncodeToString([]byte(markup)))
	}))
	defer app.Close()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, errOut := command(t, "play", file, "--app", app.URL, "--report", page); status != exitFailed {
		t.Fatalf("exit status %d: %s%s", status, out, errOut)
	}
	r := openReport(t, page, 1200)
	r.want("the title", `document.querySelector('h1').textContent`, markup)
	r.want("nothing became an element", `String(document.querySelectorAll('img[src="x"], svg[onload], [onerror], script:not([id]):not(:last-of-type)').length)`, "0")
	r.want("the divergences are there", `String(document.querySelectorAll('#divergences .card').length > 2 && document.querySelectorAll('#network .s-blocked').length > 0)`, "true")
	r.eval(`for (const f of document.querySelectorAll('.frame')) f.click(); ''`)
	r.calm()
}

// checkJUnit reads the XML as CI does.
func checkJUnit(t *testing.T, name string) {
	t.Helper()
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
			} `xml:"failure"`
		} `xml:"testsuite>testcase"`
	}
	text, err := os.ReadFile(name)
	if err == nil {
		err = xml.Unmarshal(text, &suites)
	}
	if err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 14 || suites.Failures != 2 || len(suites.Cases) != 14 {
		t.Errorf("%d tests, %d failures", suites.Tests, suites.Failures)
	}
	pay := suites.Cases[12]
	if pay.Name != `13. Click the button "Pay now".` || pay.Failure == nil || !strings.HasPrefix(pay.Failure.Message, "TypeError") {
		t.Errorf("the case of the last action: %+v", pay)
	}
}

// reportPage is a report in a browser.
type reportPage struct {
	*testing.T
	tab *browser.Session

	mu     sync.Mutex // guards what follows
	events []string   // requests that leave the file, errors, and what the console says
}

// openReport opens a report from the disk, in a window so wide.
func openReport(t *testing.T, file string, width int) *reportPage {
	t.Helper()
	b, err := browser.Start(t.Context(), browser.Options{Headless: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	c, err := b.NewContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tab, _, err := c.NewTab(t.Context(), width, 900)
	if err != nil {
		t.Fatal(err)
	}
	r := &reportPage{T: t, tab: tab}
	loaded := make(chan struct{}, 8)
	tab.Handle(func(e browser.Event) { r.note(e, loaded) })
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		r.call(domain+".enable", nil, nil)
	}
	r.call("Page.navigate", map[string]any{"url": "file://" + filepath.ToSlash(file)}, nil)
	select {
	case <-loaded:
	case <-t.Context().Done():
		t.Fatal("the report was not loaded")
	}
	return r
}

// note takes down what a report may not do; the browser's reader calls it.
func (r *reportPage) note(e browser.Event, loaded chan<- struct{}) {
	var x struct {
		Request struct {
			URL string `json:"url"`
		} `json:"request"`
		Entry struct {
			Text string `json:"text"`
		} `json:"entry"`
	}
	_ = e.Decode(&x)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch u := x.Request.URL; e.Method {
	case "Page.loadEventFired":
		loaded <- struct{}{}
	case "Network.requestWillBeSent":
		if !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:image/") && u != "data:," {
			r.events = append(r.events, "request "+u)
		}
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
		r.events = append(r.events, e.Method)
	case "Log.entryAdded":
		r.events = append(r.events, x.Entry.Text)
	}
}

// calm complains of what the report has done.
func (r *reportPage) calm() {
	r.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) > 0 {
		r.Errorf("the report is not calm: %q", r.events)
	}
}

func (r *reportPage) call(method string, params, result any) {
	r.Helper()
	if err := r.tab.Call(r.Context(), method, params, result); err != nil {
		r.Fatalf("%s: %v", method, err)
	}
}

// eval evaluates an expression that gives a string, or a promise of one.
func (r *reportPage) eval(expr string) string {
	r.Helper()
	var out struct {
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
		Exception *struct {
			Exception struct {
				Text string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	r.call("Runtime.evaluate", map[string]any{"expression": expr, "awaitPromise": true, "returnByValue": true}, &out)
	if out.Exception != nil {
		r.Fatalf("%s: %s", expr, out.Exception.Exception.Text)
	}
	return out.Result.Value
}

func (r *reportPage) want(what, expr, want string) {
	r.Helper()
	if got := r.eval(expr); got != want {
		r.Errorf("%s: %q, want %q", what, got, want)
	}
}

// press presses a key.
func (r *reportPage) press(key string) {
	r.Helper()
	code := map[string]int{"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "Escape": 27, "Tab": 9, "Enter": 13}[key]
	text := map[string]string{"Enter": "\r"}[key]
	for _, kind := range []string{"keyDown", "keyUp"} {
		p := map[string]any{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
		if kind == "keyDown" && text != "" {
			p["text"] = text
		}
		r.call("Input.dispatchKeyEvent", p, nil)
	}
}

// strip looks whether the film strip has a picture for each action and the end, and shows those that come near.
func (r *reportPage) strip() {
	r.Helper()
	r.want("frames", `String(document.querySelectorAll('.frame').length)`, "14")
	r.want("the frame of the failure is selected", `document.querySelector('[aria-current]').id + ' ' + document.getElementById('said').textContent`, `step-13 Click the button "Pay now".`)
	r.want("the stage has a picture", `(async () => { const i = document.getElementById('shot'); await i.decode(); return i.naturalWidth + ' ' + i.alt.includes('Pay now'); })()`, "960 true")
	r.want("the ring is on the button", `(() => {
		const c = document.querySelector('#ring .dot').getBoundingClientRect(), b = document.querySelector('#ring .box').getBoundingClientRect();
		const x = c.left + c.width / 2, y = c.top + c.height / 2;
		return String(x > b.left && x < b.right && y > b.top && y < b.bottom && b.width > 100);
	})()`, "true")
	r.eval(`document.querySelector('.strip').scrollLeft = 0; ''`)
	r.want("pictures come with the strip", `new Promise((done) => {
		const look = () => {
			const near = [...document.querySelectorAll('.frame img')].slice(0, 4);
			if (near.every((i) => i.src && i.naturalWidth)) done('there');
			else requestAnimationFrame(look);
		};
		look();
	})`, "there")
}

// keyboard walks the report without a mouse.
func (r *reportPage) keyboard() {
	r.Helper()
	r.want("one frame is in the order of Tab", `String(document.querySelectorAll('.frame[tabindex="0"]').length)`, "1")
	r.eval(`document.querySelector('.frame[tabindex="0"]').focus(); ''`)
	r.press("ArrowLeft")
	r.want("an action back", `document.activeElement.id + ' ' + document.getElementById('said').textContent`, `step-12 Press Enter in the field "Member number".`)
	r.press("Home")
	r.want("the first", `document.activeElement.id`, "step-1")
	r.press("End")
	r.want("the end", `document.activeElement.id + ' ' + document.getElementById('said').textContent`, "step-14 The end.")
	r.eval(`document.querySelector('.x:not(.own) > summary').focus(); ''`)
	r.want("focus tells of a request", `String(!document.getElementById('tip').hidden) + ' ' + document.getElementById('tip').textContent.includes('recorded')`, "true true")
	r.press("Escape")
	r.want("Escape takes it back", `String(document.getElementById('tip').hidden)`, "true")
	r.press("Enter")
	r.want("Enter opens it", `String(document.activeElement.parentElement.open)`, "true")
}

// requests looks at the two waterfalls.
func (r *reportPage) requests() {
	r.Helper()
	r.want("bars", `['.bars .rec', '.bars .live'].map((s) => document.querySelectorAll(s).length).join()`, "8,7")
	r.want("the app's own document is not shown at first", `String([...document.querySelectorAll('.x')].filter((x) => x.offsetParent).length)`, "7")
	r.eval(`document.querySelector('[data-show=own]').click(); ''`)
	r.want("and then it is", `String([...document.querySelectorAll('.x')].filter((x) => x.offsetParent).length)`, "8")
	r.want("the content of an answer", `String(document.querySelector('.nets').textContent.includes('"audience": "guest"'))`, "true")
}

// axValue is a value of the accessibility tree.
type axValue struct {
	Value string `json:"value"`
}

// names looks whether everything that can be used has a name, as a screen reader tells it.
func (r *reportPage) names() {
	r.Helper()
	r.eval(`for (const x of document.querySelectorAll('details')) x.open = true; ''`)
	var tree struct {
		Nodes []struct {
			Ignored bool    `json:"ignored"`
			Role    axValue `json:"role"`
			Name    axValue `json:"name"`
		} `json:"nodes"`
	}
	r.call("Accessibility.getFullAXTree", nil, &tree)
	counts := map[string]int{}
	for _, n := range tree.Nodes {
		switch role := n.Role.Value; role {
		case "button", "link", "checkbox", "DisclosureTriangle", "image", "table", "columnheader", "navigation", "heading", "textbox":
			counts[role]++
			if !n.Ignored && strings.TrimSpace(n.Name.Value) == "" && role != "table" {
				r.Errorf("a %s has no name", role)
			}
		}
	}
	if counts["button"] < 16 || counts["link"] < 10 || counts["checkbox"] != 3 || counts["DisclosureTriangle"] < 7 {
		r.Errorf("the report has not what was looked at: %v", counts)
	}
	r.want("no name is there twice", `(() => {
		const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
		return ids.filter((id, i) => ids.indexOf(id) !== i).join();
	})()`, "")
	r.want("links lead somewhere", `[...document.querySelectorAll('a[href^="#"]')].filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.hash).join()`, "")
}
