package dap

import (
	"fmt"
	"slices"

	"github.com/google/go-dap"

	"restep/player"
)

// onSetFunctionBreakpoints sets breakpoints on events: see [parsePattern].
func (s *Session) onSetFunctionBreakpoints(_ request, a dap.SetFunctionBreakpointsArguments) (any, error) {
	old := s.breaks.patterns
	s.breaks.patterns = nil
	body := breakpoints{Breakpoints: []breakpoint{}}
	for _, f := range a.Breakpoints {
		b := patternBreak{condition: f.Condition, hit: f.HitCondition}
		if i := slices.IndexFunc(old, func(o patternBreak) bool { return o.pattern.text == f.Name }); i >= 0 {
			b.id = old[i].id
			old = slices.Delete(slices.Clone(old), i, i+1)
		} else {
			b.id = s.breaks.id()
		}
		s.find(f.Name, &b)
		s.breaks.patterns = append(s.breaks.patterns, b)
		body.Breakpoints = append(body.Breakpoints, s.showPattern(b))
	}
	s.tell()
	return body, nil
}

// find looks for the events of a pattern.
func (s *Session) find(text string, b *patternBreak) {
	p, err := parsePattern(text)
	b.pattern, b.at, b.why = p, nil, ""
	switch {
	case err != nil:
		b.pattern, b.why = pattern{text: text}, err.Error()
	case player.CheckHit(b.hit) != nil:
		b.why = player.CheckHit(b.hit).Error()
	case s.play == nil:
		b.why = "no playback has been launched yet"
	default:
		if b.at = p.find(s.play.file); len(b.at) == 0 {
			b.why = fmt.Sprintf("no event of this playback is a %q", text)
		}
	}
}

func (s *Session) showPattern(b patternBreak) breakpoint {
	v := breakpoint{Breakpoint: dap.Breakpoint{Id: b.id, Verified: len(b.at) > 0, Message: b.why}}
	if len(b.at) > 0 {
		v.Source, v.Line = s.source(s.play), s.toClientLine(s.play.file.Line(b.at[0]))
	} else if s.play != nil {
		v.Reason = "failed"
	}
	return v
}
