package recordertest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// Modifier keys, as the protocol counts them.
const (
	Alt = 1 << iota
	Ctrl
	Meta
	Shift
)

const mouse, key, dragEvent = "Input.dispatchMouseEvent", "Input.dispatchKeyEvent", "Input.dispatchDragEvent"

// point is where an element is in the viewport: an expression gives it, and frames around it count. dx and dy are shares
// of its size.
func (p *Person) point(expr string, dx, dy float64) (x, y float64) {
	p.t.Helper()
	var at [2]float64
	p.Eval(`((e, dx, dy) => {
		e.scrollIntoViewIfNeeded?.();
		const r = e.getBoundingClientRect();
		let [x, y] = [r.x + r.width * dx, r.y + r.height * dy];
		for (let w = e.ownerDocument.defaultView; w.frameElement; w = w.parent) {
			const f = w.frameElement.getBoundingClientRect();
			x += f.x + w.frameElement.clientLeft; y += f.y + w.frameElement.clientTop;
		}
		return [x, y];
	})(`+element(expr)+`, `+num(dx)+`, `+num(dy)+`)`, &at)
	return at[0], at[1]
}

// element is the expression for an element: CSS, or JavaScript after "js:".
func element(expr string) string {
	if js, ok := strings.CutPrefix(expr, "js:"); ok {
		return js
	}
	return "document.querySelector(" + quote(expr) + ")"
}

// Move moves the pointer to the middle of an element.
func (p *Person) Move(expr string) {
	p.t.Helper()
	x, y := p.point(expr, 0.5, 0.5)
	p.Call(mouse, params{"type": "mouseMoved", "x": x, "y": y}, nil)
}

// Press is how a button is pressed: the zero value is one left click.
type Press struct {
	Button    string // "left" where empty
	Count     int    // clicks; 1 where 0
	Modifiers int
	DX, DY    float64 // where in the element, as shares of its size; the middle where both are 0
}

// Click clicks on an element.
func (p *Person) Click(expr string) { p.t.Helper(); p.Press(expr, Press{}) }

// ClickAway clicks on an element that closes the tab: the release may find nobody to answer.
func (p *Person) ClickAway(expr string) {
	p.t.Helper()
	x, y := p.point(expr, 0.5, 0.5)
	p.Call(mouse, params{"type": "mouseMoved", "x": x, "y": y}, nil)
	p.Call(mouse, params{"type": "mousePressed", "x": x, "y": y, "button": "left", "clickCount": 1}, nil)
	p.s.Go(mouse, params{"type": "mouseReleased", "x": x, "y": y, "button": "left", "clickCount": 1})
	p.Gone()
}

// Press clicks on an element.
func (p *Person) Press(expr string, o Press) {
	p.t.Helper()
	if o.Button == "" {
		o.Button = "left"
	}
	if o.DX == 0 && o.DY == 0 {
		o.DX, o.DY = 0.5, 0.5
	}
	x, y := p.point(expr, o.DX, o.DY)
	at := func(typ string, n int) params {
		return params{"type": typ, "x": x, "y": y, "button": o.Button, "clickCount": n, "modifiers": o.Modifiers}
	}
	p.Call(mouse, params{"type": "mouseMoved", "x": x, "y": y}, nil)
	for n := 1; n <= max(o.Count, 1); n++ {
		p.Call(mouse, at("mousePressed", n), nil)
		p.Call(mouse, at("mouseReleased", n), nil)
	}
}

// Drag presses on an element, moves by the steps (dx, dy in CSS px, each from the last point) and releases.
func (p *Person) Drag(expr string, steps ...[2]float64) {
	p.t.Helper()
	x, y := p.point(expr, 0.5, 0.5)
	p.Call(mouse, params{"type": "mouseMoved", "x": x, "y": y}, nil)
	p.Call(mouse, params{"type": "mousePressed", "x": x, "y": y, "button": "left", "clickCount": 1}, nil)
	for _, s := range steps {
		x, y = x+s[0], y+s[1]
		p.Call(mouse, params{"type": "mouseMoved", "x": x, "y": y, "button": "left", "buttons": 1}, nil)
	}
	p.Call(mouse, params{"type": "mouseReleased", "x": x, "y": y, "button": "left", "clickCount": 1}, nil)
}

