package report

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of a comparison: a table of that many cells takes some ms, and nobody reads more.
const (
	mostLines  = 400  // of a side
	mostLine   = 2000 // bytes of a line
	mostTokens = 300  // of a line that is compared by words
	around     = 3    // equal lines that are shown around a difference
)

// RowKind says how the two sides of a row relate.
type RowKind string

// The kinds of rows.
const (
	Same    RowKind = "same"
	Changed RowKind = "changed" // both sides have a line
	Removed RowKind = "removed" // only the recording has it
	Added   RowKind = "added"   // only the live run has it
	Folded  RowKind = "folded"  // Count equal lines that are not shown
)

// Row is a line of a comparison: recorded on the left, live on the right.
type Row struct {
	Kind        RowKind
	Left, Right []Span
	Count       int // Folded
}

// Span is a piece of a line; Mark says that the other side has something else in its place.
type Span struct {
	Text string
	Mark bool
}

// Compare compares two texts line by line, and lines that took each other's place word by word. JSON is laid out first, so
// that its members are lines. Long runs of equal lines are folded; what goes beyond 400 lines of a side is left out, and
// a row says so.
func Compare(left, right string) []Row {
	a, b := lines(layOut(left)), lines(layOut(right))
	cut := max(len(a)-mostLines, len(b)-mostLines, 0)
	a, b = a[:min(len(a), mostLines)], b[:min(len(b), mostLines)]
	rows := fold(pairUp(a, b, matched(a, b)))
	if cut > 0 {
		rows = append(rows, Row{Kind: Folded, Count: cut})
	}
	return rows
}

// layOut is JSON with a line for each member; other text stays as it is.
func layOut(s string) string {
	t := strings.TrimSpace(s)
	if t == "" || t[0] != '{' && t[0] != '[' {
		return s
	}
	v := jsontext.Value(bytes.Clone([]byte(t)))
	if v.Indent(jsontext.WithIndent("  ")) != nil {
		return s
	}
	return string(v)
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	list := strings.Split(strings.TrimSuffix(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), "\n")
	for i, l := range list {
		if len(l) > mostLine {
			list[i] = strings.ToValidUTF8(l[:mostLine], "") + "…"
		}
	}
	return list
}

// matched pairs the elements of a longest common subsequence: the index in b for each of a, -1 for none.
func matched(a, b []string) []int {
	pairs := make([]int, len(a))
	for i := range pairs {
		pairs[i] = -1
	}
	lo := 0
	for lo < len(a) && lo < len(b) && a[lo] == b[lo] {
		pairs[lo] = lo
		lo++
	}
	endA, endB := len(a), len(b)
	for endA > lo && endB > lo && a[endA-1] == b[endB-1] {
		endA--
		endB--
		pairs[endA] = endB
	}
	x, y := a[lo:endA], b[lo:endB]
	length := make([][]int32, len(x)+1) // of the longest from here on
	for i := range length {
		length[i] = make([]int32, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			pairs[lo+i] = lo + j
			i++
			j++
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// pairUp makes rows of two texts: between equal lines, those of the two sides stand beside each other in their order.
func pairUp(a, b []string, pairs []int) []Row {
	var rows []Row
	j := 0
	for i := 0; i <= len(a); {
		from := i
		for i < len(a) && pairs[i] < 0 {
			i++
		}
		to := len(b)
		if i < len(a) {
			to = pairs[i]
		}
		rows = append(rows, beside(a[from:i], b[j:to])...)
		if i == len(a) {
			break
		}
		rows = append(rows, Row{Kind: Same, Left: []Span{{Text: a[i]}}, Right: []Span{{Text: b[to]}}})
		i, j = i+1, to+1
	}
	return rows
}

func beside(a, b []string) []Row {
	var rows []Row
	for k := range max(len(a), len(b)) {
		switch {
		case k >= len(b):
			rows = append(rows, Row{Kind: Removed, Left: []Span{{a[k], true}}})
		case k >= len(a):
			rows = append(rows, Row{Kind: Added, Right: []Span{{b[k], true}}})
		default:
			left, right := byWords(a[k], b[k])
			rows = append(rows, Row{Kind: Changed, Left: left, Right: right})
		}
	}
	return rows
}

// byWords marks the words in which two lines differ.
func byWords(a, b string) (left, right []Span) {
	x, y := words(a), words(b)
	if len(x) > mostTokens || len(y) > mostTokens {
		return []Span{{a, true}}, []Span{{b, true}}
	}
	left, right = []Span{}, []Span{} // an empty line is a line
	pairs := matched(x, y)
	taken := make([]bool, len(y))
	for i, w := range x {
		left = add(left, w, pairs[i] < 0)
		if pairs[i] >= 0 {
			taken[pairs[i]] = true
		}
	}
	for j, w := range y {
		right = add(right, w, !taken[j])
	}
	return left, right
}

// add appends a word to spans, to the last one where that is alike.
func add(spans []Span, word string, mark bool) []Span {
	if n := len(spans); n > 0 && spans[n-1].Mark == mark {
		spans[n-1].Text += word
		return spans
	}
	return append(spans, Span{word, mark})
}

// words cuts a line into words, numbers, and single other characters; together they are the line.
func words(s string) []string {
	var out []string
	from := 0
	inWord := false
	for i, r := range s {
		is := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_'
		if i > from && !(is && inWord) {
			out = append(out, s[from:i])
			from = i
		}
		inWord = is
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return out
}

// fold replaces long runs of equal lines.
func fold(rows []Row) []Row {
	var out []Row
	for i := 0; i < len(rows); {
		if rows[i].Kind != Same {
			out = append(out, rows[i])
			i++
			continue
		}
		end := i
		for end < len(rows) && rows[end].Kind == Same {
			end++
		}
		head, tail := around, around
		if i == 0 {
			head = 0
		}
		if end == len(rows) {
			tail = 0
		}
		if n := end - i - head - tail; n > 1 {
			out = append(out, rows[i:i+head]...)
			out = append(out, Row{Kind: Folded, Count: n})
			out = append(out, rows[end-tail:end]...)
		} else {
			out = append(out, rows[i:end]...)
		}
		i = end
	}
	return out
}
