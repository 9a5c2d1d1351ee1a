package recorderjson

import (
	"slices"
	"strings"

	"restep/player/playback"
)

// modifiers are the modifier keys that are held down.
type modifiers struct {
	down []held
}

type held struct {
	name string // "Shift"
	key  string // "ShiftLeft", as the flow has it
	used bool   // while it was down, something else happened
}

// modifierName returns the modifier that a key is, without its side, or "".
func modifierName(key string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(key, "Left"), "Right")
	switch name {
	case "Shift", "Control", "Alt", "Meta":
		return name
	}
	return ""
}

// use returns the modifiers that are held, in the order of their names, for an action that happens now.
func (m *modifiers) use() []string {
	var names []string
	for i := range m.down {
		m.down[i].used = true
		if !slices.Contains(names, m.down[i].name) {
			names = append(names, m.down[i].name)
		}
	}
	slices.Sort(names)
	return names
}

func (m *modifiers) leftovers() []string {
	var keys []string
	for _, h := range m.down {
		keys = append(keys, h.key)
	}
	return keys
}

// keyDown adds the press of a key, which the playback has in one line with its release. A modifier waits: it belongs
// to the actions that follow while it is held.
func (c *converter) keyDown(s *step) {
	if name := modifierName(s.Key); name != "" {
		if !slices.ContainsFunc(c.held.down, func(h held) bool { return h.key == s.Key }) { // else it repeats
			c.held.down = append(c.held.down, held{name: name, key: s.Key})
		}
		return
	}
	c.press(s, c.held.use())
}

// keyUp ends a modifier; one that was pressed alone is a key press of its own.
func (c *converter) keyUp(s *step) {
	name := modifierName(s.Key)
	if name == "" {
		return // the press has its line
	}
	i := slices.IndexFunc(c.held.down, func(h held) bool { return h.key == s.Key })
	if i < 0 {
		i = slices.IndexFunc(c.held.down, func(h held) bool { return h.name == name })
	}
	if i < 0 {
		c.problem("keyUp of %s, which was not down, left out", s.Key)
		return
	}
	alone := !c.held.down[i].used
	c.held.down = slices.Delete(c.held.down, i, i+1)
	if alone {
		c.press(s, c.held.use())
	}
}

func (c *converter) press(s *step, modifiers []string) {
	if s.Key == "" {
		c.problem("%s without a key left out", s.Type)
		return
	}
	key, code := keyAndCode(s.Key)
	c.add(playback.Event{
		Kind: playback.Key, Tab: c.tabOf(s), Frame: frames(s), Key: key, Code: code, Modifiers: modifiers,
	})
}

// keyAndCode returns KeyboardEvent.key and .code of a key in the words of a flow, which are those of Puppeteer:
// either of the two.
func keyAndCode(name string) (key, code string) {
	if len(name) == 1 {
		switch b := name[0]; {
		case b >= 'a' && b <= 'z':
			return name, "Key" + strings.ToUpper(name)
		case b >= 'A' && b <= 'Z':
			return name, "Key" + name
		case b >= '0' && b <= '9':
			return name, "Digit" + name
		case b == ' ':
			return " ", "Space"
		}
		return name, ""
	}
	switch {
	case name == "Space":
		return " ", "Space"
	case name == "NumpadEnter" || name == "\r" || name == "\n":
		return "Enter", "Enter"
	case modifierName(name) != "":
		if name == modifierName(name) {
			return name, name + "Left"
		}
		return modifierName(name), name
	case strings.HasPrefix(name, "Key") && len(name) == 4:
		return strings.ToLower(name[3:]), name
	case strings.HasPrefix(name, "Digit") && len(name) == 6:
		return name[5:], name
	case strings.HasPrefix(name, "Numpad") && len(name) == 7:
		return name[6:], name
	}
	return name, name
}
