package recorder

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"restep/player/browser"
	"restep/player/playback"
)

// outline is the actions and committed documents of a recording, one a line.
func outline(list []*playback.Event, base string) string {
	var b strings.Builder
	for _, e := range list {
		if !e.Kind.Action() && e.Kind != playback.PageCommit {
			continue
		}
		fmt.Fprintf(&b, "%s %s", e.Tab, e.Kind)
		for _, word := range []string{strings.TrimPrefix(e.URL, base), e.Op, e.Opener, e.Text} {
			if word != "" {
				fmt.Fprintf(&b, " %s", word)
			}
		}
		if e.Accept != nil {
			fmt.Fprintf(&b, " %t", *e.Accept)
		}
		if e.On.Target != nil {
			fmt.Fprintf(&b, " %s", e.On.Target.Attrs["id"])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// history goes to an entry of the first tab's history, as a person does by the browser's buttons.
func (r *recording) history(by int) {
	r.t.Helper()
	var h struct {
		Current int `json:"currentIndex"`
		Entries []struct {
			ID int `json:"id"`
		} `json:"entries"`
	}
	if err := r.user.Call(r.t.Context(), "Page.getNavigationHistory", nil, &h); err != nil {
		r.t.Fatal(err)
	}
	if err := r.user.Call(r.t.Context(), "Page.navigateToHistoryEntry", params{"entryId": h.Entries[h.Current+by].ID}, nil); err != nil {
		r.t.Fatal(err)
	}
}

const pages = `<p id=at></p><script>at.textContent = location.pathname</script><a id=one href=/one>one</a> <a id=two href=/two>two</a>
	<button id=push onclick="history.pushState(1, '', '/pushed')">push</button>
	<button id=back onclick="history.back()">back</button>
	<button id=again onclick="location.reload()">reload</button>
	<button id=script onclick="location = '/one'">go</button>`

func TestNavigation(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{"/": html(pages)})
	r := startRecording(t, Options{URL: base + "/"})
	at := func(path string) {
		t.Helper()
		r.until("document.readyState === 'complete' && location.pathname === '" + path + "' && document.querySelector('#one') && performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
	}
	fresh := func() { r.eval("window.old = 1") }
	again := func(path string) { t.Helper(); r.until("!window.old"); at(path) }
	at("/")
	r.click("#one")
	at("/one")
	r.history(-1)
	at("/")
	r.history(+1)
	at("/one")
	fresh()
	if err := r.user.Call(t.Context(), "Page.reload", nil, nil); err != nil {
		t.Fatal(err)
	}
	again("/one")
	fresh()
	r.click("#again")
	again("/one")
	r.click("#two")
	at("/two")
	r.click("#back") // a script goes back
	at("/one")
	r.click("#push")
	at("/pushed")
	r.history(-1) // within the document
	at("/one")
	if err := r.user.Call(t.Context(), "Page.navigate", params{"url": base + "/typed", "transitionType": "typed"}, nil); err != nil {
		t.Fatal(err)
	}
	at("/typed")
	r.click("#script")
	at("/one")
	list := r.finish()
	t.Cleanup(func() { dump(t, list) })
	want := `A open /
A page /
A click one
A page /one
A back
A page /
A forward
A page /one
A reload
A page /one
A click again
A page /one
A click two
A page /two
A click back
A page /one
A click push
A back
A open /typed
A page /typed
A click script
A page /one
`
	if got := outline(list, base); got != want {
		t.Errorf("recorded\n%s\nwant\n%s", got, want)
	}
}

func TestTabs(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<button id=pop onclick="window.open('/popup')">open</button>
			<a id=self href=/self target=_blank>open</a><p id=said></p>`),
		"/popup": html(`<button id=say onclick="opener.document.querySelector('#said').textContent = 'hello'; fetch('/said')">say</button>`),
		"/self":  html(`<button id=close onclick="window.close()">close</button>`),
		"/said":  says("text/plain", "ok"),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#pop')")
	popup := r.opens(func() { r.click("#pop") })
	r.untilIn(popup, "document.querySelector('#say')")
	r.clickIn(popup, "#say")
	r.until("document.querySelector('#said').textContent === 'hello'")
	if err := popup.Call(t.Context(), "Page.close", nil, nil); err != nil && !errors.Is(err, browser.ErrGone) { // it may be gone before the reply
		t.Fatal(err)
	}
	<-popup.Gone()
	self := r.opens(func() { r.click("#self") })
	r.untilIn(self, "document.querySelector('#close')")
	r.clickIn(self, "#close")
	<-self.Gone()
	r.until("document.visibilityState === 'visible'")
	list := r.finish()
	t.Cleanup(func() { dump(t, list) })
	want := `A open /
A page /
A click pop
B tab open A
B page /popup
B click say
B tab close
A click self
C tab open A
C page /self
C click close
`
	got := strings.ReplaceAll(outline(list, base), "A tab switch\n", "") // where the window shows the next tab
	if got != want {
		t.Errorf("recorded\n%s\nwant\n%s", got, want)
	}
	said := find(list, playback.Req, to("/said"))
	if len(said) != 1 || said[0].Tab != "B" {
		t.Errorf("the popup's request: %+v", said)
	}
}

// opens returns a session in the tab that is opened meanwhile.
func (r *recording) opens(do func()) *browser.Session {
	r.t.Helper()
	known := map[string]bool{}
	for _, id := range r.targets() {
		known[id] = true
	}
	do()
	for r.t.Context().Err() == nil {
		for _, id := range r.targets() {
			if !known[id] {
				return r.attach(id)
			}
		}
	}
	r.t.Fatal("no tab was opened")
	return nil
}

func (r *recording) targets() []string {
	r.t.Helper()
	var v struct {
		Infos []struct {
			ID   string `json:"targetId"`
			Type string `json:"type"`
		} `json:"targetInfos"`
	}
	if err := r.s.proc.Root().Call(r.t.Context(), "Target.getTargets", nil, &v); err != nil {
		r.t.Fatal(err)
	}
	var ids []string
	for _, x := range v.Infos {
		if x.Type == "page" {
			ids = append(ids, x.ID)
		}
	}
	return ids
}

func TestFramesAndErrors(t *testing.T) {
	inner := `<button id=in onclick="console.warn('inside'); null.x">in</button><iframe name=deep srcdoc="<button id=deep onclick='Promise.reject(new RangeError(7))'>deep</button>"></iframe>`
	other := site(t, map[string]http.HandlerFunc{"/inner": html(inner)})
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<style>iframe{width:300px;height:250px;border:0}body{margin:0}</style><div id=late></div><script>
			setTimeout(() => { document.querySelector('#late').innerHTML = '<iframe id=pane src="` + strings.Replace(other, "127.0.0.1", "localhost", 1) + `/inner"></iframe>'; }, 10);
		</script>`),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#pane')")
	// The frame is of another site: the person sees a button, scripts of the page cannot look.
	ctx := r.t.Context()
	if err := r.user.Call(ctx, "DOM.enable", nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, typ := range []string{"in", "deep"} {
		x, y := r.inFrames(typ)
		for _, what := range []string{"mousePressed", "mouseReleased"} {
			if err := r.user.Call(ctx, "Input.dispatchMouseEvent", params{"type": what, "x": x, "y": y, "button": "left", "clickCount": 1}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.until("true")
	list := r.finish()
	t.Cleanup(func() { dump(t, list) })
	clicks := find(list, playback.Click, nil)
	if len(clicks) != 2 {
		t.Fatalf("%d clicks", len(clicks))
	}
	if got := fmt.Sprint(clicks[0].Frame, clicks[1].Frame); got != fmt.Sprint([]playback.FrameStep{{CSS: `iframe[id="pane"]`}}, []playback.FrameStep{{CSS: `iframe[id="pane"]`}, {CSS: `iframe[name="deep"]`}}) {
		t.Errorf("frames %s", got)
	}
	errs := find(list, playback.Error, nil)
	if len(errs) != 2 || errs[0].Name != "TypeError" || len(errs[0].Stack) == 0 || errs[1].Name != "RangeError" || errs[1].Message != "7" || !errs[1].Rejection {
		t.Errorf("errors %+v", errs)
	}
	if errs[0].Cause != clicks[0].ID || errs[1].Cause != clicks[1].ID {
		t.Errorf("causes %s %s", errs[0].Cause, errs[1].Cause)
	}
	if c := find(list, playback.Console, nil); len(c) != 1 || c[0].Level != "warning" || c[0].Text != "inside" || len(c[0].Frame) != 1 {
		t.Errorf("console %+v", c)
	}
}

// inFrames returns where a button is in the viewport, whatever the frames it is in; it waits for it.
func (r *recording) inFrames(id string) (x, y float64) {
	r.t.Helper()
	for r.t.Context().Err() == nil {
		var doc struct {
			Nodes []struct {
				Attrs []string `json:"attributes"`
				Node  int      `json:"backendNodeId"`
			} `json:"nodes"`
		}
		if err := r.user.Call(r.t.Context(), "DOM.getFlattenedDocument", params{"depth": -1, "pierce": true}, &doc); err != nil {
			r.t.Fatal(err)
		}
		for _, n := range doc.Nodes {
			for i := 0; i+1 < len(n.Attrs); i += 2 {
				if n.Attrs[i] != "id" || n.Attrs[i+1] != id {
					continue
				}
				var box struct {
					Quads [][8]float64 `json:"quads"`
				}
				if r.user.Call(r.t.Context(), "DOM.getContentQuads", params{"backendNodeId": n.Node}, &box) == nil && len(box.Quads) > 0 {
					q := box.Quads[0]
					return (q[0] + q[4]) / 2, (q[1] + q[5]) / 2
				}
			}
		}
	}
	r.t.Fatalf("no %s", id)
	return 0, 0
}
