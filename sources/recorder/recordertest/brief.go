package recordertest

import (
	"cmp"
	"fmt"
	"strings"

	"restep/player/playback"
)

// Actions renders the actions among entries, one to a line, for comparing: what was done, on which element (its test
// id, id or name), and with what.
func Actions(list []Entry) string {
	events := make([]*playback.Event, len(list))
	for i := range list {
		events[i] = &list[i].Event
	}
	return Brief(events)
}

// Brief is [Actions] for the events of a file.
func Brief(events []*playback.Event) string {
	var b strings.Builder
	for _, e := range events {
		if e.Kind.Action() {
			fmt.Fprintln(&b, action(e))
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func action(e *playback.Event) string {
	parts := []string{string(e.Kind)}
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if t := e.On.Target; t != nil {
		add("%s", name(t))
	}
	parts = append(parts, e.Modifiers...)
	if e.Button != "" {
		add("%s", e.Button)
	}
	if e.Count != nil {
		add("x%d", *e.Count)
	}
	if e.Key != "" {
		add("%s", strings.ReplaceAll(e.Key, " ", "Space"))
	}
	if e.Op != "" {
		add("%s", e.Op)
	}
	if e.Text != "" {
		add("%q", e.Text)
	}
	if e.Value != nil {
		add("= %q", *e.Value)
	}
	if e.Checked != nil {
		add("%t", *e.Checked)
	}
	if e.Y != nil {
		add("%v,%v", *e.X, *e.Y)
	}
	if e.Kind == playback.Drag {
		parts = append(parts, "to", target(e.To))
	}
	for _, f := range e.Files {
		add("%s", f.Name)
	}
	return strings.Join(parts, " ")
}

func target(on playback.On) string {
	if on.Target == nil {
		return "-"
	}
	return name(on.Target)
}

func name(t *playback.Target) string {
	switch {
	case t.TestID != "":
		return "@" + t.TestID
	case t.Attrs["id"] != "":
		return "#" + t.Attrs["id"]
	case t.Name != "":
		return fmt.Sprintf("%s %q", cmp.Or(t.Role, t.Tag), t.Name)
	}
	return strings.Join(t.CSS, " >> ")
}
