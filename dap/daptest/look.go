package daptest

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-dap"
)

// The steps of a script that look and change nothing, and those that change a value.

func (s *Script) stack(ctx context.Context, _ string) (string, error) {
	frames, err := s.Client.Stack(ctx)
	var out strings.Builder
	for _, f := range frames {
		at := "-"
		if f.Source != nil {
			at = fmt.Sprintf("line %d", f.Line)
		}
		fmt.Fprintf(&out, "  %s: %s\n", at, f.Name)
	}
	return out.String(), err
}

func (s *Script) scopes(ctx context.Context, _ string) (string, error) {
	frames, err := s.Client.Stack(ctx)
	if err != nil {
		return "", err
	}
	var body dap.ScopesResponseBody
	if err := s.Client.Call(ctx, "scopes", map[string]any{"frameId": frames[0].Id}, &body); err != nil {
		return "", err
	}
	var out strings.Builder
	for _, v := range body.Scopes {
		fmt.Fprintf(&out, "  %s\n", v.Name)
	}
	return out.String(), nil
}

func (s *Script) vars(ctx context.Context, arg string) (string, error) {
	ref, err := s.open(ctx, path(arg))
	if err != nil {
		return "", err
	}
	all, err := s.Client.Variables(ctx, ref)
	var out strings.Builder
	for _, v := range all {
		more := ""
		if v.VariablesReference != 0 {
			more = " …"
		}
		fmt.Fprintf(&out, "  %s = %s%s\n", v.Name, v.Value, more)
	}
	return out.String(), err
}

// path splits a path at " / ": names of values have blanks.
func path(arg string) []string { return strings.Split(arg, " / ") }

// open opens a scope and values in it by name, and returns the reference of the last.
func (s *Script) open(ctx context.Context, names []string) (int, error) {
	ref, err := s.Client.Scope(ctx, names[0])
	for _, name := range names[1:] {
		if err != nil {
			return 0, err
		}
		var all []dap.Variable
		if all, err = s.Client.Variables(ctx, ref); err != nil {
			return 0, err
		}
		ref = 0
		for _, v := range all {
			if v.Name == name {
				ref = v.VariablesReference
			}
		}
		if ref == 0 {
			return 0, fmt.Errorf("there is nothing to open in %q", name)
		}
	}
	return ref, err
}

func (s *Script) set(ctx context.Context, arg string) (string, error) {
	where, value, ok := strings.Cut(arg, " = ")
	names := path(where)
	if !ok || len(names) < 2 {
		return "", fmt.Errorf("write set SCOPE / NAME = VALUE")
	}
	ref, err := s.open(ctx, names[:len(names)-1])
	if err != nil {
		return "", err
	}
	var body dap.SetVariableResponseBody
	err = s.Client.Call(ctx, "setVariable", map[string]any{"variablesReference": ref, "name": names[len(names)-1], "value": value}, &body)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("  %s\n", body.Value), nil
}

func (s *Script) exception(ctx context.Context, _ string) (string, error) {
	var body dap.ExceptionInfoResponseBody
	if err := s.Client.Call(ctx, "exceptionInfo", map[string]any{"threadId": 1}, &body); err != nil {
		return "", err
	}
	return fmt.Sprintf("  %s: %s\n", body.ExceptionId, body.Description), nil
}

// output shows what was printed since the last time, with the line that it belongs to.
func (s *Script) output(context.Context, string) (string, error) {
	var out strings.Builder
	for _, m := range s.Client.Take("output") {
		var body dap.OutputEventBody
		if err := m.Decode(&body); err != nil {
			return "", err
		}
		at := ""
		if body.Line != 0 {
			at = fmt.Sprintf("line %d: ", body.Line)
		}
		for line := range strings.Lines(body.Output) {
			fmt.Fprintf(&out, "  %s%s: %s\n", at, body.Category, strings.TrimRight(line, "\n"))
			at = strings.Repeat(" ", len(at))
		}
	}
	return out.String(), nil
}

func (s *Script) threads(ctx context.Context, _ string) (string, error) {
	var body dap.ThreadsResponseBody
	err := s.Client.Call(ctx, "threads", nil, &body)
	var out strings.Builder
	for _, t := range body.Threads {
		fmt.Fprintf(&out, "  %d: %s\n", t.Id, t.Name)
	}
	return out.String(), err
}

// evaluate shows the value; a command that moves, whose answer ends in "…", also tells where the session stopped.
func (s *Script) evaluate(where string) func(context.Context, string) (string, error) {
	return func(ctx context.Context, arg string) (string, error) {
		v, err := s.Client.Evaluate(ctx, arg, where)
		if err != nil {
			return "", err
		}
		out := ""
		for line := range strings.Lines(v.Result) {
			out += "  " + strings.TrimRight(line, "\n") + "\n"
		}
		if strings.HasPrefix(arg, ":") && strings.HasSuffix(v.Result, "…") {
			if _, err := s.Client.Stopped(ctx); err != nil {
				return out, err
			}
			stop, err := s.where(ctx)
			return out + stop, err
		}
		return out, nil
	}
}

func (s *Script) complete(ctx context.Context, arg string) (string, error) {
	var body dap.CompletionsResponseBody
	err := s.Client.Call(ctx, "completions", map[string]any{"text": arg, "column": len([]rune(arg)) + 1}, &body)
	var out strings.Builder
	for _, t := range body.Targets {
		fmt.Fprintf(&out, "  %s\n", t.Label)
	}
	return out.String(), err
}

func (s *Script) raw(ctx context.Context, arg string) (string, error) {
	command, arguments, _ := strings.Cut(arg, " ")
	var body jsontext.Value
	var send any
	if arguments != "" {
		send = jsontext.Value(arguments)
	}
	seq, err := s.Client.Send(command, send)
	if err != nil {
		return "", err
	}
	m, err := s.Client.Response(ctx, seq)
	if err != nil {
		return "", err
	}
	if !m.Success {
		return "", &Error{command, m.Message}
	}
	if body = m.Body; len(body) == 0 {
		return "  ok\n", nil
	}
	return fmt.Sprintf("  %s\n", body), nil
}
