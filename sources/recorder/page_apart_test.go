package recorder_test

import (
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

// TestAppNoticesNothing: the script leaves no names in the page, what it replaces looks native, and an app that breaks
// what scripts stand on, or stops every event, is recorded all the same.
func TestAppNoticesNothing(t *testing.T) {
	p := at(t, torture(t), false)
	for expr, want := range map[string]string{
		"Reflect.ownKeys(window).filter((k) => /restep/i.test(String(k))).length":                      "0",
		"Object.keys(document.querySelector('#inner').contentWindow).filter((k) => /restep/i.test(k))": "",
		"localStorage.setItem":             "function setItem() { [native code] }",
		"Element.prototype.attachShadow":   "function attachShadow() { [native code] }",
		"Storage.prototype.clear.name":     "clear",
		"history.pushState.length":         "2",
		"Object.keys(document).length < 3": "true",
	} {
		if got := p.Text(expr); got != want {
			t.Errorf("%s = %q, want %q", expr, got, want)
		}
	}
	p.Eval(`(() => {
		for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click', 'keydown', 'keyup', 'beforeinput', 'input']) {
			addEventListener(type, (e) => { e.stopImmediatePropagation(); }, true);
		}
		JSON.stringify = () => { throw new Error('not here'); };
		Element.prototype.getAttribute = () => { throw new Error('not here'); };
		window.setTimeout = () => { throw new Error('not here'); };
		window.queueMicrotask = () => { throw new Error('not here'); };
		EventTarget.prototype.addEventListener = () => { throw new Error('not here'); };
		window.onerror = () => { window.failed = true; };
	})()`, nil)
	p.Click("#plain")
	p.Click("#name")
	p.Type("x")
	if p.Text("window.failed") != "undefined" {
		t.Error("the app has met an error of the script")
	}
	p.Call("Page.navigate", map[string]any{"url": "about:blank"}, nil)
	p.Wait("location.href === 'about:blank'")
	got := recordertest.Actions(p.Take())
	if want := "click #plain\nclick #name\ntype #name \"x\" = \"x\""; got != want {
		t.Errorf("recorded\n%s\nwant\n%s", got, want)
	}
}

// TestScriptsAreNoPeople: what the app does by itself is no action, also where the browser trusts its events.
func TestScriptsAreNoPeople(t *testing.T) {
	p := at(t, torture(t), false)
	p.Eval(`(() => {
		const $ = (css) => document.querySelector(css);
		$('#vip').click();
		$('#name').focus();
		document.execCommand('insertText', false, 'typed by a script');
		document.execCommand('selectAll');
		document.execCommand('copy');
		$('#name').value = 'x';
		$('#name').dispatchEvent(new InputEvent('input', { bubbles: true }));
		$('#plain').dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
		$('#plain').dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));
		scrollTo(0, 100);
		$('#box').scrollTop = 50;
		$('#form').reset();
		$('#form').requestSubmit();
	})()`, nil)
	p.Pause(300)
	for _, e := range p.Leave() {
		if e.Kind.Action() || e.Kind == playback.Expect {
			t.Errorf("recorded %s %+v", e.Kind, e.On.Target)
		}
	}
}

// TestUploadOfManyBytes: the content of a file that is too large is a hole, with its size.
func TestUploadOfManyBytes(t *testing.T) {
	p := at(t, torture(t), false)
	p.Choose("#file", p.File("small.txt", "hello"), p.File("large.bin", strings.Repeat("x", 5<<20)))
	p.Wait("said.length === 2")
	var files []playback.FileRef
	for _, e := range p.Leave() {
		files = append(files, e.Files...)
	}
	if len(files) != 2 {
		t.Fatalf("%d files, want 2", len(files))
	}
	if b := files[0].Body; b.Base64 == nil || *b.Base64 != "aGVsbG8=" {
		t.Errorf("small file: %+v", b)
	}
	if b := files[1].Body; b.Missing != "too large" || b.Size != 5<<20 {
		t.Errorf("large file: %+v", b)
	}
}
