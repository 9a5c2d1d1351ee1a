package report

import "math"

// columns is how many the overview has.
const columns = 240

// Overview is the network of the whole session at a glance, recorded above live.
type Overview struct {
	To      float64 // ms since the start of the recording
	Columns []Column
	Marks   []Flag // failures and requests that are worth a look
}

// Column is a stretch of the session: how much went on in it.
type Column struct {
	X              float64 // 0 to 1000
	Recorded, Real float64 // height, 0 to 20
	Top            float64 // where Recorded begins, from above
}

// Flag is a point in time.
type Flag struct {
	X    float64 // 0 to 1000
	Step int
	Bad  bool // a failure or a divergence that blocks
}

// overview counts the requests that were under way in each column.
func (b *builder) overview() Overview {
	var o Overview
	if n := b.File.Len(); n > 0 {
		o.To = b.File.T(n - 1)
	}
	o.To = max(o.To, 1)
	recorded, real := make([]float64, columns), make([]float64, columns)
	column := func(t float64) int { return min(max(int(t/o.To*columns), 0), columns-1) }
	fill := func(to []float64, bar *Bar) {
		if bar == nil {
			return
		}
		end := bar.From
		if !math.IsNaN(bar.To) {
			end = bar.To
		}
		for c := column(bar.From); c <= column(end); c++ {
			to[c]++
		}
	}
	marked := map[int]bool{}
	for _, g := range b.Groups {
		for i := range g.Exchanges {
			x := &g.Exchanges[i]
			fill(recorded, x.Recorded)
			fill(real, x.Real)
			marked[g.Step] = marked[g.Step] || x.State.Marked()
		}
	}
	for c := range columns {
		if recorded[c]+real[c] > 0 {
			h := height(recorded[c])
			o.Columns = append(o.Columns, Column{X: round(float64(c) * 1000 / columns), Recorded: h, Real: height(real[c]), Top: round(23 - h)})
		}
	}
	for i := range b.Steps {
		if s := &b.Steps[i]; s.Failed || s.Blocked || marked[s.N] {
			o.Marks = append(o.Marks, Flag{X: round(s.T / o.To * 1000), Step: s.N, Bad: s.Failed || s.Blocked})
		}
	}
	return o
}

// height is that of a column for so many requests: the first ones count most.
func height(n float64) float64 { return round(min(20, 5*math.Log2(1+n))) }
