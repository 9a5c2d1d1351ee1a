package sources

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Report says what became of the input: what a person needs to trust the playback, and never a recorded value.
type Report struct {
	Source  string         `json:"source"`
	Actions int            `json:"actions"`
	Events  int            `json:"events"`
	Holes   int            `json:"holes"`            // messages whose content the source did not have
	Dropped map[string]int `json:"dropped,omitzero"` // telemetry: pattern -> requests
	LeftOut map[string]int `json:"leftOut,omitzero"` // what the local app serves itself, and the like: reason -> requests
	Masked  map[string]int `json:"masked,omitzero"`  // what was replaced by stand-ins: place -> times
	Origins []OriginCount  `json:"origins,omitzero"`
	// Problems are what could not be converted, and what was guessed.
	Problems []Problem `json:"problems,omitzero"`
	// More is the number of problems beyond those that are listed.
	More int `json:"moreProblems,omitzero"`
}

// OriginCount is a mapping of origins and how often it applied.
type OriginCount struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Count int    `json:"count"`
}

// Problem is something that could not be converted, or was guessed.
type Problem struct {
	Where string `json:"where"` // "step 12", "entry 3"
	Text  string `json:"text"`
}

// maxProblems bounds the list, for input in which everything is wrong.
const maxProblems = 200

// Problem adds a problem.
func (r *Report) Problem(where, format string, args ...any) {
	if len(r.Problems) >= maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, Problem{where, fmt.Sprintf(format, args...)})
}

// LeaveOut counts something that is left out on purpose.
func (r *Report) LeaveOut(reason string) { count(&r.LeftOut, reason, 1) }

func (r *Report) drop(pattern string) { count(&r.Dropped, pattern, 1) }

func (r *Report) mask(place string) { count(&r.Masked, place, 1) }

func count(m *map[string]int, key string, n int) {
	if *m == nil {
		*m = map[string]int{}
	}
	(*m)[key] += n
}

// add joins the report of another recording to this one; prefix tells where its problems are.
func (r *Report) add(o *Report, prefix string) {
	for k, n := range o.Dropped {
		count(&r.Dropped, k, n)
	}
	for k, n := range o.LeftOut {
		count(&r.LeftOut, k, n)
	}
	for k, n := range o.Masked {
		count(&r.Masked, k, n)
	}
	r.Origins = append(r.Origins, o.Origins...)
	for _, p := range o.Problems {
		r.Problem(prefix+p.Where, "%s", p.Text)
	}
	r.More += o.More
}

// Print writes the report for people, a few lines.
func (r *Report) Print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s, %s", r.Source, plural(r.Actions, "action"), plural(r.Events, "event"))
	if r.Holes > 0 {
		fmt.Fprintf(w, ", %s without recorded content (holes)", plural(r.Holes, "message"))
	}
	fmt.Fprintln(w)
	printCounts(w, "dropped telemetry", r.Dropped)
	printCounts(w, "left out", r.LeftOut)
	printCounts(w, "masked", r.Masked)
	for _, o := range r.Origins {
		fmt.Fprintf(w, "  origin: %s -> %s, %s\n", oneLine(o.From), oneLine(o.To), plural(o.Count, "time"))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "  %s: %s\n", oneLine(p.Where), oneLine(p.Text))
	}
	if r.More > 0 {
		fmt.Fprintf(w, "  and %d more\n", r.More)
	}
}

// printCounts writes one line, the largest counts first.
func printCounts(w io.Writer, title string, m map[string]int) {
	if len(m) == 0 {
		return
	}
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	const most = 8
	var parts []string
	for i, k := range keys {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d more", len(keys)-most))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (%d)", oneLine(k), m[k]))
	}
	fmt.Fprintf(w, "  %s: %s\n", title, strings.Join(parts, ", "))
}

// oneLine keeps what a recording names, such as a key of its JSON, from looking like a line of the report.
func oneLine(s string) string { return strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(s) }

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
