package chrome

import (
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/playback"
)

// TestAct performs every kind of action in one browser, each group on a fresh page.
func TestAct(t *testing.T) {
	html, err := os.ReadFile("testdata/act.html")
	if err != nil {
		t.Fatal(err)
	}
	s := scene(serve(t, map[string]string{"/": string(html)}), &router{}, nil)
	s.Content = func(b *playback.Body) ([]byte, error) { return []byte(*b.Text), nil }
	b := stage(t)
	for name, group := range map[string]func(*testing.T, player.Page){
		"click": testClick, "covered": testCovered, "keyboard": testKeyboard, "input": testInput, "pointer": testPointer,
		"files": testFiles, "clipboard": testClipboard, "dialogs": testDialogs, "breakpoint": testBreakpoint, "hover path": testHoverPath, "stopped": testStopped,
	} {
		t.Run(name, func(t *testing.T) { group(t, opened(t, b, s)) })
	}
}

// text evaluates to a string without its quotes.
func text(t *testing.T, p player.Page, expr string) string {
	t.Helper()
	v, err := p.Eval(t.Context(), player.Eval{Expr: "String(" + expr + ")"})
	if err != nil {
		t.Fatal(err)
	}
	var s string
	if err := json.Unmarshal(v.JSON, &s); err != nil {
		t.Fatalf("%s: %s", expr, v.Text)
	}
	return s
}

func css(selector string) playback.On {
	return playback.On{Target: &playback.Target{CSS: playback.CSS{selector}}}
}

func ptr[T any](v T) *T { return &v }

// step is one action and what the page must have heard and hold after it.
type step struct {
	name  string
	event playback.Event
	heard string // lines of the log; "-" where it does not matter
	expr  string // and an expression with its value
	want  string
}

func runSteps(t *testing.T, p player.Page, steps []step) {
	t.Helper()
	now := 100.0
	for _, s := range steps {
		text(t, p, "take()")
		found := act(t, p, &s.event)
		if found.Problem != "" {
			t.Errorf("%s: %s: %s", s.name, found.Problem, found.Detail)
		}
		if s.heard != "-" {
			got, want := text(t, p, "take()"), strings.ReplaceAll(strings.TrimSpace(s.heard), "\t", "")
			if got != want {
				t.Errorf("%s: the page heard\n%s\nwant\n%s", s.name, got, want)
			}
		}
		if s.expr != "" {
			if got := text(t, p, s.expr); got != s.want {
				t.Errorf("%s: %s = %q, want %q", s.name, s.expr, got, s.want)
			}
		}
		now += 50
		advance(t, p, player.Window{To: now})
	}
}

func testClick(t *testing.T, p player.Page) {
	runSteps(t, p, []step{
		{name: "plain", event: playback.Event{Kind: playback.Click, On: css("#b")}, heard: "mousedown b\nfocus b\nmouseup b\nclick b"},
		{
			name: "double", event: playback.Event{Kind: playback.Click, On: css("#b"), Count: ptr(2)},
			heard: "mousedown b\nmouseup b\nclick b\nmousedown b x2\nmouseup b x2\nclick b x2\ndblclick b x2",
		},
		{
			name: "right", event: playback.Event{Kind: playback.Click, On: css("#b"), Button: "right"},
			heard: "mousedown b button2\ncontextmenu b button2\nmouseup b button2\nauxclick b button2",
		},
		{
			name: "with a modifier", event: playback.Event{Kind: playback.Click, On: css("#b"), Modifiers: []string{"Shift"}},
			heard: `keydown b Shift,ShiftLeft,16,shift
				mousedown b shift
				mouseup b shift
				click b shift
				keyup b Shift,ShiftLeft,16`,
		},
		{name: "far away", event: playback.Event{Kind: playback.Click, On: css("#far")}, heard: "mousedown far\nblur b\nfocus far\nmouseup far\nclick far"},
		{name: "back", event: playback.Event{Kind: playback.Scroll, X: ptr(0.0), Y: ptr(0.0)}, heard: "", expr: "scrollY", want: "0"},
		{name: "in a scrolled box", event: playback.Event{Kind: playback.Click, On: css("#inbox")}, heard: "mousedown inbox\nblur far\nfocus inbox\nmouseup inbox\nclick inbox"},
		{name: "half covered", event: playback.Event{Kind: playback.Click, On: css("#half")}, heard: "mousedown half\nblur inbox\nfocus half\nmouseup half\nclick half"},
		{name: "hidden box behind its label", event: playback.Event{Kind: playback.Click, On: css("#hidden")}, heard: "-", expr: "document.querySelector('#hidden').checked", want: "true"},
	})
}

