package dap

import (
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-dap"
)

// What go-dap v0.12 lacks: it stops at version 1.64 of the protocol, and its omitempty drops values that mean something.
// Each type names the version that brought it.

// message is the envelope of everything that is read.
type message struct {
	Seq       int            `json:"seq"`
	Type      string         `json:"type"`
	Command   string         `json:"command"`
	Arguments jsontext.Value `json:"arguments"`
}

// response is the envelope of an answer. RequestSeq may be 0: Helix begins there.
type response struct {
	Seq        int    `json:"seq"`
	Type       string `json:"type"`
	RequestSeq int    `json:"request_seq"`
	Success    bool   `json:"success"`
	Command    string `json:"command"`
	Message    string `json:"message,omitzero"`
	Body       any    `json:"body,omitzero"`
}

// event is the envelope of an event.
type event struct {
	Seq   int    `json:"seq"`
	Type  string `json:"type"`
	Event string `json:"event"`
	Body  any    `json:"body,omitzero"`
}

// initializeArguments adds supportsANSIStyling (1.69).
type initializeArguments struct {
	dap.InitializeRequestArguments
	SupportsANSIStyling bool `json:"supportsANSIStyling"`
}

// capabilities adds supportsANSIStyling (1.69).
type capabilities struct {
	dap.Capabilities
	SupportsANSIStyling bool `json:"supportsANSIStyling,omitzero"`
}

// breakpoint adds reason (1.66): "failed" where it can never be verified.
type breakpoint struct {
	dap.Breakpoint
	Reason string `json:"reason,omitzero"`
}

// breakpoints is the body of every set…Breakpoints response.
type breakpoints struct {
	Breakpoints []breakpoint `json:"breakpoints"`
}

// breakpointChange is the body of a breakpoint event.
type breakpointChange struct {
	Reason     string     `json:"reason"`
	Breakpoint breakpoint `json:"breakpoint"`
}

// evaluateArguments adds the place that an expression was found at (1.67).
type evaluateArguments struct {
	dap.EvaluateArguments
	Source *dap.Source `json:"source"`
	Line   int         `json:"line"`
	Column int         `json:"column"`
}

// stopped always names the thread: without it nvim-dap has no thread to step.
type stopped struct {
	Reason            string `json:"reason"`
	Description       string `json:"description,omitzero"`
	ThreadID          int    `json:"threadId"`
	Text              string `json:"text,omitzero"`
	AllThreadsStopped bool   `json:"allThreadsStopped"`
	HitBreakpointIDs  []int  `json:"hitBreakpointIds,omitempty"`

	PreserveFocusHint bool `json:"preserveFocusHint,omitzero"` // the user is elsewhere: no file is to be shown
}

// progress is the body of progressStart and progressUpdate; 0 % is a percentage.
type progress struct {
	ID          string `json:"progressId"`
	Title       string `json:"title,omitzero"`
	RequestID   int    `json:"requestId,omitzero"`
	Cancellable bool   `json:"cancellable,omitzero"`
	Message     string `json:"message,omitzero"`
	Percentage  *int   `json:"percentage,omitzero"`
}

// restartArguments holds the launch configuration as it is now.
type restartArguments struct {
	Arguments jsontext.Value `json:"arguments"`
}
