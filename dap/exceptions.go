package dap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-dap"

	"restep/player"
)

// onSetExceptionBreakpoints takes the filters of all clients: VS Code sends options with conditions, the others names.
func (s *Session) onSetExceptionBreakpoints(_ request, a dap.SetExceptionBreakpointsArguments) (any, error) {
	s.breaks.filters = nil
	body := breakpoints{Breakpoints: []breakpoint{}}
	add := func(name, condition string) {
		b := breakpoint{Breakpoint: dap.Breakpoint{Verified: true}}
		if known := slices.Contains(player.FilterNames(), name); known {
			s.breaks.filters = append(s.breaks.filters, player.Filter{Name: name, Condition: condition})
		} else {
			b.Verified, b.Message, b.Reason = false, fmt.Sprintf("there is no filter %q", name), "failed"
		}
		body.Breakpoints = append(body.Breakpoints, b)
	}
	for _, f := range a.Filters {
		add(f, "")
	}
	for _, f := range a.FilterOptions {
		add(f.FilterId, f.Condition)
	}
	s.tell()
	return body, nil
}

// exceptionFilters are what a run can stop at. Helix turns all of them on at once, so each must be terse.
func exceptionFilters() []dap.ExceptionBreakpointsFilter {
	const condition = "JavaScript; `event` is the recorded line"
	return []dap.ExceptionBreakpointsFilter{
		{Filter: "uncaught", Label: "Uncaught errors", Description: "An error that no handler of the app caught", Default: true, SupportsCondition: true, ConditionDescription: condition},
		{Filter: "rejection", Label: "Unhandled rejections", Description: "A promise that was rejected and not handled", SupportsCondition: true, ConditionDescription: condition},
		{Filter: "console.error", Label: "console.error", Description: "The app wrote an error to its console", SupportsCondition: true, ConditionDescription: condition},
		{Filter: "http", Label: "HTTP errors", Description: "A response with status 400 or more", SupportsCondition: true, ConditionDescription: condition + ", such as event.status >= 500"},
		{Filter: "divergence", Label: "Divergences", Description: "The live run departs from the recording", Default: true, SupportsCondition: true, ConditionDescription: "JavaScript; `kind` is the kind of divergence"},
	}
}

// onExceptionInfo tells about the failure or divergence of the stop.
func (s *Session) onExceptionInfo(_ request, a dap.ExceptionInfoArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	t := s.now.stop
	switch {
	case t.Failure != nil:
		f := t.Failure
		stack := ""
		for _, c := range s.stackOf(f) {
			stack += fmt.Sprintf("    at %s (%s:%d:%d)\n", firstOf(c.Function, "<anonymous>"), c.URL, c.Line, c.Column)
		}
		text := f.Message
		if f.Answered {
			text += " (answered from the recording)"
		}
		return dap.ExceptionInfoResponseBody{
			ExceptionId: firstOf(f.Name, f.Kind), Description: text, BreakMode: "unhandled",
			Details: &dap.ExceptionDetails{Message: f.Message, TypeName: firstOf(f.Name, f.Kind), StackTrace: stack},
		}, nil
	case t.Divergence != nil:
		d := t.Divergence
		text := d.Text
		if d.Want != "" {
			text += "\nrecorded: " + d.Want
		}
		if d.Got != "" {
			text += "\nlive: " + d.Got
		}
		if b := s.now.asked(); b != nil {
			text += "\n" + strings.TrimSuffix(offer(b), "\n")
		}
		return dap.ExceptionInfoResponseBody{
			ExceptionId: string(d.Kind), Description: text, BreakMode: "always",
			Details: &dap.ExceptionDetails{Message: d.Text, TypeName: "divergence"},
		}, nil
	case t.Reason == player.Exception:
		return dap.ExceptionInfoResponseBody{ExceptionId: firstOf(t.Filter, "failure"), Description: t.Text, BreakMode: "always"}, nil
	}
	return nil, fail(codeState, "the session did not stop on a failure")
}
