package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"restep/player/report"
)

// mostRows is how many rows of a comparison are printed.
const mostRows = 14

// sides prints a comparison: what was recorded on the left, what is live on the right. The columns are as wide as what is in
// them, and together no wider than the terminal; of a line that is longer the part is shown in which it differs.
func (w *resultPrinter) sides(rows []report.Row) {
	if len(rows) == 0 {
		return
	}
	const indent = "        "
	width := (w.columns() - len(indent) - len(" │ ")) / 2
	shown := rows[:min(len(rows), mostRows)]
	widest := len("recorded")
	for _, row := range shown {
		widest = max(widest, length(row.Left))
	}
	width = min(width, widest)
	right := w.columns() - len(indent) - len(" │ ") - width
	fmt.Fprintf(w, "%s%s\n", indent, w.soft(pad("recorded", width)+" │ live"))
	for _, row := range shown {
		if row.Kind == report.Folded {
			fmt.Fprintf(w, "%s%s\n", indent, w.soft(pad("⋮ "+count(row.Count, "line"), width)+" │ ⋮"))
			continue
		}
		left, n := w.spans(row.Left, width, w.bad)
		live, _ := w.spans(row.Right, right, w.good)
		line := indent + left + strings.Repeat(" ", max(width-n, 0)) + " " + w.soft("│") + " " + live
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
	if n := len(rows) - len(shown); n > 0 {
		fmt.Fprintf(w, "%s%s\n", indent, w.soft(fmt.Sprintf("and %s more: --report shows them", count(n, "row"))))
	}
}

func (w *resultPrinter) columns() int {
	if w.width == 0 {
		return defaultColumns
	}
	return w.width
}

// spans renders a line of at most so many characters, its marked parts in a colour, and tells its length.
func (w *resultPrinter) spans(spans []report.Span, most int, mark func(string) string) (string, int) {
	skip := 0
	if total := length(spans); total > most {
		at := 0
		for _, s := range spans {
			if s.Mark {
				break
			}
			at += utf8.RuneCountInString(printable(s.Text))
		}
		if at > most*2/3 {
			skip = min(at-most/3, total-most+1)
		}
	}
	var b strings.Builder
	n := 0
	if skip > 0 {
		b.WriteString("…")
		n = 1
	}
	for _, s := range spans {
		r := []rune(printable(s.Text))
		k := min(skip, len(r))
		skip -= k
		r = r[k:]
		cut := len(r) > most-n
		if cut {
			r = append(append([]rune{}, r[:max(most-n-1, 0)]...), '…')
		}
		text := string(r)
		if s.Mark {
			text = mark(text)
		}
		b.WriteString(text)
		n += len(r)
		if cut {
			break
		}
	}
	return b.String(), n
}

// length is that of a line in characters.
func length(spans []report.Span) int {
	n := 0
	for _, s := range spans {
		n += utf8.RuneCountInString(printable(s.Text))
	}
	return n
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0))
}
