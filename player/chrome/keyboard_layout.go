package chrome

import (
	"fmt"
	"strings"
)

// modifier is a modifier key with its bit in CDP's Input.dispatchKeyEvent.
type modifier struct {
	bit  int
	key  string
	code string
	vk   int
}

// modifiers are in the order in which they are pressed.
var modifiers = [...]modifier{
	{2, "Control", "ControlLeft", 17}, {1, "Alt", "AltLeft", 18}, {8, "Shift", "ShiftLeft", 16}, {4, "Meta", "MetaLeft", 91},
}

// held is a set of modifier keys, a sum of CDP's bits.
type held int

const (
	alt     held = 1
	control held = 2
	meta    held = 4
	shift   held = 8
)

func (h held) bits() int { return int(h) }

// modifiersOf reads the modifiers of a line, as KeyboardEvent.getModifierState names them; Ctrl, Cmd and Option are
// understood too.
func modifiersOf(names []string) (held, error) {
	var h held
	for _, n := range names {
		switch strings.ToLower(n) {
		case "alt", "option":
			h |= alt
		case "control", "ctrl":
			h |= control
		case "meta", "cmd", "command", "os":
			h |= meta
		case "shift":
			h |= shift
		case "altgraph", "capslock", "numlock", "scrolllock", "fn":
			// They change what key is, which the line has anyway.
		default:
			return 0, fmt.Errorf("unknown modifier %q", n)
		}
	}
	return h, nil
}

// stroke is a key: what KeyboardEvent says of it, and the Windows virtual-key code that Chromium calls keyCode.
type stroke struct {
	key, code string
	vk        int
	text      string // what it writes; "" for keys that write nothing
	shift     bool   // needs Shift on a US keyboard
	location  int    // 0 standard, 1 left, 2 right, 3 numeric pad
}

// named are the keys that write nothing, and Enter: KeyboardEvent.key -> code and virtual-key code
// (https://www.w3.org/TR/uievents-key/).
var named = map[string]stroke{
	"Enter": {code: "Enter", vk: 13, text: "\r"}, "Tab": {code: "Tab", vk: 9}, "Escape": {code: "Escape", vk: 27},
	"Backspace": {code: "Backspace", vk: 8}, "Delete": {code: "Delete", vk: 46}, "Insert": {code: "Insert", vk: 45},
	"ArrowLeft": {code: "ArrowLeft", vk: 37}, "ArrowUp": {code: "ArrowUp", vk: 38},
	"ArrowRight": {code: "ArrowRight", vk: 39}, "ArrowDown": {code: "ArrowDown", vk: 40},
	"Home": {code: "Home", vk: 36}, "End": {code: "End", vk: 35},
	"PageUp": {code: "PageUp", vk: 33}, "PageDown": {code: "PageDown", vk: 34},
	"Control": {code: "ControlLeft", vk: 17, location: 1}, "Shift": {code: "ShiftLeft", vk: 16, location: 1},
	"Alt": {code: "AltLeft", vk: 18, location: 1}, "Meta": {code: "MetaLeft", vk: 91, location: 1},
	"AltGraph": {code: "AltRight", vk: 18, location: 2}, "CapsLock": {code: "CapsLock", vk: 20},
	"NumLock": {code: "NumLock", vk: 144}, "ScrollLock": {code: "ScrollLock", vk: 145},
	"ContextMenu": {code: "ContextMenu", vk: 93}, "Pause": {code: "Pause", vk: 19},
	"PrintScreen": {code: "PrintScreen", vk: 44}, "Clear": {code: "NumLock", vk: 12},
}