func testCovered(t *testing.T, p player.Page) {
	text(t, p, "take()")
	found := act(t, p, &playback.Event{Kind: playback.Click, On: css("#under")})
	if found.Problem != "covered" || !strings.Contains(found.Detail, "#lid") {
		t.Errorf("found %+v, want it covered by #lid", found)
	}
	if heard := text(t, p, "take()"); heard != "" {
		t.Errorf("the page heard %s", heard)
	}
	// What a development server puts over everything is not in the way.
	text(t, p, "document.querySelector('#lid').remove()")
	text(t, p, `document.body.append(Object.assign(document.createElement('vite-error-overlay'), {style: 'position: fixed; inset: 0; z-index: 9'}))`)
	if found := act(t, p, &playback.Event{Kind: playback.Click, On: css("#under")}); found.Problem != "" {
		t.Errorf("found %+v below the overlay", found)
	}
	if heard := text(t, p, "take()"); !strings.Contains(heard, "click under") {
		t.Errorf("the page heard %s", heard)
	}
}

func testKeyboard(t *testing.T, p player.Page) {
	runSteps(t, p, []step{
		{name: "focus", event: playback.Event{Kind: playback.Click, On: css("#name")}, heard: "mousedown name\nfocus name\nmouseup name\nclick name"},
		{
			name: "type", event: playback.Event{Kind: playback.Type, On: css("#name"), Text: "aB", Value: ptr("aB")},
			heard: `keydown name a,KeyA,65
				keypress name a,KeyA,97
				beforeinput name insertText,a
				input name insertText,a
				keyup name a,KeyA,65
				keydown name Shift,ShiftLeft,16,shift
				keydown name B,KeyB,66,shift
				keypress name B,KeyB,66,shift
				beforeinput name insertText,B
				input name insertText,B
				keyup name B,KeyB,66,shift
				keyup name Shift,ShiftLeft,16`,
			expr: "document.querySelector('#name').value", want: "aB",
		},
		{
			name: "append", event: playback.Event{Kind: playback.Type, On: css("#name"), Text: "é!", Value: ptr("aBé!")},
			heard: "-", expr: "document.querySelector('#name').value", want: "aBé!",
		},
		{
			name: "replace", event: playback.Event{Kind: playback.Type, On: css("#name"), Text: "x", Value: ptr("zx")},
			heard: "-", expr: "document.querySelector('#name').value", want: "zx",
		},
		{
			name: "emoji", event: playback.Event{Kind: playback.Type, On: css("#name"), Text: "👍🏽", Value: ptr("zx👍🏽")},
			heard: "beforeinput name insertText,👍🏽\ninput name insertText,👍🏽", expr: "document.querySelector('#name').value", want: "zx👍🏽",
		},
		{
			name: "japanese", event: playback.Event{Kind: playback.Type, On: css("#name"), Text: "日本", Value: ptr("zx👍🏽日本")},
			heard: "-", expr: "log.some(l => l.startsWith('compositionstart name')) + document.querySelector('#name').value", want: "truezx👍🏽日本",
		},
		{
			name: "Backspace", event: playback.Event{Kind: playback.Key, On: css("#name"), Key: "Backspace", Code: "Backspace"},
			heard: "keydown name Backspace,Backspace,8\nbeforeinput name deleteContentBackward\ninput name deleteContentBackward\nkeyup name Backspace,Backspace,8",
		},
		{
			name: "select all", event: playback.Event{Kind: playback.Key, On: css("#name"), Key: "a", Code: "KeyA", Modifiers: []string{"Control"}},
			heard: `keydown name Control,ControlLeft,17,ctrl
				keydown name a,KeyA,65,ctrl
				keyup name a,KeyA,65,ctrl
				keyup name Control,ControlLeft,17`,
			expr: "document.querySelector('#name').selectionEnd", want: "7",
		},
		{
			name: "select all of a Mac", event: playback.Event{Kind: playback.Key, On: css("#name"), Key: "a", Modifiers: []string{"Meta"}},
			heard: "-", expr: "document.querySelector('#name').selectionStart", want: "0",
		},
		{name: "clear", event: playback.Event{Kind: playback.Type, On: css("#name"), Value: ptr("")}, heard: "-", expr: "document.querySelector('#name').value", want: ""},
		{
			name: "Tab", event: playback.Event{Kind: playback.Key, Key: "Tab"}, heard: "-",
			expr: "document.activeElement.id", want: "area",
		},
		{name: "lines", event: playback.Event{Kind: playback.Type, On: css("#area"), Text: "a\nb", Value: ptr("a\nb")}, heard: "-", expr: "area.value", want: "a\nb"},
		{name: "number", event: playback.Event{Kind: playback.Type, On: css("#amount"), Text: "1.5", Value: ptr("1.5")}, heard: "-", expr: "amount.value", want: "1.5"},
		{name: "more of it", event: playback.Event{Kind: playback.Type, On: css("#amount"), Text: "7", Value: ptr("1.57")}, heard: "-", expr: "amount.value", want: "1.57"},
		{name: "rich", event: playback.Event{Kind: playback.Type, On: css("#rich"), Text: "c", Value: ptr("abc")}, heard: "-", expr: "rich.innerText", want: "abc"},
		{
			name: "Enter submits", event: playback.Event{Kind: playback.Key, On: css("#q"), Key: "Enter"},
			heard: `blur rich
				focus q
				keydown q Enter,Enter,13
				keypress q Enter,Enter,13
				beforeinput q insertLineBreak
				click button
				submit form
				keyup q Enter,Enter,13`,
		},
		{name: "Escape", event: playback.Event{Kind: playback.Key, Key: "Escape"}, heard: "keydown q Escape,Escape,27\nkeyup q Escape,Escape,27"},
		{name: "numeric pad", event: playback.Event{Kind: playback.Key, Key: "5", Code: "Numpad5"}, heard: "-", expr: "log[0] + q.value", want: "keydown q 5,Numpad5,1015"},
	})
}

