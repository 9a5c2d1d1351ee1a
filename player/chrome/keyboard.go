package chrome

import (
	"context"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"restep/player"
	"restep/player/playback"
)

const dispatchKey = "Input.dispatchKeyEvent"

// keyEvent is a key event as CDP takes it.
type keyEvent struct {
	Type       string   `json:"type"` // "rawKeyDown" where nothing is written, "keyDown" otherwise, "keyUp"
	Modifiers  int      `json:"modifiers,omitzero"`
	Text       string   `json:"text,omitzero"`
	Unmodified string   `json:"unmodifiedText,omitzero"`
	Key        string   `json:"key,omitzero"`
	Code       string   `json:"code,omitzero"`
	VK         int      `json:"windowsVirtualKeyCode,omitzero"`
	NativeVK   int      `json:"nativeVirtualKeyCode,omitzero"`
	Location   int      `json:"location,omitzero"`
	Keypad     bool     `json:"isKeypad,omitzero"`
	Commands   []string `json:"commands,omitzero"` // of the editor, where the platform binds them
}

// down and up are the two events of a stroke.
func (s stroke) down(h held) keyEvent {
	e := s.event(h)
	e.Type = "rawKeyDown"
	if s.text != "" && (h&(control|alt|meta) == 0 || s.third(h)) {
		e.Type, e.Text, e.Unmodified = "keyDown", s.text, s.text
	}
	return e
}

