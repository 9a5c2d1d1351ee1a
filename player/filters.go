package player

import (
	"context"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// FilterNames are the exception filters that a player knows.
func FilterNames() []string {
	return []string{"uncaught", "rejection", "console.error", "http", "divergence"}
}

// haltOn are the filters for which the page stops its clock. A failure that was not recorded is a divergence.
func (r *pass) haltOn() []string {
	if !r.mode.stops || len(r.course.filters) == 0 {
		return nil
	}
	on := slices.Collect(maps.Keys(r.course.filters))
	if slices.Contains(on, "divergence") {
		on = append(on, "uncaught", "rejection")
		if r.p.opt.FailOn.Console {
			on = append(on, "console.error")
		}
		if r.p.opt.FailOn.HTTP {
			on = append(on, "http")
		}
	}
	slices.Sort(on)
	return slices.Compact(on)
}

// filterHolds evaluates the condition of a filter over event, the seen one.
func (r *pass) filterHolds(ctx context.Context, f Filter, s *Seen) (bool, error) {
	if f.Condition == "" {
		return true, nil
	}
	v, err := r.evalVars(ctx, f.Condition, "", map[string]jsontext.Value{"event": asJSON(&s.Event), "kind": asJSON(string(s.Kind))})
	if err != nil {
		return false, err
	}
	return r.holdsFilter(f, v), nil
}

// filterDivergence queues a stop for a divergence: for a blocking one, or, where the filter has a condition, for every
// one that it holds for. The condition sees kind, its text, and event, the divergence.
func (r *pass) filterDivergence(ctx context.Context, d playback.Divergence) error {
	f, on := r.course.filters["divergence"]
	if !on || !r.mode.stops {
		return nil
	}
	if f.Condition == "" && !d.Blocking {
		return nil
	}
	if f.Condition != "" {
		v, err := r.evalVars(ctx, f.Condition, "", map[string]jsontext.Value{"event": asJSON(d), "kind": asJSON(string(d.Kind))})
		if err != nil {
			return err
		}
		if !r.holdsFilter(f, v) {
			return nil
		}
	}
	pos := d.Pos
	if pos < 0 {
		pos = r.pos
	}
	r.queueStop(Stop{Pos: pos, Reason: Exception, Text: string(d.Kind) + ": " + d.Text, Filter: "divergence", Divergence: &d})
	return nil
}

// holdsFilter takes the value of a condition; one that throws does not hold, and is told once.
func (r *pass) holdsFilter(f Filter, v Value) bool {
	const key = -1 // no breakpoint has this id
	if v.Thrown && r.mayTell && !r.p.broken[key] {
		r.p.broken[key] = true
		r.tell(max(r.acted, 0), "important", "the condition of the filter "+f.Name+" failed: "+v.Text)
	}
	return !v.Thrown && truthy(v)
}

// queueStop queues a stop with the breakpoints that stand on the same effect: one stop tells both.
func (r *pass) queueStop(s Stop) {
	if r.p.cat.observed(s.Pos) {
		s.Breaks = r.standing(s.Pos)
	}
	if len(s.Breaks) > 0 {
		r.shown[s.Pos] = true
	}
	r.queue = append(r.queue, s)
}
