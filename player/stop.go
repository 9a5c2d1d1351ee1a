package player

import "restep/player/playback"

// Reason says why the player stopped.
type Reason string

const (
	Entry      Reason = "entry"
	Step       Reason = "step"
	Breakpoint Reason = "breakpoint"
	Exception  Reason = "exception"
	Paused     Reason = "pause"
	Goto       Reason = "goto"
	End        Reason = "end"
)

// Stop is where the player stands and why.
type Stop struct {
	Pos        int // the event that runs next, or after a failure the failing effect
	Reason     Reason
	Text       string // for people: "Start of the recording", "TypeError: …", the verdict at the end
	Breaks     []int  // ids of the breakpoints that were hit
	Filter     string // the exception filter that stopped
	Failure    *Failure
	Divergence *playback.Divergence
}

// Move is a request to the player.
type Move struct {
	Kind MoveKind
	Pos  int // RunTo, SkipTo
}

// MoveKind names a move; the meaning of each is that of the DAP request in the design.
type MoveKind int

const (
	Next MoveKind = iota
	StepIn
	StepOut
	Continue
	StepBack
	ReverseContinue
	RunTo
	SkipTo
	Restart // from the start, same breakpoints; stops on entry
)

// Break is a breakpoint on an event.
type Break struct {
	ID        int
	Pos       int
	Condition string // JavaScript; `event` is the recorded line, `live` what the page did instead (or null)
	Hit       string // "3", ">3", ">=3", "<3", "==3", "%3": counted from the start of the recording
	Log       string // logpoint: text with {JavaScript}
}

// Filter is an exception filter: "uncaught" "rejection" "console.error" "http" "divergence".
type Filter struct {
	Name      string
	Condition string // JavaScript over `event` (uncaught…), over the kind for divergence
}

// Failure is a failure that occurred, or the recorded one.
type Failure struct {
	Pos      int    // event: the recorded line, or for a live-only failure the action after which it occurred
	Kind     string // "error" "rejection" "bug" "http" "console" "fail-if"
	Name     string
	Message  string
	Stack    []playback.StackFrame
	After    string // id of the action before it
	Answered bool   // it is itself a recorded answer
	Recorded bool   // it is also in the recording
}
