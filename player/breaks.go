package player

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// evalTimeout bounds the expressions of breakpoints and checks.
const evalTimeout = 500 * time.Millisecond

// breakSet is the breakpoints that are set, by position.
type breakSet struct {
	all []Break
	at  map[int][]Break
}

// SetBreaks replaces the breakpoints. Several may share an ID, as the places of a pattern do: their hits count
// together. One whose Hit is no hit condition never stops; see [CheckHit].
func (p *Player) SetBreaks(list []Break) {
	p.breaks = breakSet{all: slices.Clone(list), at: map[int][]Break{}}
	for _, b := range list {
		p.breaks.at[b.Pos] = append(p.breaks.at[b.Pos], b)
	}
}

// SetFilters replaces the exception filters.
func (p *Player) SetFilters(list []Filter) {
	p.filters = map[string]Filter{}
	for _, f := range list {
		p.filters[f.Name] = f
	}
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
	for _, b := range r.p.breaks.at[pos] {
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
	for _, b := range r.p.breaks.at[pos] {
		holds, err := r.condition(ctx, b)
		if err != nil {
			return nil, err
		}
		if !holds {
			continue
		}
		stop, err := hit(b.Hit, r.count(b))
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
	if v.Thrown && !r.p.broken[b.ID] {
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
	for _, x := range r.p.breaks.all {
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
	return slices.ContainsFunc(r.p.breaks.all, func(b Break) bool {
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

// logPoint prints the message of a logpoint; {expressions} are evaluated.
func (r *pass) logPoint(ctx context.Context, b Break) error {
	if !r.mayTell {
		return nil
	}
	var out strings.Builder
	for rest := b.Log; rest != ""; {
		text, expr, tail, ok := cutExpr(rest)
		out.WriteString(text)
		rest = tail
		if !ok {
			continue
		}
		v, err := r.eval(ctx, expr, b.Pos)
		if err != nil {
			return err
		}
		out.WriteString(plain(v))
	}
	r.tell(b.Pos, "console", out.String())
	return nil
}

// cutExpr splits "text{expr}tail"; braces inside the expression nest. ok is false where there is no expression.
func cutExpr(s string) (text, expr, tail string, ok bool) {
	start := strings.IndexByte(s, '{')
	if start < 0 {
		return s, "", "", false
	}
	depth := 0
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:start], s[start+1 : i], s[i+1:], true
			}
		}
	}
	return s, "", "", false
}

// plain is the text of a value: strings without quotes.
func plain(v Value) string {
	var s string
	if v.JSON.Kind() == '"' && json.Unmarshal(v.JSON, &s) == nil {
		return s
	}
	return v.Text
}

// truthy reports whether JavaScript takes a value for true.
func truthy(v Value) bool {
	if v.JSON == nil {
		return v.Type != "undefined" && v.Text != "NaN" && v.Text != "undefined"
	}
	switch string(v.JSON) {
	case "false", "null", `""`, "0", "-0", "":
		return false
	}
	return true
}

// eval evaluates an expression with event, the recorded line at pos, and live, what the page did instead.
func (r *pass) eval(ctx context.Context, expr string, pos int) (Value, error) {
	e, err := r.p.file.Event(pos)
	if err != nil {
		return Value{}, fmt.Errorf("event %s: %w", r.p.cat.label(pos), err)
	}
	vars := map[string]jsontext.Value{"event": asJSON(e), "live": jsontext.Value("null")}
	if s, ok := r.led.live[pos]; ok {
		vars["live"] = asJSON(&s.Event)
	}
	return r.evalVars(ctx, expr, e.Tab, vars)
}

func (r *pass) evalVars(ctx context.Context, expr, tab string, vars map[string]jsontext.Value) (Value, error) {
	v, err := r.page.Eval(ctx, Eval{Expr: expr, Tab: tab, Timeout: evalTimeout, Vars: vars})
	if err != nil {
		return Value{}, fmt.Errorf("evaluate: %w", err)
	}
	return v, nil
}

// asJSON encodes an event; what cannot be encoded is null.
func asJSON(v any) jsontext.Value {
	b, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return jsontext.Value("null")
	}
	return b
}
