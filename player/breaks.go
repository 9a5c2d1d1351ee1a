package player

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// breakSet is the breakpoints that are set, by position.
type breakSet struct {
	all []Break
	at  map[int][]Break
}

// SetBreaks replaces the breakpoints. Several may share an ID, as the places of a pattern do: their hits count
// together. One whose Hit is no hit condition never stops; see [CheckHit].
func (p *Player) SetBreaks(list []Break) {
	c := *p.course
	c.breaks = breakSet{all: slices.Clone(list), at: map[int][]Break{}}
	for _, b := range list {
		c.breaks.at[b.Pos] = append(c.breaks.at[b.Pos], b)
	}
	p.course = &c
}

// SetFilters replaces the exception filters.
func (p *Player) SetFilters(list []Filter) {
	c := *p.course
	c.filters = map[string]Filter{}
	for _, f := range list {
		c.filters[f.Name] = f
	}
	p.course = &c
}

// CheckHit reports what is wrong with a hit condition; nil for none and for "".
func CheckHit(s string) error {
	_, err := hit(s, 1)
	return err
}

// hit reports whether the n-th hit, from 1, stops.
func hit(s string, n int) (bool, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return true, nil
	}
	number := strings.TrimLeft(s, "<>=%")
	op := s[:len(s)-len(number)]
	want, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || want < 0 {
		return false, fmt.Errorf("hit condition %q: want a number, or one of > >= < <= == %% and a number", s)
	}
	switch op {
	case "", "=", "==", "===":
		return n == want, nil
	case ">":
		return n > want, nil
	case ">=":
		return n >= want, nil
	case "<":
		return n < want, nil
	case "<=":
		return n <= want, nil
	case "%":
		if want > 0 {
			return n%want == 0, nil
		}
	}
	return false, fmt.Errorf("hit condition %q: unknown operator %q", s, op)
}

// standing lists the breakpoints without conditions at a position that was reached by other means.
func (r *pass) standing(pos int) []int {
	if _, seen := r.led.live[pos]; r.p.cat.observed(pos) && !seen {
		return nil
	}
	var ids []int
	for _, b := range r.course.breaks.at[pos] {
		if b.Log == "" && b.Condition == "" && b.Hit == "" {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// breakKey identifies an evaluated condition.
type breakKey struct {
	id, pos   int
	condition string
}

// arrive decides which breakpoints at pos stop. The event is about to run, or, where it is observed, has occurred.
func (r *pass) arrive(ctx context.Context, pos int) ([]int, error) {
	var ids []int
	for _, b := range r.course.breaks.at[pos] {
		holds, err := r.condition(ctx, b)
		if err != nil {
			return nil, err
		}
		if !holds {
			continue
		}
		n := 0
		if b.Hit != "" { // an event breakpoint has a place on any number of lines
			n = r.count(b)
		}
		stop, err := hit(b.Hit, n)
		if err != nil || !stop {
			continue // a broken hit condition was refused when it was set
		}
		if b.Log == "" {
			ids = append(ids, b.ID)
		} else if err := r.logPoint(ctx, b); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// condition evaluates the condition of a breakpoint where the page stands, once in a pass.
func (r *pass) condition(ctx context.Context, b Break) (bool, error) {
	if b.Condition == "" {
		return true, nil
	}
	key := breakKey{b.ID, b.Pos, b.Condition}
	if v, ok := r.conds[key]; ok {
		return v, nil
	}
	v, err := r.eval(ctx, b.Condition, b.Pos)
	if err != nil {
		return false, err
	}
	if v.Thrown && r.mayTell && !r.p.broken[b.ID] {
		r.p.broken[b.ID] = true
		r.tell(b.Pos, "important", fmt.Sprintf("the condition %q of a breakpoint failed: %s", b.Condition, v.Text))
	}
	holds := !v.Thrown && truthy(v)
	r.conds[key] = holds
	return holds, nil
}

// count is the number of hits of b's ID up to b, from the start of the recording.
func (r *pass) count(b Break) int {
	n := 0
	for _, x := range r.course.breaks.all {
		if x.ID != b.ID || x.Pos > b.Pos {
			continue
		}
		if _, seen := r.led.live[x.Pos]; r.p.cat.observed(x.Pos) && !seen {
			continue
		}
		if x.Condition == "" || r.conds[breakKey{x.ID, x.Pos, x.Condition}] {
			n++
		}
	}
	return n
}

// uncounted reports whether hits before pos depend on conditions that this pass has not evaluated, because they were
// set after it was there.
func (r *pass) uncounted(pos int) bool {
	return slices.ContainsFunc(r.course.breaks.all, func(b Break) bool {
		if b.Hit == "" || b.Condition == "" || b.Pos >= pos {
			return false
		}
		if _, seen := r.led.live[b.Pos]; r.p.cat.observed(b.Pos) && !seen {
			return false
		}
		_, ok := r.conds[breakKey{b.ID, b.Pos, b.Condition}]
		return !ok
	})
}
