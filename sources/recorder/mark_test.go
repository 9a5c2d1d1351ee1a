package recorder_test

import (
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

// heard makes the page note every event of input that reaches it.
const heard = `(() => {
	window.heard = [];
	for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click', 'keydown', 'keyup', 'input', 'beforeinput', 'focus', 'blur', 'focusin', 'focusout']) {
		addEventListener(type, (e) => heard.push(type + ' ' + (e.key ?? '')), true);
	}
})()`

// TestMark: the hotkey and a click on an element say what is wrong, the hotkey and a text are a note; neither the app
// nor the recording hears of it, also where the app's policy forbids styles and scripts in the page.
func TestMark(t *testing.T) {
	app := torture(t, "content-security-policy", "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; connect-src 'self'")
	p := at(t, app, false)
	p.Click("#name")
	p.Type("NaN")
	p.Take()
	p.Eval(heard, nil)

	p.Keys("Alt+Shift+b")
	p.Click("#area")
	p.Keys("Alt+Shift+b")
	p.Click("#name")
	p.Keys("Alt+Shift+b")
	p.Type("the sum is wrong")
	p.Keys("Enter")
	p.Keys("Alt+Shift+b", "Escape")

	heard := p.Text("heard.filter((h) => !/^key(down|up) (Alt|Shift)$/.test(h)).join('|')")
	if heard != "" {
		t.Errorf("the app heard\n%s", heard)
	}
	if got := p.Text("document.activeElement.id + said.filter((s) => s !== 'shift twice').join()"); got != "name" {
		t.Errorf("focus and log of the app: %q", got)
	}
	list := p.Leave()
	var got strings.Builder
	for _, e := range list {
		switch e.Kind {
		case playback.Bug:
			value := ""
			if e.Value != nil {
				value = *e.Value
			}
			got.WriteString(strings.Join(e.CSS, " ") + ": " + e.Text + value + "\n")
		case playback.NoteKind:
			got.WriteString("note: " + e.Text + "\n")
		}
	}
	compare(t, "marks", got.String(), `
		#area: double or right
		#name: NaN
		note: the sum is wrong
	`)
	if acts := recordertest.Actions(list); acts != "type #name \"NaN\" = \"NaN\"" && acts != "" {
		t.Errorf("recorded as actions:\n%s", acts)
	}
}

// TestMarkButton: the button marks too, and its element is in no fingerprint.
func TestMarkButton(t *testing.T) {
	p := at(t, torture(t), true)
	p.Wait("document.documentElement.lastElementChild.localName === 'div'")
	if n := p.Text("R.trees().length"); n != "3" { // the document and two shadow roots of the app
		t.Errorf("the page script knows %s trees, want 3", n)
	}
	p.Eval(heard, nil)
	const button = "js:({getBoundingClientRect: () => { const r = document.documentElement.lastElementChild.getBoundingClientRect(); return {x: r.right - 20, y: r.bottom - 12, width: 1, height: 1}; }, ownerDocument: document})"
	p.Click(button)
	p.Type("by the button")
	p.Keys("Enter")
	if heard := p.Text("heard.join()"); heard != "" {
		t.Errorf("the app heard %s", heard)
	}
	list := p.Leave()
	if len(list) != 1 || list[0].Kind != playback.NoteKind || list[0].Text != "by the button" {
		t.Errorf("recorded %+v", list)
	}
}
