package dap

import (
	"fmt"
	"slices"

	"github.com/google/go-dap"

	"restep/player"
)

// breakTable holds the breakpoints as the client set them. What the player gets is derived from it: a breakpoint of a
// line is one event, a pattern all events that it matches.
type breakTable struct {
	ids      int
	files    map[string][]lineBreak // by path; a client may set them before launch, and for other files
	patterns []patternBreak         // of setFunctionBreakpoints
	typed    []patternBreak         // of :break and eventBreakpoints
	filters  []player.Filter
}

// lineBreak is a breakpoint on a line. Line and pos are -1 where it is not verified.
type lineBreak struct {
	id        int
	asked     int // the line that the client asked for, from 1
	line, pos int
	why       string // it is not verified
	condition string
	hit       string
	log       string
	saved     stamp // the playback as the client knew it, for a line of it
}

// patternBreak is a breakpoint on events.
type patternBreak struct {
	id        int
	pattern   pattern
	at        []int // positions that match
	why       string
	condition string
	hit       string
}

func (b *breakTable) id() int { b.ids++; return b.ids }

// byPattern reports whether a breakpoint is one on events.
func (b *breakTable) byPattern(id int) bool {
	is := func(p patternBreak) bool { return p.id == id }
	return slices.ContainsFunc(b.patterns, is) || slices.ContainsFunc(b.typed, is)
}

// onSetBreakpoints replaces the breakpoints of one file. They move to the next event line.
func (s *Session) onSetBreakpoints(_ request, a dap.SetBreakpointsArguments) (any, error) {
	path := s.fromClientPath(a.Source.Path)
	if a.Breakpoints == nil {
		for _, l := range a.Lines { // deprecated, still sent by itself by old clients
			a.Breakpoints = append(a.Breakpoints, dap.SourceBreakpoint{Line: l})
		}
	}
	set := make([]lineBreak, 0, len(a.Breakpoints))
	old := s.breaks.files[path]
	for _, b := range a.Breakpoints {
		l := lineBreak{asked: s.fromClientLine(b.Line), condition: b.Condition, hit: b.HitCondition, log: b.LogMessage}
		// A breakpoint that stays keeps its number, and with it what the client shows of it.
		if i := slices.IndexFunc(old, func(o lineBreak) bool { return o.asked == l.asked }); i >= 0 {
			l.id = old[i].id
			old = slices.Delete(slices.Clone(old), i, i+1)
		} else {
			l.id = s.breaks.id()
		}
		if s.isProgram(path) {
			l.saved = stampOf(s.play.cfg.Program)
		}
		s.place(path, &l)
		set = append(set, l)
	}
	if s.breaks.files == nil {
		s.breaks.files = map[string][]lineBreak{}
	}
	if len(set) == 0 {
		delete(s.breaks.files, path)
	} else {
		s.breaks.files[path] = set
	}
	s.tell()
	body := breakpoints{Breakpoints: []breakpoint{}}
	for _, l := range set {
		body.Breakpoints = append(body.Breakpoints, s.showLine(path, l))
	}
	return body, nil
}

// place finds the event of a breakpoint.
func (s *Session) place(path string, l *lineBreak) {
	l.line, l.pos, l.why = -1, -1, ""
	switch {
	case s.play == nil:
		l.why = "no playback has been launched yet"
	case !s.isProgram(path):
		l.why = "this file is not the playback that is being debugged"
	default:
		pos, ok := s.play.file.At(l.asked)
		if !ok || l.asked < 1 {
			l.why = "there is no event on this line or after it"
			return
		}
		if err := player.CheckHit(l.hit); err != nil {
			l.why = err.Error()
			return
		}
		l.pos, l.line = pos, s.play.file.Line(pos)
	}
}

func (s *Session) showLine(path string, l lineBreak) breakpoint {
	b := breakpoint{Breakpoint: dap.Breakpoint{Id: l.id, Verified: l.pos >= 0, Message: l.why, Line: s.toClientLine(l.asked)}}
	b.Source = &dap.Source{Path: s.toClientPath(path)}
	if l.pos >= 0 {
		b.Source = s.source(s.play)
		b.Line = s.toClientLine(l.line)
	} else if s.play != nil {
		b.Reason = "failed"
	}
	return b
}

// tell gives the player what is set.
func (s *Session) tell() {
	if s.runner == nil || s.play.cfg.NoDebug {
		return
	}
	var all []player.Break
	for path, set := range s.breaks.files {
		for _, l := range set {
			if l.pos >= 0 && s.isProgram(path) {
				all = append(all, player.Break{ID: l.id, Pos: l.pos, Condition: l.condition, Hit: l.hit, Log: l.log})
			}
		}
	}
	for _, b := range slices.Concat(s.breaks.patterns, s.breaks.typed) {
		for _, pos := range b.at {
			all = append(all, player.Break{ID: b.id, Pos: pos, Condition: b.condition, Hit: b.hit})
		}
	}
	slices.SortFunc(all, func(a, b player.Break) int { return a.ID - b.ID })
	s.runner.set(all, s.breaks.filters)
}

// settle places all breakpoints in a file that was just opened.
func (s *Session) settle() {
	for path, set := range s.breaks.files {
		for i := range set {
			s.place(path, &set[i])
		}
	}
	for i := range s.breaks.patterns {
		s.find(s.breaks.patterns[i].pattern.text, &s.breaks.patterns[i])
	}
	s.breaks.typed = slices.DeleteFunc(s.breaks.typed, func(b patternBreak) bool {
		return slices.Contains(s.play.cfg.EventBreakpoints, b.pattern.text)
	})
	for _, text := range s.play.cfg.EventBreakpoints {
		b := patternBreak{id: s.breaks.id()}
		b.pattern.text = text
		s.breaks.typed = append(s.breaks.typed, b)
	}
	for i := range s.breaks.typed {
		b := &s.breaks.typed[i]
		s.find(b.pattern.text, b)
		if b.why != "" {
			s.important(fmt.Sprintf("restep: event breakpoint %s: %s\n", b.pattern.text, b.why))
		}
	}
}

// reportMoved tells the client where its breakpoints are in a file that was reread.
func (s *Session) reportMoved() {
	for path, set := range s.breaks.files {
		for _, l := range set {
			s.send("breakpoint", breakpointChange{Reason: "changed", Breakpoint: s.showLine(path, l)})
		}
	}
	for _, b := range s.breaks.patterns {
		s.send("breakpoint", breakpointChange{Reason: "changed", Breakpoint: s.showPattern(b)})
	}
}

// onBreakpointLocations lists the lines of events. VS Code asks for a line at a time, all the time.
func (s *Session) onBreakpointLocations(_ request, a dap.BreakpointLocationsArguments) (any, error) {
	body := dap.BreakpointLocationsResponseBody{Breakpoints: []dap.BreakpointLocation{}}
	if s.play == nil || !s.isProgram(s.fromClientPath(a.Source.Path)) {
		return body, nil
	}
	first, last := s.fromClientLine(a.Line), s.fromClientLine(a.Line)
	if a.EndLine != 0 {
		last = s.fromClientLine(a.EndLine)
	}
	f := s.play.file
	pos, ok := f.At(first)
	for ; ok && pos < f.Len() && f.Line(pos) <= last; pos++ {
		body.Breakpoints = append(body.Breakpoints, dap.BreakpointLocation{Line: s.toClientLine(f.Line(pos)), Column: s.toClientColumn(1)})
	}
	return body, nil
}
