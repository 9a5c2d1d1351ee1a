package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// series are the values of one measure, one a round.
type series struct {
	name   string
	unit   string
	values []float64
	err    error // the measure could not be taken
}

// median is the middle value; of an even number the mean of the two.
func (s *series) median() float64 {
	v := slices.Sorted(slices.Values(s.values))
	switch n := len(v); {
	case n == 0:
		return 0
	case n%2 == 1:
		return v[n/2]
	default:
		return (v[n/2-1] + v[n/2]) / 2
	}
}

// taken reports whether there is a value.
func (s *series) taken() bool { return s.err == nil && len(s.values) > 0 }

func (s *series) String() string {
	if !s.taken() {
		return "-"
	}
	v := s.values
	return fmt.Sprintf("%s %s (%s-%s)", number(s.median()), s.unit, number(slices.Min(v)), number(slices.Max(v)))
}

// row is a line of the table: ours beside one peer, or against a limit.
type row struct {
	what   string
	ours   *series
	peer   *series // nil: there is none
	target float64 // of ours divided by the peer, or of ours where there is no peer; 0: none
	higher bool    // the target is the least, not the most
}

// value is what the target is compared with: where there is a peer, the median of the ratios of the rounds, since what
// slows one round slows both players in it.
func (r *row) value() float64 {
	if r.peer == nil {
		return r.ours.median()
	}
	var ratios series
	for i := range min(len(r.ours.values), len(r.peer.values)) {
		ratios.values = append(ratios.values, r.ours.values[i]/r.peer.values[i])
	}
	return ratios.median()
}

// verdict is PASS or MISS, empty without a target, and SKIP where something was not measured.
func (r *row) verdict() string {
	switch {
	case !r.ours.taken(), r.peer != nil && !r.peer.taken():
		return "SKIP"
	case r.target == 0:
		return ""
	case r.higher == (r.value() >= r.target) || r.value() == r.target:
		return "PASS"
	}
	return "MISS"
}

// print writes the rows as one table, values as medians with the least and the most of the rounds.
func print(out io.Writer, rows []row) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "MEASURE\tRESTEP\tPEER\tPEER'S\tRATIO\tTARGET\t")
	for i := range rows {
		r := &rows[i]
		peer, theirs, ratio, target := "", "", "", ""
		if r.peer != nil {
			peer, theirs = r.peer.name, r.peer.String()
			if r.verdict() != "SKIP" {
				ratio = share(r.value())
			}
		}
		switch {
		case r.target == 0:
		case r.peer != nil:
			target = "≤ " + share(r.target)
		case r.higher:
			target = "≥ " + number(r.target) + " " + r.ours.unit
		default:
			target = "≤ " + number(r.target) + " " + r.ours.unit
		}
		fmt.Fprintln(t, strings.Join([]string{r.what, r.ours.String(), peer, theirs, ratio, target, r.verdict()}, "\t"))
	}
	return t.Flush()
}

// share writes a ratio as people read it: 1/6.0 or 1.30.
func share(v float64) string {
	if v > 0 && v < 1 {
		return "1/" + fmt.Sprintf("%.1f", 1/v)
	}
	return fmt.Sprintf("%.2f", v)
}

// number writes three digits.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}
