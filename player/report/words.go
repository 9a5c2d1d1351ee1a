package report

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"strings"

	"restep/player/playback"
)

// mostQuoted is how many characters of a text are quoted in a sentence.
const mostQuoted = 80

// Words says what the user did in an action as an instruction to a person, in one sentence with its full stop:
// `Click the button "Pay now".` URLs below the app's origin stand without it.
func Words(app string, e *playback.Event) string { return Phrase(app, e) + "." }

// Phrase is [Words] without the full stop, for lines that go on.
func Phrase(app string, e *playback.Event) string {
	on := named(e.On.Target)
	switch e.Kind {
	case playback.Open:
		return "Open " + Place(app, e.URL)
	case playback.Back:
		return "Go back"
	case playback.Forward:
		return "Go forward"
	case playback.Reload:
		return "Reload the page"
	case playback.Click:
		return click(e)
	case playback.Type:
		return fmt.Sprintf("Type %s%s%s", quote(e.Text), standIn(e, "text"), behind(" into ", on))
	case playback.Key:
		return "Press " + strings.Join(append(append([]string{}, e.Modifiers...), keyName(e.Key)), "+") + behind(" in ", on)
	case playback.Input:
		return input(e, cmp.Or(on, "the field"))
	case playback.Hover:
		return "Move the pointer over " + cmp.Or(on, "the page")
	case playback.Scroll:
		return scroll(e, on)
	case playback.Drag:
		return drag(e, cmp.Or(on, "the element"))
	case playback.Upload:
		return upload(e, on)
	case playback.Clipboard:
		return clipboard(e, on)
	case playback.Resize:
		return fmt.Sprintf("Make the window %d × %d px large", e.Width, e.Height)
	case playback.Dialog:
		return dialog(e)
	case playback.Tab:
		return tab(app, e)
	}
	return strings.TrimSpace(string(e.Kind) + " " + on)
}

func click(e *playback.Event) string {
	verb := map[string]string{"right": "Right-click", "middle": "Middle-click", "back": "Click with the back button on", "forward": "Click with the forward button on"}[e.Button]
	if verb == "" {
		verb = "Click"
		switch {
		case e.Count != nil && *e.Count == 2:
			verb = "Double-click"
		case e.Count != nil && *e.Count > 2:
			verb = fmt.Sprintf("Click %d times on", *e.Count)
		}
	}
	on := named(e.On.Target)
	if on == "" && e.X != nil && e.Y != nil {
		on = fmt.Sprintf("the page at %.0f, %.0f", *e.X, *e.Y)
	}
	text := verb + " " + cmp.Or(on, "the page")
	if len(e.Modifiers) > 0 {
		text += " while holding " + strings.Join(e.Modifiers, "+")
	}
	return text
}

func input(e *playback.Event, on string) string {
	switch {
	case e.Checked != nil && *e.Checked:
		return "Tick " + on
	case e.Checked != nil:
		return "Untick " + on
	case e.Value == nil:
		return "Change " + on
	case isSelect(e.On.Target):
		return fmt.Sprintf("Choose %s%s in %s", quote(*e.Value), standIn(e, "value"), on)
	case *e.Value == "":
		return "Empty " + on
	}
	return fmt.Sprintf("Set %s to %s%s", on, quote(*e.Value), standIn(e, "value"))
}

func scroll(e *playback.Event, on string) string {
	where := ""
	switch {
	case e.Y != nil && *e.Y == 0 && (e.X == nil || *e.X == 0):
		where = " to its top"
	case e.Y != nil && (e.X == nil || *e.X == 0):
		where = fmt.Sprintf(" down to %.0f px", *e.Y)
	case e.X != nil && e.Y != nil:
		where = fmt.Sprintf(" to %.0f, %.0f px", *e.X, *e.Y)
	case e.X != nil:
		where = fmt.Sprintf(" to the right, to %.0f px", *e.X)
	}
	return "Scroll " + cmp.Or(on, "the page") + where
}

func drag(e *playback.Event, on string) string {
	if to := named(e.To.Target); to != "" {
		return "Drag " + on + " onto " + to
	}
	if n := len(e.Path); n > 1 {
		dx, dy := e.Path[n-1][1]-e.Path[0][1], e.Path[n-1][2]-e.Path[0][2]
		return fmt.Sprintf("Drag %s by %.0f px to the %s and %.0f px %s", on, math.Abs(dx), side(dx, "right", "left"), math.Abs(dy), side(dy, "down", "up"))
	}
	return "Drag " + on
}