// third reports whether the modifiers only reach the third level of the keyboard: AltGr, which Windows reports as
// Control and Alt, or Option of a Mac. Such a key writes its character, which is none that a shortcut would have.
func (s stroke) third(h held) bool {
	r, size := utf8.DecodeRuneInString(s.text)
	if size != len(s.text) || h&alt == 0 || h&meta != 0 || s.key != s.text {
		return false
	}
	return r >= utf8.RuneSelf || h&control != 0 && unicode.IsPrint(r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' '
}

func (s stroke) up(h held) keyEvent {
	e := s.event(h)
	e.Type = "keyUp"
	return e
}

func (s stroke) event(h held) keyEvent {
	e := keyEvent{
		Modifiers: h.bits(), Key: s.key, Code: s.code, VK: s.vk, NativeVK: s.vk, Keypad: s.location == 3,
	}
	if s.location < 3 { // CDP tells the numeric pad by isKeypad
		e.Location = s.location
	}
	return e
}

// hold presses modifier keys, as the user has to before anything else.
func (a *actor) hold(h held) {
	var now held
	for _, m := range modifiers {
		if h&held(m.bit) != 0 {
			now |= held(m.bit)
			a.s.Go(dispatchKey, stroke{key: m.key, code: m.code, vk: m.vk, location: 1}.down(now))
		}
	}
}

// loosen releases modifier keys. It is called with the error of what was done while they were held, and returns that:
// they are released also where a breakpoint has stopped it. Behind a dialog the page never hears of it, as with a real
// keyboard: the dialog has the focus.
func (a *actor) loosen(ctx context.Context, h held, err error) error {
	now := h
	for i := len(modifiers) - 1; i >= 0; i-- {
		m := modifiers[i]
		if now&held(m.bit) == 0 {
			continue
		}
		now &^= held(m.bit)
		a.s.Go(dispatchKey, stroke{key: m.key, code: m.code, vk: m.vk, location: 1}.up(now))
	}
	if h == 0 || err != nil {
		return err
	}
	return a.flush(ctx)
}

// key presses one key with its modifiers, on the element of the line where there is one, else where the focus is.
func (a *actor) key(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	s, err := strokeNamed(e.Key, e.Code)
	if err != nil {
		return player.Found{}, err
	}
	mods, err := modifiersOf(e.Modifiers)
	if err != nil {
		return player.Found{}, err
	}
	p := &place{docs: []document{top}}
	if e.On.Target != nil {
		o := findOptions{Last: last, Hidden: true}
		if p, err = a.findThen(ctx, e.Frame, e.On.Target, o, "(R.focus(''), true)", nil); err != nil {
			return player.Found{}, err
		}
	}
	clip := clipboardKey(s, mods)
	if clip {
		// What goes to and comes from the clipboard is a line of its own.
		if err := a.hush(ctx, p.doc(), "paste", "cut", "copy"); err != nil {
			return p.found, err
		}
	}
	if err := a.pressKey(ctx, s, mods); err != nil {
		return p.found, err
	}
	if clip {
		return p.found, a.unhush(ctx)
	}
	return p.found, nil
}

// pressKey presses and releases a key while modifier keys are held. A modifier pressed alone is its own modifier.
func (a *actor) pressKey(ctx context.Context, s stroke, mods held) error {
	own := held(0)
	for _, m := range modifiers {
		if m.key == s.key {
			own = held(m.bit)
		}
	}
	mods &^= own
	a.hold(mods)
	if s.shift && mods&(control|alt|meta) == 0 && mods&shift == 0 {
		// The line says "A" without Shift: caps lock was on. The character is what counts.
		s.shift = false
	}
	down := s.down(mods | own)
	down.Commands = editing(s.key, mods, runtime.GOOS)
	a.s.Go(dispatchKey, down)
	return a.loosen(ctx, mods, a.s.Call(ctx, dispatchKey, s.up(mods), nil))
}

func clipboardKey(s stroke, h held) bool {
	switch {
	case h&(control|meta) != 0 && h&alt == 0:
		return strings.Contains("vxc", strings.ToLower(s.key)) && len(s.key) == 1 || s.key == "Insert"
	case h == shift:
		return s.key == "Insert" || s.key == "Delete"
	}
	return false
}

// editing returns the editor's commands for a shortcut of the recorded machine that this machine does not bind:
// Chromium binds Control elsewhere, but on macOS it leaves all bindings to the system, which input from here never
// meets. Names are those of Chromium's editor commands.
func editing(key string, h held, goos string) []string {
	foreign := h&meta != 0 && goos != "darwin" || h&(meta|control) != 0 && goos == "darwin"
	if !foreign || h&alt != 0 {
		return nil
	}
	extend := ""
	if h&shift != 0 {
		extend = "AndModifySelection"
	}
	switch strings.ToLower(key) {
	case "a":
		return []string{"SelectAll"}
	case "z":
		if extend != "" {
			return []string{"Redo"}
		}
		return []string{"Undo"}
	case "y":
		return []string{"Redo"}
	case "b":
		return []string{"ToggleBold"}
	case "i":
		return []string{"ToggleItalic"}
	case "u":
		return []string{"ToggleUnderline"}
	case "backspace":
		return []string{"DeleteToBeginningOfLine"}
	case "arrowleft":
		return []string{"MoveToBeginningOfLine" + extend}
	case "arrowright":
		return []string{"MoveToEndOfLine" + extend}
	case "arrowup":
		return []string{"MoveToBeginningOfDocument" + extend}
	case "arrowdown":
		return []string{"MoveToEndOfDocument" + extend}
	}
	return nil
}

// typing types the text of a line into its field so that the field then holds the line's value.
func (a *actor) typing(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	return a.fillText(ctx, e, e.Text, e.Value, last)
}

// aimJS is what R.aimText returns.
type aimJS struct {
	Problem   string `json:"problem"`
	Type      string `json:"type"`
	Clear     bool   `json:"clear"`
	Multiline bool   `json:"multiline"`
}

// fillText types text, or whatever makes the value; without an element it types where the focus is.
func (a *actor) fillText(ctx context.Context, e *playback.Event, text string, value *string, last bool) (player.Found, error) {
	if e.On.Target == nil {
		return player.Found{}, a.write(ctx, text, true)
	}
	want := "undefined"
	if value != nil {
		want = js(*value)
	}
	var aim aimJS
	p, err := a.findThen(ctx, e.Frame, e.On.Target, findOptions{Last: last}, "R.aimText("+js(text)+", "+want+")", &aim)
	if err != nil {
		return player.Found{}, err
	}
	if aim.Problem != "" {
		p.found.Problem, p.found.Detail = "not found", aim.Problem
		return player.Found{}, &problem{p.found}
	}
	if aim.Clear {
		return p.found, a.pressKey(ctx, named["Delete"].as("Delete"), 0)
	}
	return p.found, a.write(ctx, aim.Type, aim.Multiline)
}

func (s stroke) as(key string) stroke {
	s.key = key
	return s
}

// maxStrokes is the length in characters from which text is put in at once.
const maxStrokes = 4096

// write types characters: by keys where a keyboard has them, else as an input method does.
func (a *actor) write(ctx context.Context, text string, multiline bool) error {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if len(text) > maxStrokes {
		return a.s.Call(ctx, "Input.insertText", params{"text": text}, nil)
	}
	for text != "" {
		n := strings.IndexFunc(text, func(r rune) bool { return !typable(r) })
		if n < 0 {
			n = len(text)
		}
		if n > 0 {
			if err := a.strokes(ctx, text[:n], multiline); err != nil {
				return err
			}
			text = text[n:]
			continue
		}
		if n = strings.IndexFunc(text, typable); n < 0 {
			n = len(text)
		}
		if err := a.compose(ctx, text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// typable reports whether some keyboard has a key for the character: letters of alphabets, signs, line ends.
func typable(r rune) bool {
	if _, ok := strokeOf(r); ok || r == '\n' {
		return true
	}
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		return false
	}
	return r < 0x2000 && (unicode.IsLetter(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)) || strings.ContainsRune("€–—‘’“”„…", r)
}

// strokes types characters key by key; all events are sent ahead, only the last one's reply is awaited.
func (a *actor) strokes(ctx context.Context, text string, multiline bool) error {
	var mods held
	for _, r := range text {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s, _ := strokeOf(r)
		if r == '\n' {
			if !multiline {
				continue // Enter would submit; where the user pressed it there is a key line
			}
			s = named["Enter"].as("Enter")
		}
		if s.shift != (mods != 0) {
			mods = a.shiftTo(s.shift)
		}
		a.s.Go(dispatchKey, s.down(mods))
		a.s.Go(dispatchKey, s.up(mods))
	}
	if mods != 0 {
		a.shiftTo(false)
	}
	return a.flush(ctx)
}

func (a *actor) shiftTo(down bool) held {
	s := named["Shift"].as("Shift")
	if down {
		a.s.Go(dispatchKey, s.down(shift))
		return shift
	}
	a.s.Go(dispatchKey, s.up(0))
	return 0
}

// compose puts in what no key writes: scripts that need an input method by a composition, emoji by one insertion.
func (a *actor) compose(ctx context.Context, text string) error {
	if strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
	}) {
		end := len(utf16.Encode([]rune(text)))
		p := params{"text": text, "selectionStart": end, "selectionEnd": end}
		if err := a.s.Call(ctx, "Input.imeSetComposition", p, nil); err != nil {
			return err
		}
	}
	return a.s.Call(ctx, "Input.insertText", params{"text": text}, nil)
}
