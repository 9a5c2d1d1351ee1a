package daptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-dap"
)

// Script is a session as a user sees it. In its text, a line that begins with "> " is what the user does; the lines
// after it are what they see. [Script.Run] gives the text back with what is seen now, so that a test compares the two,
// or writes the new one where the change is meant.
//
//	> break LINE [if CONDITION] [hit COUNT] [log MESSAGE]     adds a breakpoint; one before launch waits for it
//	> clear                             takes all breakpoints away
//	> on PATTERN                        adds a breakpoint on events
//	> catch [FILTER…]                   sets the exception filters
//	> launch                            begins, with the launch configuration of the script
//	> next, in, out, back, rc, continue, restart     as the buttons; restartframe restarts the top frame
//	> goto LINE, skip LINE              the first and second target of a line
//	> stack, scopes, exception, output, threads
//	> vars SCOPE [/ NAME…]              opens a scope of the top frame, and values in it by name
//	> set SCOPE / NAME… = VALUE         changes a value
//	> eval EXPR, hover EXPR, complete TEXT
//	> raw COMMAND JSON                  any request
//	> disconnect
//
// Lines that begin with # are comments.
type Script struct {
	Client *Client
	Launch map[string]any
	Path   string        // of the playback
	Limit  time.Duration // for each step; 0: 30 s
	// Hide is replaced by … in what is seen: times, ports and the like.
	Hide *regexp.Regexp

	breaks   []map[string]any
	patterns []map[string]any
	begun    bool
}

// Run runs a script and returns it with what was seen. The error is that the adapter broke off; what it refuses is
// seen as a line that begins with "error: ".
func (s *Script) Run(ctx context.Context, text []byte) ([]byte, error) {
	if s.Limit == 0 {
		s.Limit = 30 * time.Second
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") || line == "" {
			out.WriteString(line + "\n")
			continue
		}
		do, ok := strings.CutPrefix(line, "> ")
		if !ok {
			continue // what was seen before
		}
		out.WriteString(line + "\n")
		seen, err := s.step(ctx, do)
		var refused *Error
		switch {
		case errors.As(err, &refused):
			seen += "error: " + refused.Text + "\n"
		case errors.Is(err, ErrTerminated):
			seen += "terminated\n"
		case err != nil:
			return out.Bytes(), fmt.Errorf("> %s: %w", do, err)
		}
		if s.Hide != nil {
			seen = s.Hide.ReplaceAllString(seen, "…")
		}
		out.WriteString(seen)
	}
	return out.Bytes(), nil
}

func (s *Script) step(ctx context.Context, do string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Limit)
	defer cancel()
	name, arg, _ := strings.Cut(do, " ")
	if move, ok := map[string]string{"next": "next", "in": "stepIn", "out": "stepOut", "back": "stepBack", "rc": "reverseContinue",
		"continue": "continue", "restart": "restart"}[name]; ok {
		if _, err := s.Client.Move(ctx, move, nil); err != nil && !errors.Is(err, ErrTerminated) {
			return "", err
		}
		return s.where(ctx)
	}
	steps := map[string]func(context.Context, string) (string, error){
		"break": s.breakAt, "clear": s.clear, "on": s.breakOn, "catch": s.catch, "launch": s.launch,
		"goto": s.jump(0), "skip": s.jump(1), "restartframe": s.restartFrame,
		"stack": s.stack, "scopes": s.scopes, "vars": s.vars, "set": s.set, "exception": s.exception, "output": s.output,
		"threads": s.threads, "eval": s.evaluate("repl"), "hover": s.evaluate("hover"), "complete": s.complete, "raw": s.raw,
		"disconnect": s.disconnect,
	}
	f, ok := steps[name]
	if !ok {
		return "", fmt.Errorf("there is no step %q", name)
	}
	return f(ctx, arg)
}

// where tells about the stop that was reached last.
func (s *Script) where(ctx context.Context) (string, error) {
	all := s.Client.All()
	for i := len(all) - 1; i >= 0; i-- {
		m := all[i]
		if m.Type != "event" || m.Event != "stopped" && m.Event != "terminated" {
			continue
		}
		if m.Event == "terminated" {
			return "", ErrTerminated
		}
		var body dap.StoppedEventBody
		if err := m.Decode(&body); err != nil {
			return "", err
		}
		frames, err := s.Client.Stack(ctx)
		if err != nil {
			return "", err
		}
		text := fmt.Sprintf("stopped: %s", body.Reason)
		for _, more := range []string{body.Description, body.Text} {
			if more != "" {
				text += ": " + more
			}
		}
		return fmt.Sprintf("%s\n  line %d: %s\n", text, frames[0].Line, frames[0].Name), nil
	}
	return "", fmt.Errorf("the session has not stopped yet")
}