func testInput(t *testing.T, p player.Page) {
	runSteps(t, p, []step{
		{name: "select", event: playback.Event{Kind: playback.Input, On: css("#sel"), Value: ptr("m")}, heard: "focus sel\ninput sel\nchange sel", expr: "sel.value", want: "m"},
		{name: "by label", event: playback.Event{Kind: playback.Input, On: css("#sel"), Value: ptr("Huge")}, heard: "input sel\nchange sel", expr: "sel.value", want: "x"},
		{name: "first option", event: playback.Event{Kind: playback.Input, On: css("#sel"), Value: ptr("s")}, heard: "input sel\nchange sel", expr: "sel.value", want: "s"},
		{name: "the same", event: playback.Event{Kind: playback.Input, On: css("#sel"), Value: ptr("s")}, heard: "", expr: "sel.value", want: "s"},
		{name: "click on it", event: playback.Event{Kind: playback.Click, On: css("#sel")}, heard: "mousedown sel\nmouseup sel\nclick sel"},
		{name: "choose in its popup", event: playback.Event{Kind: playback.Input, On: css("#sel"), Value: ptr("m")}, heard: "input sel\nchange sel", expr: "sel.value", want: "m"},
		{name: "click on an option", event: playback.Event{Kind: playback.Click, On: css("#sel option:last-child")}, heard: "input sel\nchange sel", expr: "sel.value", want: "x"},
		{name: "several", event: playback.Event{Kind: playback.Input, On: css("#multi"), Value: ptr("a,c")}, heard: "input multi untrusted\nchange multi untrusted", expr: "[...multi.selectedOptions].map(o => o.text)", want: "a,c"},
		{name: "check", event: playback.Event{Kind: playback.Input, On: css("#check"), Checked: ptr(true)}, heard: "mousedown check\nblur sel\nfocus check\nmouseup check\nclick check\ninput check\nchange check", expr: "check.checked", want: "true"},
		{name: "checked already", event: playback.Event{Kind: playback.Input, On: css("#check"), Checked: ptr(true)}, heard: ""},
		{name: "radio", event: playback.Event{Kind: playback.Input, On: css("#r2"), Checked: ptr(true)}, heard: "-", expr: "r2.checked", want: "true"},
		{name: "range", event: playback.Event{Kind: playback.Input, On: css("#range"), Value: ptr("8")}, heard: "blur r2\nfocus range\ninput range\nchange range", expr: "range.value", want: "8"},
		{name: "range at its start", event: playback.Event{Kind: playback.Input, On: css("#range"), Value: ptr("0")}, heard: "input range\nchange range", expr: "range.value", want: "0"},
		{name: "date", event: playback.Event{Kind: playback.Input, On: css("#date"), Value: ptr("2026-11-21")}, heard: "blur range\nfocus date\ninput date untrusted\nchange date untrusted", expr: "date.value", want: "2026-11-21"},
		{name: "time", event: playback.Event{Kind: playback.Input, On: css("#time"), Value: ptr("18:55")}, heard: "-", expr: "time.value", want: "18:55"},
		{name: "colour", event: playback.Event{Kind: playback.Input, On: css("#colour"), Value: ptr("#ff8800")}, heard: "-", expr: "colour.value", want: "#ff8800"},
		{name: "autofill", event: playback.Event{Kind: playback.Input, On: css("#name"), Value: ptr("Ana")}, heard: "-", expr: "document.querySelector('#name').value", want: "Ana"},
		{name: "rich", event: playback.Event{Kind: playback.Input, On: css("#rich"), Value: ptr("new")}, heard: "-", expr: "rich.innerText", want: "new"},
	})
	f := act(t, p, &playback.Event{Kind: playback.Input, On: css("#sel"), Value: ptr("nothing")})
	if f.Problem != "not found" || !strings.Contains(f.Detail, "nothing") {
		t.Errorf("an option that is not there: %+v", f)
	}
	if f := act(t, p, &playback.Event{Kind: playback.Input, On: css("#date"), Value: ptr("yesterday")}); f.Problem == "" {
		t.Error("a date took \"yesterday\"")
	}
}