func side(d float64, positive, negative string) string {
	if d < 0 {
		return negative
	}
	return positive
}

func upload(e *playback.Event, on string) string {
	if len(e.Files) == 0 {
		return "Choose no file" + behind(" for ", on)
	}
	names := make([]string, 0, 3)
	for _, f := range e.Files[:min(len(e.Files), 3)] {
		names = append(names, quote(f.Name))
	}
	text := strings.Join(names, ", ")
	if n := len(e.Files) - len(names); n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	noun := "the file "
	if len(e.Files) > 1 {
		noun = "the files "
	}
	return "Choose " + noun + text + behind(" for ", on)
}

func clipboard(e *playback.Event, on string) string {
	switch e.Op {
	case "paste":
		return "Paste " + quote(e.Text) + standIn(e, "text") + behind(" into ", on)
	case "cut":
		return "Cut the selected text" + behind(" of ", on)
	}
	return "Copy the selected text" + behind(" of ", on)
}

func dialog(e *playback.Event) string {
	switch {
	case e.Accept != nil && !*e.Accept:
		return "Cancel the dialog"
	case e.Text != "":
		return "Answer the dialog with " + quote(e.Text) + standIn(e, "text")
	}
	return "Confirm the dialog"
}

func tab(app string, e *playback.Event) string {
	name := behind("the tab ", e.Tab)
	switch e.Op {
	case "close":
		return "Close " + cmp.Or(name, "the tab")
	case "switch":
		return "Go to " + cmp.Or(name, "the other tab")
	}
	if e.URL != "" {
		return "Open a tab with " + Place(app, e.URL)
	}
	return "Open a tab"
}

// named is how a person would call an element: `the button "Pay now"`; "" for none.
func named(t *playback.Target) string {
	if t == nil {
		return ""
	}
	name := cmp.Or(t.Name, t.Label, t.Attrs["placeholder"], t.Text)
	noun := nounOf(t)
	if name != "" {
		return "the " + noun + " " + quote(name)
	}
	if by := cmp.Or(t.TestID, strings.Join(t.CSS, " "), t.XPath); by != "" {
		return "the " + noun + " at " + clip(by, mostQuoted)
	}
	return "the " + noun
}

// nounOf is the word for an element by its role or tag.
func nounOf(t *playback.Target) string {
	switch t.Role {
	case "button", "link", "tab", "dialog", "heading", "table", "slider", "switch", "image", "row", "option":
		return t.Role
	case "textbox", "searchbox", "spinbutton":
		return "field"
	case "checkbox":
		return "check box"
	case "radio":
		return "radio button"
	case "combobox", "listbox":
		if isSelect(t) {
			return "list"
		}
		return "field"
	case "menuitem", "menuitemcheckbox", "menuitemradio":
		return "menu item"
	case "img":
		return "image"
	case "cell", "gridcell":
		return "cell"
	case "listitem":
		return "list item"
	}
	switch t.Tag {
	case "button", "label":
		return t.Tag
	case "a":
		return "link"
	case "input", "textarea":
		return "field"
	case "select":
		return "list"
	case "img", "svg":
		return "image"
	case "canvas":
		return "canvas"
	}
	return "element"
}

func isSelect(t *playback.Target) bool { return t != nil && t.Tag == "select" }

// keyName is what a key is called.
func keyName(key string) string {
	switch key {
	case " ":
		return "Space"
	case "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight":
		return strings.TrimPrefix(key, "Arrow") + " arrow"
	}
	return key
}

// standIn says that a value of the line is not the one that was there.
func standIn(e *playback.Event, field string) string {
	for _, path := range e.Masked {
		if path == field || path == "text" || path == "value" {
			return " (a stand-in for what was masked)"
		}
	}
	return ""
}

// behind is a text with a word before it; nothing where there is no text.
func behind(word, text string) string {
	if text == "" {
		return ""
	}
	return word + text
}

// quote puts a text of strangers between quotes, on one line and not too long.
func quote(s string) string {
	return `"` + clip(strings.Join(strings.Fields(s), " "), mostQuoted) + `"`
}

// clip shortens a text to n characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Place is a URL without the app's own origin.
func Place(app, raw string) string {
	u, err := url.Parse(raw)
	a, appErr := url.Parse(app)
	if err != nil || appErr != nil || u.Host == "" || u.Scheme != a.Scheme || u.Host != a.Host {
		return clip(raw, 200)
	}
	u.Scheme, u.Host, u.User = "", "", nil
	return clip(cmp.Or(u.String(), "/"), 200)
}