// DragTo drags an element onto another one by the drag and drop of HTML, or, where files is not empty, drops files from
// outside the browser on it.
func (p *Person) DragTo(from, to string, files ...string) {
	p.t.Helper()
	bx, by := p.point(to, 0.5, 0.5)
	var data any = params{"items": []params{}, "files": files, "dragOperationsMask": 1}
	if len(files) == 0 {
		ax, ay := p.point(from, 0.5, 0.5)
		p.Call("Input.setInterceptDrags", params{"enabled": true}, nil)
		p.Call(mouse, params{"type": "mouseMoved", "x": ax, "y": ay}, nil)
		p.Call(mouse, params{"type": "mousePressed", "x": ax, "y": ay, "button": "left", "clickCount": 1}, nil)
		for i := 1; i <= 3; i++ {
			p.Call(mouse, params{"type": "mouseMoved", "x": ax + float64(4*i), "y": ay + float64(4*i), "button": "left", "buttons": 1}, nil)
		}
		data = p.dragged()
	}
	for _, typ := range []string{"dragEnter", "dragOver", "drop"} {
		p.Call(dragEvent, params{"type": typ, "x": bx, "y": by, "data": data}, nil)
	}
	if len(files) == 0 {
		p.Call(mouse, params{"type": "mouseReleased", "x": bx, "y": by, "button": "left", "clickCount": 1}, nil)
		p.Call("Input.setInterceptDrags", params{"enabled": false}, nil)
	}
}

// dragged waits for what the page drags.
func (p *Person) dragged() jsontext.Value {
	p.t.Helper()
	select {
	case data := <-p.drags:
		return data
	case <-p.t.Context().Done():
		p.t.Fatal("no drag begins")
		return nil
	}
}

// Wheel turns the wheel above an element.
func (p *Person) Wheel(expr string, dx, dy float64) {
	p.t.Helper()
	x, y := p.point(expr, 0.5, 0.5)
	p.Call(mouse, params{"type": "mouseWheel", "x": x, "y": y, "deltaX": dx, "deltaY": dy}, nil)
}

// Touch taps on an element.
func (p *Person) Touch(expr string) {
	p.t.Helper()
	x, y := p.point(expr, 0.5, 0.5)
	p.Call("Input.dispatchTouchEvent", params{"type": "touchStart", "touchPoints": []params{{"x": x, "y": y}}}, nil)
	p.Call("Input.dispatchTouchEvent", params{"type": "touchEnd", "touchPoints": []params{}}, nil)
}

// named are the keys that write nothing by their name: virtual key code and text.
var named = map[string]struct {
	code int
	text string
}{
	"Enter": {13, "\r"}, "Tab": {9, ""}, "Escape": {27, ""}, "Backspace": {8, ""}, "Delete": {46, ""}, "Home": {36, ""}, "End": {35, ""},
	"ArrowLeft": {37, ""}, "ArrowUp": {38, ""}, "ArrowRight": {39, ""}, "ArrowDown": {40, ""}, "PageDown": {34, ""}, "F2": {113, ""},
	"Shift": {16, ""}, "Control": {17, ""}, "Alt": {18, ""},
}

// Keys presses named keys one after the other; "Control+a" and "Shift+Tab" hold a modifier meanwhile.
func (p *Person) Keys(names ...string) {
	p.t.Helper()
	for _, name := range names {
		parts := strings.Split(name, "+")
		bits := 0
		for _, m := range parts[:len(parts)-1] {
			bits |= map[string]int{"Alt": Alt, "Control": Ctrl, "Meta": Meta, "Shift": Shift}[m]
			p.Call(key, params{"type": "rawKeyDown", "key": m, "code": m + "Left", "windowsVirtualKeyCode": named[m].code, "modifiers": bits}, nil)
		}
		p.stroke(parts[len(parts)-1], bits)
		for _, m := range slices.Backward(parts[:len(parts)-1]) {
			p.Call(key, params{"type": "keyUp", "key": m, "code": m + "Left", "windowsVirtualKeyCode": named[m].code}, nil)
		}
	}
}

