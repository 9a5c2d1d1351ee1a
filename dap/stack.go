package dap

import (
	"fmt"

	"github.com/google/go-dap"

	"restep/player"
	"restep/player/playback"
)

// frame is a stack frame that the client may ask about.
type frame struct {
	pos int // event that it stands for; the end of the file is one too
}

func (s *Session) onThreads(request, struct{}) (any, error) {
	name := "session"
	if s.play != nil {
		name = firstOf(s.play.file.Header().Title, "session")
	}
	return dap.ThreadsResponseBody{Threads: []dap.Thread{{Id: threadID, Name: name}}}, nil
}

// onStackTrace shows the event that runs next, or the failing effect; below it the functions that an error came
// through, the action that caused it, and the page.
func (s *Session) onStackTrace(_ request, a dap.StackTraceArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	if a.ThreadId != threadID && a.ThreadId != 0 { // some clients leave it out where there is one
		return nil, fail(codeStale, "there is no thread %d", a.ThreadId)
	}
	all := s.stack()
	total := len(all)
	first := max(0, min(a.StartFrame, total))
	last := total
	if a.Levels > 0 {
		last = min(total, first+a.Levels)
	}
	return dap.StackTraceResponseBody{StackFrames: all[first:last], TotalFrames: total}, nil
}

// stack makes the frames of the stop. They are made once a stop: a client that pages must see the same ones.
func (s *Session) stack() []dap.StackFrame {
	if s.shown != nil {
		return s.shown
	}
	p, pos := s.play, s.now.stop.Pos
	all := []dap.StackFrame{s.eventFrame(pos)}
	if f := s.now.stop.Failure; f != nil {
		all = append(all, s.codeFrames(s.stackOf(f))...)
	}
	action := p.action(pos)
	if action >= 0 && action != pos && pos < p.file.Len() {
		all = append(all, s.eventFrame(action))
	}
	if page, ok := s.pageFrame(pos); ok {
		all = append(all, page)
	}
	s.shown = all
	return all
}

// eventFrame is the frame of an event; at the end of the file it stands on the last line.
func (s *Session) eventFrame(pos int) dap.StackFrame {
	p := s.play
	v := dap.StackFrame{
		Id: s.frames.add(frame{pos}), Name: "end of the recording", Source: s.source(p),
		Line: s.toClientLine(p.file.Line(pos)), Column: s.toClientColumn(1), CanRestart: true,
	}
	if pos >= p.file.Len() {
		return v
	}
	e, err := p.file.Event(pos)
	if err != nil {
		v.Name = fmt.Sprintf("%s (%v)", p.file.Kind(pos), err)
		return v
	}
	v.Name = label(p.file, e)
	if e.Tab != "" && e.Tab != s.firstTab() {
		v.Name += " in tab " + e.Tab
	}
	return v
}

// firstTab is the tab of the first event, which needs no mention.
func (s *Session) firstTab() string {
	e, err := s.play.file.Event(0)
	if err != nil {
		return ""
	}
	return e.Tab
}

// stackOf is where a failure was thrown: live, or where that is not known, when it was recorded.
func (s *Session) stackOf(f *player.Failure) []playback.StackFrame {
	if len(f.Stack) > 0 || f.Pos < 0 || f.Pos >= s.play.file.Len() {
		return f.Stack
	}
	e, err := s.play.file.Event(f.Pos)
	if err != nil {
		return nil
	}
	return e.Stack
}

// codeFrames are the functions of an error's stack. They have no source: their places are those of the built app.
func (s *Session) codeFrames(stack []playback.StackFrame) []dap.StackFrame {
	var all []dap.StackFrame
	for _, c := range stack {
		all = append(all, dap.StackFrame{
			Id:   s.frames.add(frame{s.now.stop.Pos}),
			Name: fmt.Sprintf("%s  %s:%d:%d", firstOf(c.Function, "(anonymous)"), place(c.URL), c.Line, c.Column), PresentationHint: "subtle",
		})
	}
	return all
}

// pageFrame is the document that is shown at a position.
func (s *Session) pageFrame(pos int) (dap.StackFrame, bool) {
	f := s.play.file
	for at := min(pos, f.Len()) - 1; at >= 0; at-- {
		if k := f.Kind(at); k != playback.PageCommit && k != playback.Open && k != playback.Route {
			continue
		}
		e, err := f.Event(at)
		if err != nil {
			continue
		}
		name := "page " + place(e.URL)
		if e.Title != "" {
			name = fmt.Sprintf("page %s %s", quote(e.Title), place(e.URL))
		}
		return dap.StackFrame{
			Id: s.frames.add(frame{pos}), Name: name, Source: s.source(s.play),
			Line: s.toClientLine(f.Line(at)), Column: s.toClientColumn(1), PresentationHint: "subtle",
		}, true
	}
	return dap.StackFrame{}, false
}
