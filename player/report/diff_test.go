package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct{ name, left, right, want string }{
		{"equal", "a\nb", "a\nb", "= 2 lines"},
		{"a member of JSON", `{"a":1,"b":{"c":true}}`, `{"a":1,"b":{"c":false}}`, "  {\n    \"a\": 1,\n    \"b\": {\n~     \"c\": [true] |     \"c\": [false]\n    }\n  }"},
		{"words", "the total is NaN", "the total is 12", "~ the total is [NaN] | the total is [12]"},
		{"a line more", "a\nb", "a\nx\nb", "  a\n+ | [x]\n  b"},
		{"a line less", "a\nx\nb", "a\nb", "  a\n- [x] |\n  b"},
		{"nothing before", "", "a", "+ | [a]"},
		{"nothing after", "a", "", "- [a] |"},
		{"far apart", strings.Repeat("x\n", 10) + "a\n" + strings.Repeat("y\n", 10), strings.Repeat("x\n", 10) + "b\n" + strings.Repeat("y\n", 10),
			"= 7 lines\n  x\n  x\n  x\n~ [a] | [b]\n  y\n  y\n  y\n= 7 lines"},
		{"Windows", "a\r\nb\r\n", "a\nb\n", "= 2 lines"},
	} {
		if got := drawn(Compare(c.left, c.right)); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// drawn is a comparison as a text: the marked parts in brackets.
func drawn(rows []Row) string {
	var out []string
	side := func(spans []Span) string {
		var b strings.Builder
		for _, s := range spans {
			if s.Mark {
				b.WriteString("[" + s.Text + "]")
			} else {
				b.WriteString(s.Text)
			}
		}
		return b.String()
	}
	for _, r := range rows {
		switch r.Kind {
		case Folded:
			out = append(out, "= "+Count(r.Count, "line"))
		case Same:
			out = append(out, "  "+side(r.Left))
		default:
			sign := map[RowKind]string{Changed: "~", Removed: "-", Added: "+"}[r.Kind]
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s | %s", sign, side(r.Left), side(r.Right))))
		}
	}
	for i, l := range out {
		out[i] = strings.Replace(l, "+  |", "+ |", 1)
	}
	return strings.Join(out, "\n")
}

// FuzzCompare looks whether the rows hold both texts, line by line.
func FuzzCompare(f *testing.F) {
	f.Add("a\nb\nc", "a\nx\nc")
	f.Add(`{"a":[1,2]}`, `{"a":[2]}`)
	f.Add("", "\n\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 2000 {
			return
		}
		x, y := lines(a), lines(b)
		var left, right []string
		for _, row := range pairUp(x, y, matched(x, y)) {
			if row.Left != nil {
				left = append(left, Text(row.Left))
			}
			if row.Right != nil {
				right = append(right, Text(row.Right))
			}
		}
		if strings.Join(left, "\n") != strings.Join(x, "\n") || strings.Join(right, "\n") != strings.Join(y, "\n") {
			t.Errorf("%q and %q became\n%q\n%q", a, b, left, right)
		}
		Compare(a, b)
	})
}