func (p *Person) stroke(name string, bits int) {
	p.t.Helper()
	e := params{"key": name, "code": name, "modifiers": bits, "windowsVirtualKeyCode": named[name].code}
	text := named[name].text
	if len([]rune(name)) == 1 {
		text = name
		e["code"], e["windowsVirtualKeyCode"] = codeOf(name), virtualKey(name)
	}
	down := params{"type": "rawKeyDown"}
	if text != "" && bits&(Ctrl|Alt|Meta) == 0 {
		down = params{"type": "keyDown", "text": text}
	}
	for k, v := range e {
		down[k] = v
	}
	p.Call(key, down, nil)
	e["type"] = "keyUp"
	p.Call(key, e, nil)
}

// virtualKey is the code of a key that writes a character, on a keyboard of the US. A character's own number would be
// another key's: that of a full stop is Delete's.
func virtualKey(name string) int {
	if k, ok := map[string]int{
		";": 186, "=": 187, ",": 188, "-": 189, ".": 190, "/": 191, "[": 219, "]": 221, "'": 222, "@": 50, "#": 51, "_": 189, ":": 186, "!": 49, "?": 191,
	}[name]; ok {
		return k
	}
	return int(strings.ToUpper(name)[0])
}

func codeOf(name string) string {
	switch r := rune(strings.ToUpper(name)[0]); {
	case r >= 'A' && r <= 'Z':
		return "Key" + string(r)
	case r >= '0' && r <= '9':
		return "Digit" + string(r)
	}
	return ""
}

// AltGr writes a character that stands on the third level of a key, as Linux reports it.
func (p *Person) AltGr(char, code string) {
	p.t.Helper()
	p.Call(key, params{"type": "rawKeyDown", "key": "AltGraph", "code": "AltRight", "windowsVirtualKeyCode": 225}, nil)
	p.Call(key, params{"type": "keyDown", "key": char, "code": code, "text": char}, nil)
	p.Call(key, params{"type": "keyUp", "key": char, "code": code}, nil)
	p.Call(key, params{"type": "keyUp", "key": "AltGraph", "code": "AltRight", "windowsVirtualKeyCode": 225}, nil)
}

// Repeat holds a named key down until it has been repeated n times.
func (p *Person) Repeat(name string, n int) {
	p.t.Helper()
	e := params{"type": "rawKeyDown", "key": name, "code": name, "windowsVirtualKeyCode": named[name].code}
	for range n {
		p.Call(key, e, nil)
		e["autoRepeat"] = true
	}
	p.Call(key, params{"type": "keyUp", "key": name, "code": name, "windowsVirtualKeyCode": named[name].code}, nil)
}

// Type types characters key by key.
func (p *Person) Type(text string) {
	p.t.Helper()
	for _, r := range text {
		if unicode.IsUpper(r) {
			p.Call(key, params{"type": "rawKeyDown", "key": "Shift", "code": "ShiftLeft", "windowsVirtualKeyCode": 16, "modifiers": Shift}, nil)
			p.stroke(string(r), Shift)
			p.Call(key, params{"type": "keyUp", "key": "Shift", "code": "ShiftLeft", "windowsVirtualKeyCode": 16}, nil)
			continue
		}
		p.stroke(string(r), 0)
	}
}

// Compose writes text through an input method, which shows it in steps first.
func (p *Person) Compose(text string, steps ...string) {
	p.t.Helper()
	for _, s := range steps {
		n := len([]rune(s))
		p.Call("Input.imeSetComposition", params{"text": s, "selectionStart": n, "selectionEnd": n}, nil)
	}
	p.Call("Input.insertText", params{"text": text}, nil)
}

// Command runs a command of the editor, as a menu or a shortcut does: "Copy", "Cut", "Paste", "Undo".
func (p *Person) Command(name string) {
	p.t.Helper()
	p.Call(key, params{"type": "rawKeyDown", "commands": []string{name}}, nil)
}

// File writes a file for the time of the test and returns its path.
func (p *Person) File(name, content string) string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// Choose gives files to a file input.
func (p *Person) Choose(css string, paths ...string) {
	p.t.Helper()
	var o struct {
		Result struct {
			ID string `json:"objectId"`
		} `json:"result"`
	}
	p.Call("Runtime.evaluate", params{"expression": element(css)}, &o)
	p.Call("DOM.setFileInputFiles", params{"files": paths, "objectId": o.Result.ID}, nil)
}
