// Package player replays a playback file: it keeps the cursor, the schedule, breakpoints, divergences and the verdict.
// It knows neither DAP nor Chromium: what is played on is a [Page].
//
// File order is the schedule. Between two actions the player hands the page the answers that stand there and lets the
// clock run; the page releases them in that order. The player then compares what it saw with the recorded effects.
package player

import (
	"context"
	"log/slog"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// Options of a player. The zero value plays against the recorded origins with nothing live.
type Options struct {
	App      string   // URL of the local app; empty: the recorded one
	Origins  []Origin // recorded URL prefix -> local URL prefix; longest first wins; Header.App -> App is implied
	Live     []string // patterns ("METHOD URL" or "URL", * wild) that may reach a real server
	Fill     map[string]jsontext.Value
	Strict   bool // every divergence blocks
	FailOn   FailOn
	FailIf   string // JavaScript that fails the run where it is true after an action
	Realtime bool
	Listen   Listener
	Log      *slog.Logger // nil: discarded
}

// Origin maps a recorded URL prefix to a local one.
type Origin struct{ From, To string }

// FailOn adds failures that are off by default.
type FailOn struct{ HTTP, Console bool }

// Listener hears what a run does the first time it does it: nothing is repeated while the player re-runs to go back.
// Its funcs may be nil; they are called by the goroutine that called the player, and must not call it.
type Listener struct {
	Output   func(Output)
	Progress func(done, total int) // while a re-run takes place: actions
}

// Output is a line for the debug console.
type Output struct {
	Pos      int    // event that it belongs to
	Category string // "console" "stdout" "stderr" "important"
	Text     string // ends in a newline
}

// Player plays one file. One goroutine owns it; only Interrupt may be called from others.
//
// Positions count events from 0 in file order; Pos is the event that runs next, and File.Len() is the end.
type Player struct { /* … */
}

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

// API of the player, in one place:
//
//	New(f *playback.File, stage Stage, o Options) (*Player, error)
//	(p) Start(ctx) (Stop, error)          opens the page at the start; Entry
//	(p) Do(ctx, Move) (Stop, error)       moves; always stops somewhere
//	(p) Interrupt()                       any goroutine: stop before the next event, Paused
//	(p) SetBreaks([]Break), SetFilters([]Filter)
//	(p) Pos() int, File() *playback.File
//	(p) Page() Page                       the live page, for evaluation; nil before Start
//	(p) Touch()                           marks the run touched: no verdict until the next restore
//	(p) Override(Answer), Overridden(pos)   another answer for this run
//	(p) Live(pos) *Seen                   what the page did for a recorded effect, in this pass
//	(p) Extra(pos) []Seen                 what it did without a recorded line, by the action at pos
//	(p) Divergences() []playback.Divergence, Failures() (recorded, live []Failure)
//	(p) Verdict() playback.Verdict
//	(p) Result(ctx) (*playback.Run, error)  verdict, failures, divergences, coverage, state hash
//	(p) Close() error
type _ = context.Context