func testPointer(t *testing.T, p player.Page) {
	runSteps(t, p, []step{
		{name: "hover opens", event: playback.Event{Kind: playback.Hover, On: css("#menu")}, heard: "", expr: "item.checkVisibility()", want: "true"},
		{name: "and its item is clicked", event: playback.Event{Kind: playback.Click, On: css("#item")}, heard: "-", expr: "log.includes('click item')", want: "true"},
		{name: "element relative point", event: playback.Event{Kind: playback.Drag, On: playback.On{Target: &playback.Target{CSS: playback.CSS{"#canvas"}, XY: &[2]float64{10, 20}}}, Path: [][3]float64{{0, 610, 240}, {10, 650, 250}, {20, 700, 260}}},
			heard: "mousedown canvas\nmouseup canvas\nclick canvas", expr: "drawn[0] + ' ' + drawn.at(-1)", want: "10,20 100,40"},
		{name: "drag and drop", event: playback.Event{Kind: playback.Drag, On: css("#card"), To: css("#zone")}, heard: "mousedown card\ndragstart card\ndragenter card\ndragenter body\ndragenter zone\ndrop zone\ndropped card\ndragend card"},
		{name: "scroll a box", event: playback.Event{Kind: playback.Scroll, On: css("#box"), Y: ptr(300.0)}, heard: "", expr: "box.scrollTop", want: "300"},
		{name: "scroll", event: playback.Event{Kind: playback.Scroll, Y: ptr(500.0)}, heard: "", expr: "scrollY", want: "500"},
	})
	if f := act(t, p, &playback.Event{Kind: playback.Scroll, Y: ptr(90000.0)}); f.Problem != "" {
		t.Errorf("after waiting, a scroll goes as far as it can: %+v", f)
	}
}

func testFiles(t *testing.T, p player.Page) {
	files := []playback.FileRef{
		{Name: "../../a.txt", LastModified: 1795287300123, Body: &playback.Body{Text: ptr("hello")}},
		{Name: "b.csv", LastModified: 1795287300000, Body: &playback.Body{Text: ptr("1")}},
	}
	runSteps(t, p, []step{
		{name: "choose", event: playback.Event{Kind: playback.Upload, On: css("#file"), Files: files}, heard: "input file\nchange file", expr: "[...file.files].map(f => f.name + f.size + ' ' + f.lastModified)", want: "a.txt5 1795287300123,b.csv1 1795287300000"},
		{name: "ask", event: playback.Event{Kind: playback.Click, On: css("#ask")}, heard: "-"},
		{name: "answer", event: playback.Event{Kind: playback.Upload, On: css("#nowhere"), Files: files[:1]}, heard: "asked a.txt"},
		{name: "drop", event: playback.Event{Kind: playback.Upload, On: css("#dropfiles"), Files: files[1:]}, heard: "dragenter dropfiles\ndrop dropfiles\ndropped b.csv1"},
		{name: "clear", event: playback.Event{Kind: playback.Upload, On: css("#file")}, heard: "-", expr: "file.files.length", want: "0"},
	})
}

