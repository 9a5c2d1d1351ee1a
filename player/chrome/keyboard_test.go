package chrome

import (
	"strings"
	"testing"

	"restep/player/playback"
)

func TestStrokes(t *testing.T) {
	for _, c := range []struct {
		key, code string
		want      stroke
	}{
		{"a", "", stroke{key: "a", code: "KeyA", vk: 65, text: "a"}},
		{"A", "", stroke{key: "A", code: "KeyA", vk: 65, text: "A", shift: true}},
		{"ö", "Semicolon", stroke{key: "ö", code: "Semicolon", vk: 186, text: "ö"}},
		{"Enter", "NumpadEnter", stroke{key: "Enter", code: "NumpadEnter", vk: 13, text: "\r", location: 3}},
		{"Shift", "ShiftRight", stroke{key: "Shift", code: "ShiftRight", vk: 16, location: 2}},
		{"F11", "", stroke{key: "F11", code: "F11", vk: 122}},
		{"F", "", stroke{key: "F", code: "KeyF", vk: 70, text: "F", shift: true}},
		{"F25", "", stroke{key: "F25"}},
		{"", "KeyQ", stroke{key: "q", code: "KeyQ", vk: 81, text: "q"}},
		{"MediaPlayPause", "", stroke{key: "MediaPlayPause"}},
		{"5", "Numpad5", stroke{key: "5", code: "Numpad5", vk: 101, text: "5", location: 3}},
	} {
		if got, err := strokeNamed(c.key, c.code); err != nil || got != c.want {
			t.Errorf("strokeNamed(%q, %q) = %+v, %v, want %+v", c.key, c.code, got, err, c.want)
		}
	}
	if _, err := strokeNamed("", "NoSuch"); err == nil {
		t.Error("a code that no keyboard has is taken")
	}
	for r := rune(' '); r < 127; r++ {
		if s, ok := strokeOf(r); !ok || s.code == "" || s.vk == 0 || s.text != string(r) {
			t.Errorf("%q: %+v", r, s)
		}
	}
}

func TestThirdLevel(t *testing.T) {
	for _, c := range []struct {
		key  string
		held held
		text string
	}{
		{"@", control | alt, "@"}, {"ø", alt, "ø"}, {"€", control | alt, "€"}, {"a", control | alt, ""}, {"a", alt, ""},
		{"@", control, ""}, {"a", shift, "a"}, {"Enter", control, ""}, {"@", control | alt | meta, ""},
	} {
		s, err := strokeNamed(c.key, "")
		if got := s.down(c.held).Text; err != nil || got != c.text {
			t.Errorf("%q with modifiers %d writes %q, want %q", c.key, c.held, got, c.text)
		}
	}
}

func TestEditingCommands(t *testing.T) {
	for _, c := range []struct {
		key  string
		held held
		goos string
		want string
	}{
		{"a", control, "linux", ""}, {"a", meta, "linux", "SelectAll"}, {"a", control, "darwin", "SelectAll"},
		{"Z", meta | shift, "linux", "Redo"}, {"ArrowLeft", meta | shift, "linux", "MoveToBeginningOfLineAndModifySelection"},
		{"k", meta, "linux", ""}, {"a", meta | alt, "linux", ""},
	} {
		if got := strings.Join(editing(c.key, c.held, c.goos), " "); got != c.want {
			t.Errorf("editing(%q, %d, %s) = %q, want %q", c.key, c.held, c.goos, got, c.want)
		}
	}
}

func TestUnknownModifiersAndButtons(t *testing.T) {
	if _, err := modifiersOf([]string{"Hyper"}); err == nil {
		t.Error("an unknown modifier is taken")
	}
	if h, err := modifiersOf([]string{"Ctrl", "Shift", "CapsLock"}); err != nil || h != control|shift {
		t.Errorf("modifiers %d, %v", h, err)
	}
	if _, err := buttonOf(&playback.Event{Button: "fourth"}); err == nil {
		t.Error("an unknown button is taken")
	}
}

func TestSafeName(t *testing.T) {
	for name, want := range map[string]string{
		"a.txt": "a.txt", "../../etc/passwd": "passwd", `C:\fakepath\b.csv`: "b.csv", "": "file", "..": "file", "a/": "file",
		"x\x00y:z": "x_y_z", strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 98) + ".pdf",
	} {
		if got := safeName(name); got != want {
			t.Errorf("safeName(%q) = %q, want %q", name, got, want)
		}
	}
}