func (s *Script) launch(ctx context.Context, _ string) (string, error) {
	_, err := s.Client.Begin(ctx, s.Launch, func() error {
		s.begun = true
		if _, err := s.sendBreaks(ctx); err != nil {
			return err
		}
		_, err := s.sendPatterns(ctx)
		return err
	})
	if err != nil {
		return "", err
	}
	return s.where(ctx)
}

// breakForm splits "LINE if … hit … log …".
var breakForm = regexp.MustCompile(`^(\d+)(?: if (.*?))?(?: hit (\S+))?(?: log (.*))?$`)

func (s *Script) breakAt(ctx context.Context, arg string) (string, error) {
	m := breakForm.FindStringSubmatch(arg)
	if m == nil {
		return "", fmt.Errorf("write break LINE [if CONDITION] [hit COUNT] [log MESSAGE]")
	}
	line, err := strconv.Atoi(m[1])
	if err != nil {
		return "", err
	}
	b := map[string]any{"line": line}
	for i, name := range []string{"condition", "hitCondition", "logMessage"} {
		if m[i+2] != "" {
			b[name] = m[i+2]
		}
	}
	s.breaks = append(s.breaks, b)
	if !s.begun {
		return "", nil
	}
	return s.sendBreaks(ctx)
}

func (s *Script) clear(ctx context.Context, _ string) (string, error) {
	s.breaks, s.patterns = nil, nil
	if _, err := s.sendPatterns(ctx); err != nil {
		return "", err
	}
	return s.sendBreaks(ctx)
}

func (s *Script) breakOn(ctx context.Context, arg string) (string, error) {
	s.patterns = append(s.patterns, map[string]any{"name": arg})
	if !s.begun {
		return "", nil
	}
	return s.sendPatterns(ctx)
}

func (s *Script) sendBreaks(ctx context.Context) (string, error) {
	if s.breaks == nil {
		s.breaks = []map[string]any{}
	}
	return s.showBreaks(ctx, "setBreakpoints", map[string]any{"source": map[string]any{"path": s.Path}, "breakpoints": s.breaks})
}

func (s *Script) sendPatterns(ctx context.Context) (string, error) {
	if s.patterns == nil {
		s.patterns = []map[string]any{}
	}
	return s.showBreaks(ctx, "setFunctionBreakpoints", map[string]any{"breakpoints": s.patterns})
}

func (s *Script) showBreaks(ctx context.Context, command string, arguments map[string]any) (string, error) {
	var body dap.SetBreakpointsResponseBody
	if err := s.Client.Call(ctx, command, arguments, &body); err != nil {
		return "", err
	}
	var out strings.Builder
	for _, b := range body.Breakpoints {
		if b.Verified {
			fmt.Fprintf(&out, "  breakpoint on line %d\n", b.Line)
		} else {
			fmt.Fprintf(&out, "  no breakpoint: %s\n", b.Message)
		}
	}
	return out.String(), nil
}

func (s *Script) catch(ctx context.Context, arg string) (string, error) {
	return "", s.Client.Call(ctx, "setExceptionBreakpoints", map[string]any{"filters": strings.Fields(arg)}, nil)
}

// jump goes to a target of a line.
func (s *Script) jump(target int) func(context.Context, string) (string, error) {
	return func(ctx context.Context, arg string) (string, error) {
		line, err := strconv.Atoi(arg)
		if err != nil {
			return "", err
		}
		var body dap.GotoTargetsResponseBody
		err = s.Client.Call(ctx, "gotoTargets", map[string]any{"source": map[string]any{"path": s.Path}, "line": line}, &body)
		if err != nil {
			return "", err
		}
		if len(body.Targets) <= target {
			return "no target\n", nil
		}
		if _, err := s.Client.Move(ctx, "goto", map[string]any{"targetId": body.Targets[target].Id}); err != nil {
			return "", err
		}
		return s.where(ctx)
	}
}

func (s *Script) restartFrame(ctx context.Context, _ string) (string, error) {
	frames, err := s.Client.Stack(ctx)
	if err != nil {
		return "", err
	}
	if _, err := s.Client.Move(ctx, "restartFrame", map[string]any{"frameId": frames[0].Id}); err != nil {
		return "", err
	}
	return s.where(ctx)
}

func (s *Script) disconnect(ctx context.Context, _ string) (string, error) {
	return "", s.Client.Disconnect(ctx)
}