func testClipboard(t *testing.T, p player.Page) {
	runSteps(t, p, []step{
		{name: "paste", event: playback.Event{Kind: playback.Clipboard, On: css("#name"), Op: "paste", Text: "from elsewhere"},
			heard: "focus name\npaste name\npasted from elsewhere\nbeforeinput name insertFromPaste,from elsewhere\ninput name insertFromPaste,from elsewhere", expr: "document.querySelector('#name').value", want: "from elsewhere"},
		{name: "all", event: playback.Event{Kind: playback.Key, Key: "a", Modifiers: []string{"Control"}}, heard: "-"},
		{name: "copy", event: playback.Event{Kind: playback.Clipboard, Op: "copy"}, heard: "copy name"},
		{name: "the key pastes nothing", event: playback.Event{Kind: playback.Key, Key: "v", Modifiers: []string{"Control"}},
			heard: "keydown name Control,ControlLeft,17,ctrl\nkeydown name v,KeyV,86,ctrl\nkeyup name v,KeyV,86,ctrl\nkeyup name Control,ControlLeft,17"},
		{name: "cut", event: playback.Event{Kind: playback.Clipboard, Op: "cut"}, heard: "cut name\nbeforeinput name deleteByCut\ninput name deleteByCut", expr: "document.querySelector('#name').value", want: ""},
	})
}

func testDialogs(t *testing.T, p player.Page) {
	text(t, p, `(document.querySelector('#b').onclick = () => { window.said = [confirm('sure?'), prompt('name?', 'x')]; }, '')`)
	click := &playback.Event{Kind: playback.Click, On: css("#b")}
	if f := act(t, p, click); f.Problem != "" {
		t.Fatalf("%+v", f)
	}
	act(t, p, &playback.Event{Kind: playback.Dialog, Accept: ptr(false)})
	advance(t, p, player.Window{To: 150})
	act(t, p, &playback.Event{Kind: playback.Dialog, Accept: ptr(true), Text: "Ana"})
	advance(t, p, player.Window{To: 200})
	if got := text(t, p, "JSON.stringify(said)"); got != `[false,"Ana"]` {
		t.Errorf("the dialogs returned %s", got)
	}
	// Without lines for them, dialogs are accepted and the next action goes on.
	act(t, p, click)
	for range 2 {
		act(t, p, &playback.Event{Kind: playback.Key, Key: "Shift"})
	}
	advance(t, p, player.Window{To: 300})
	if got := text(t, p, "JSON.stringify(said)"); got != `[true,"x"]` {
		t.Errorf("the dialogs returned %s", got)
	}
	if f := act(t, p, &playback.Event{Kind: playback.Dialog}); f.Problem != "not found" {
		t.Errorf("an answer to no dialog: %+v", f)
	}
}

// A breakpoint that a click meets does not hold the click up: the debugger has to show where the page stands.
func testBreakpoint(t *testing.T, p player.Page) {
	s := p.(*page).active.session
	if err := s.Call(t.Context(), "Debugger.enable", nil, nil); err != nil {
		t.Fatal(err)
	}
	text(t, p, "(document.querySelector('#b').onclick = () => { debugger; window.passed = true; }, '')")
	if f := act(t, p, &playback.Event{Kind: playback.Click, On: css("#b")}); f.Problem != "" {
		t.Fatalf("%+v", f)
	}
	if !p.(*page).active.actor.isPaused() {
		t.Error("the click returned before the breakpoint was reached")
	}
	if err := s.Call(t.Context(), "Debugger.resume", nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := text(t, p, "window.passed"); got != "true" {
		t.Errorf("after resume: passed = %s", got)
	}
}

// The recorded way of the pointer opens what it crosses.
func testHoverPath(t *testing.T, p player.Page) {
	text(t, p, `(() => {
		window.crossed = [];
		for (const id of ['under', 'half', 'b', 'menu']) document.getElementById(id).addEventListener('mouseenter', () => crossed.push(id));
		lid.remove();
		return '';
	})()`)
	path := [][3]float64{{0, 400, 600}}
	for x := 620.0; x < 900; x += 5 {
		path = append(path, [3]float64{x, x, 30})
	}
	act(t, p, &playback.Event{Kind: playback.Hover, On: css("#menu"), Path: append(path, [3]float64{990, 0, 0})})
	if got := text(t, p, "crossed"); got != "under,half,menu" {
		t.Errorf("the pointer crossed %s", got)
	}
}

// A dialog in the middle of an action leaves nothing silent.
func testStopped(t *testing.T, p player.Page) {
	text(t, p, "(document.querySelector('#name').onkeydown = (e) => { if (e.key === 'v') alert('no'); }, '')")
	act(t, p, &playback.Event{Kind: playback.Key, On: css("#name"), Key: "v", Modifiers: []string{"Control"}})
	act(t, p, &playback.Event{Kind: playback.Dialog})
	advance(t, p, player.Window{To: 150})
	act(t, p, &playback.Event{Kind: playback.Clipboard, On: css("#name"), Op: "paste", Text: "text"})
	if got := text(t, p, "log.includes('pasted text')"); got != "true" {
		t.Errorf("the page heard %s", text(t, p, "take()"))
	}
}