// punctuation are the other keys of a US keyboard: code, virtual-key code, plain and shifted character.
var punctuation = [...]struct {
	code           string
	vk             int
	plain, shifted rune
}{
	{"Space", 32, ' ', ' '}, {"Semicolon", 186, ';', ':'}, {"Equal", 187, '=', '+'}, {"Comma", 188, ',', '<'},
	{"Minus", 189, '-', '_'}, {"Period", 190, '.', '>'}, {"Slash", 191, '/', '?'}, {"Backquote", 192, '`', '~'},
	{"BracketLeft", 219, '[', '{'}, {"Backslash", 220, '\\', '|'}, {"BracketRight", 221, ']', '}'}, {"Quote", 222, '\'', '"'},
}

const shiftedDigits = ")!@#$%^&*("

// strokeOf returns the key of a US keyboard that writes a character, and whether there is one.
func strokeOf(r rune) (stroke, bool) {
	s := stroke{key: string(r), text: string(r)}
	switch {
	case r >= 'a' && r <= 'z':
		s.code, s.vk = "Key"+strings.ToUpper(s.key), int(r-'a')+65
	case r >= 'A' && r <= 'Z':
		s.code, s.vk, s.shift = "Key"+s.key, int(r), true
	case r >= '0' && r <= '9':
		s.code, s.vk = "Digit"+s.key, int(r)
	default:
		if i := strings.IndexRune(shiftedDigits, r); i >= 0 {
			s.code, s.vk, s.shift = fmt.Sprintf("Digit%d", i), '0'+i, true
			return s, true
		}
		for _, p := range punctuation {
			if r == p.plain || r == p.shifted {
				s.code, s.vk, s.shift = p.code, p.vk, r != p.plain
				return s, true
			}
		}
		return s, false
	}
	return s, true
}

// strokeNamed returns the key of a line: KeyboardEvent.key, and code where the keyboard was not a US one or the key
// exists more than once.
func strokeNamed(key, code string) (stroke, error) {
	if key == "" {
		key = keyAt(code)
	}
	if key == "" {
		return stroke{}, fmt.Errorf("unknown key %q", code)
	}
	s, ok := named[key]
	runes := []rune(key)
	var n int
	switch {
	case ok:
		s.key = key
	case len(runes) == 1:
		s, _ = strokeOf(runes[0])
	case len(key) <= 3 && key[0] == 'F' && scan(key[1:], &n) && n >= 1 && n <= 24:
		s = stroke{key: key, code: key, vk: 111 + n}
	default: // a media key, a dead key…: the page sees the name
		s = stroke{key: key}
	}
	if code == "" {
		return s, nil
	}
	s.code = code
	switch {
	case strings.HasPrefix(code, "Numpad"):
		s.location = 3
		if scan(strings.TrimPrefix(code, "Numpad"), &n) && len(runes) == 1 {
			s.vk = 96 + n
		}
	case strings.HasSuffix(code, "Left") && !ok, strings.HasSuffix(code, "Right") && !ok:
		// BracketLeft and the like are no twins.
	case strings.HasSuffix(code, "Right") && s.location == 1:
		s.location = 2
	}
	if s.vk == 0 { // a letter of another layout has the key code of its place
		if at, found := strokeOf(runeAt(code)); found {
			s.vk = at.vk
		}
	}
	return s, nil
}

// keyAt returns the key at a place of a US keyboard, "" where there is none.
func keyAt(code string) string {
	if r := runeAt(code); r != 0 {
		return string(r)
	}
	for k, s := range named {
		if s.code == code {
			return k
		}
	}
	return ""
}

func runeAt(code string) rune {
	var n int
	switch {
	case len(code) == 4 && strings.HasPrefix(code, "Key"):
		return rune(strings.ToLower(code)[3])
	case strings.HasPrefix(code, "Digit") && scan(code[5:], &n) && n < 10:
		return rune('0' + n)
	}
	for _, p := range punctuation {
		if p.code == code {
			return p.plain
		}
	}
	return 0
}

// scan reads a number of one or two digits.
func scan(s string, n *int) bool {
	if len(s) == 0 || len(s) > 2 {
		return false
	}
	*n = 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
		*n = *n*10 + int(c-'0')
	}
	return true
}
