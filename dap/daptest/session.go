package daptest

import (
	"context"
	"fmt"

	"github.com/google/go-dap"
)

// Capabilities that a client announces with everything it can.
func everything() map[string]any {
	return map[string]any{
		"clientID": "daptest", "adapterID": "restep", "linesStartAt1": true, "columnsStartAt1": true, "pathFormat": "path",
		"supportsVariableType": true, "supportsVariablePaging": true, "supportsProgressReporting": true,
		"supportsInvalidatedEvent": true, "supportsMemoryEvent": true,
	}
}

// Begin initializes and launches, calls configure (which may be nil), and finishes the configuration. It returns when
// the session has stopped for the first time.
func (c *Client) Begin(ctx context.Context, launch map[string]any, configure func() error) (dap.StoppedEventBody, error) {
	var none dap.StoppedEventBody
	if err := c.Call(ctx, "initialize", everything(), nil); err != nil {
		return none, err
	}
	if err := c.Call(ctx, "launch", launch, nil); err != nil {
		return none, err
	}
	if _, err := c.Event(ctx, "initialized"); err != nil {
		return none, err
	}
	if configure != nil {
		if err := configure(); err != nil {
			return none, err
		}
	}
	if err := c.Call(ctx, "configurationDone", nil, nil); err != nil {
		return none, err
	}
	return c.Stopped(ctx)
}

// ErrTerminated is returned where the session ended instead of stopping.
var ErrTerminated = fmt.Errorf("the session ended")

// Stopped waits for the next stop.
func (c *Client) Stopped(ctx context.Context) (dap.StoppedEventBody, error) {
	var body dap.StoppedEventBody
	m, err := c.Event(ctx, "stopped", "terminated")
	if err != nil {
		return body, err
	}
	if m.Event == "terminated" {
		return body, ErrTerminated
	}
	return body, m.Decode(&body)
}

// Move sends a request that resumes and waits for the stop that follows.
func (c *Client) Move(ctx context.Context, command string, arguments map[string]any) (dap.StoppedEventBody, error) {
	all := map[string]any{"threadId": 1}
	for k, v := range arguments {
		all[k] = v
	}
	if err := c.Call(ctx, command, all, nil); err != nil {
		return dap.StoppedEventBody{}, err
	}
	return c.Stopped(ctx)
}

// Stack returns the frames of the stop.
func (c *Client) Stack(ctx context.Context) ([]dap.StackFrame, error) {
	var body dap.StackTraceResponseBody
	err := c.Call(ctx, "stackTrace", map[string]any{"threadId": 1}, &body)
	return body.StackFrames, err
}

// Line returns the line of the top frame.
func (c *Client) Line(ctx context.Context) (int, error) {
	all, err := c.Stack(ctx)
	if err != nil {
		return 0, err
	}
	if len(all) == 0 {
		return 0, fmt.Errorf("the stack is empty")
	}
	return all[0].Line, nil
}

// Scope returns the reference of a scope of the top frame.
func (c *Client) Scope(ctx context.Context, name string) (int, error) {
	all, err := c.Stack(ctx)
	if err != nil {
		return 0, err
	}
	var body dap.ScopesResponseBody
	if err := c.Call(ctx, "scopes", map[string]any{"frameId": all[0].Id}, &body); err != nil {
		return 0, err
	}
	for _, s := range body.Scopes {
		if s.Name == name {
			return s.VariablesReference, nil
		}
	}
	return 0, fmt.Errorf("there is no scope %q", name)
}

// Variables returns the children of a scope or value.
func (c *Client) Variables(ctx context.Context, reference int) ([]dap.Variable, error) {
	var body dap.VariablesResponseBody
	err := c.Call(ctx, "variables", map[string]any{"variablesReference": reference}, &body)
	return body.Variables, err
}

// Evaluate evaluates in the top frame.
func (c *Client) Evaluate(ctx context.Context, expression, where string) (dap.EvaluateResponseBody, error) {
	var body dap.EvaluateResponseBody
	all, err := c.Stack(ctx)
	if err != nil {
		return body, err
	}
	err = c.Call(ctx, "evaluate", map[string]any{"expression": expression, "context": where, "frameId": all[0].Id}, &body)
	return body, err
}

// Disconnect ends the session and waits until the adapter has closed the connection.
func (c *Client) Disconnect(ctx context.Context) error {
	if err := c.Call(ctx, "disconnect", map[string]any{"terminateDebuggee": true}, nil); err != nil {
		return err
	}
	return c.Wait(ctx)
}
