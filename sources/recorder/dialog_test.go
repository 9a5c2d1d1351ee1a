package recorder

import (
	"net/http"
	"strings"
	"testing"

	"restep/player/browser"
	"restep/player/playback"
)

// dialogs tells the types of the dialogs that open in the first tab.
func (r *recording) dialogs() <-chan string {
	r.t.Helper()
	dialogs := make(chan string, 4)
	r.user.Handle(func(e browser.Event) {
		if e.Method == "Page.javascriptDialogOpening" {
			var d struct {
				Type string `json:"type"`
			}
			if e.Decode(&d) == nil {
				dialogs <- d.Type
			}
		}
	})
	if err := r.user.Call(r.t.Context(), "Page.enable", nil, nil); err != nil {
		r.t.Fatal(err)
	}
	return dialogs
}

// answer answers the dialog that is open.
func (r *recording) answer(p params) {
	r.t.Helper()
	if err := r.user.Call(r.t.Context(), "Page.handleJavaScriptDialog", p, nil); err != nil {
		r.t.Fatal(err)
	}
}

func TestDialogs(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<button id=ask onclick="document.title = prompt('name?', 'x') + confirm('sure?')">ask</button>`),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#ask')")
	dialogs := r.dialogs()
	r.click("#ask")
	for _, answer := range []params{{"accept": true, "promptText": "Ana"}, {"accept": false}} {
		<-dialogs
		r.answer(answer)
	}
	r.until("document.title === 'Anafalse'")
	list := r.finish()
	want := "A open /\nA page /\nA click ask\nA dialog Ana true\nA dialog false\n"
	if got := outline(list, base); got != want {
		t.Errorf("recorded\n%s\nwant\n%s", got, want)
	}
}

// TestDialogsStandBeforeWhatFollows answers a dialog at once: what the app asks then comes behind its line, and what it asked
// before stays before, though the answer came while the dialog was open.
func TestDialogsStandBeforeWhatFollows(t *testing.T) {
	asked := make(chan bool, 1)
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<button id=ask onclick="fetch('/before'); localStorage.setItem('at', 'before');
			if (confirm('sure?')) { localStorage.setItem('at', 'after'); console.log('agreed'); fetch('/after').then(() => document.title = 'done') }">ask</button>`),
		"/before": func(w http.ResponseWriter, _ *http.Request) { asked <- true },
		"/after":  says("text/plain", "yes"),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#ask')")
	dialogs := r.dialogs()
	r.click("#ask")
	<-dialogs
	<-asked
	r.answer(params{"accept": true})
	r.until("document.title === 'done'")
	list := r.finish()
	t.Cleanup(func() { dump(t, list) })
	var got []string
	dialog := ""
	for _, e := range list {
		switch e.Kind {
		case playback.Req:
			got = append(got, strings.TrimPrefix(e.URL, base))
		case playback.Storage, playback.Console:
			got = append(got, string(e.Kind))
		case playback.Dialog:
			got = append(got, "dialog")
			dialog = e.ID
		default:
			continue
		}
		if e.URL == base+"/after" && e.Cause != dialog {
			t.Errorf("%s has the cause %s instead of the dialog %s", e.URL, e.Cause, dialog)
		}
	}
	before, after, _ := strings.Cut(strings.Join(got, " "), " dialog ")
	if words := strings.Join(sorted(strings.Fields(before)), " "); words != "/ /before storage" {
		t.Errorf("before the dialog: %s", words)
	}
	if words := strings.Join(sorted(strings.Fields(after)), " "); words != "/after console storage" {
		t.Errorf("after the dialog: %s", words)
	}
}
