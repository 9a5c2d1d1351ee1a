package player

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// difference is a part in which a live request departs from a recorded one.
type difference struct {
	path      string
	want, got string // "" with has… false: not there
	wantHas   bool
	gotHas    bool
}

// fits reports whether two requests can be the same one: method, path and GraphQL operation agree, where path segments
// of the same volatile shape are equal. The origin is the caller's business.
func (c *call) fits(live *call) bool {
	return c.method == live.method && c.op == live.op && samePath(c.path, live.path)
}

// samePath reports whether two paths agree, where segments of the same volatile shape do.
func samePath(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool { return x == y || sameVolatile(x, y) })
}

// differences lists what differs between the recorded request c and a live one, without what is ignored and without
// values of the same volatile shape.
func (c *call) differences(live *call, ignore []string) []difference {
	got := make(map[string]string, len(live.fields))
	for _, f := range live.fields {
		got[f.path] = f.value
	}
	var out []difference
	seen := make(map[string]bool, len(c.fields))
	for _, f := range c.fields {
		seen[f.path] = true
		v, ok := got[f.path]
		if ok && (v == f.value || sameVolatile(v, f.value)) || ignored(f.path, ignore) {
			continue
		}
		out = append(out, difference{path: f.path, want: f.value, got: v, wantHas: true, gotHas: ok})
	}
	for _, f := range live.fields {
		if seen[f.path] || ignored(f.path, ignore) || c.noBody && strings.HasPrefix(f.path, "body") {
			continue
		}
		out = append(out, difference{path: f.path, got: f.value, gotHas: true})
	}
	return out
}

// ignored reports whether a field stands at or below one of the paths. In them [] stands for every index.
func ignored(path string, ignore []string) bool {
	return slices.ContainsFunc(ignore, func(x string) bool {
		rest, ok := cutPath(path, x)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// cutPath removes a path with [] from the front of a field's path.
func cutPath(path, pattern string) (string, bool) {
	for {
		head, tail, more := strings.Cut(pattern, "[]")
		rest, ok := strings.CutPrefix(path, head)
		if !ok {
			return "", false
		}
		if !more {
			return rest, true
		}
		if !strings.HasPrefix(rest, "[") {
			return "", false
		}
		_, rest, ok = strings.Cut(rest, "]")
		if !ok {
			return "", false
		}
		path, pattern = rest, tail
	}
}

// describe renders differences for people, at most three of them.
func describe(diffs []difference) string {
	var parts []string
	for _, d := range diffs[:min(3, len(diffs))] {
		switch {
		case !d.gotHas:
			parts = append(parts, fmt.Sprintf("%s is missing (recorded %s)", d.path, short(d.want)))
		case !d.wantHas:
			parts = append(parts, fmt.Sprintf("%s is new (%s)", d.path, short(d.got)))
		default:
			parts = append(parts, fmt.Sprintf("%s is %s instead of %s", d.path, short(d.got), short(d.want)))
		}
	}
	if n := len(diffs) - 3; n > 0 {
		parts = append(parts, fmt.Sprintf("%d more", n))
	}
	return strings.Join(parts, ", ")
}

// sides renders the two sides of differences, one line a field, for a diff view.
func sides(diffs []difference) (want, got string) {
	var w, g strings.Builder
	for _, d := range diffs[:min(50, len(diffs))] {
		if d.wantHas {
			fmt.Fprintf(&w, "%s = %s\n", d.path, short(d.want))
		}
		if d.gotHas {
			fmt.Fprintf(&g, "%s = %s\n", d.path, short(d.got))
		}
	}
	return strings.TrimSuffix(w.String(), "\n"), strings.TrimSuffix(g.String(), "\n")
}

// short quotes a value and cuts it to about 80 bytes.
func short(s string) string {
	if len(s) > 80 {
		n := 77
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + "…"
	}
	return fmt.Sprintf("%q", s)
}
