package player

import (
	"log/slog"

	"github.com/go-json-experiment/json/jsontext"
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
	// CheckpointMemory is how much memory in MB the browser may take, all its pages together, for pages to be kept ready
	// behind the cursor: going back is quick then. 0: none are; nor with Live, since they would ask real servers.
	CheckpointMemory int
	Trace            func(string) // hears which way each move took; nil: nobody. It is called as Listen's funcs are
	Code             CodeListener
	Log              *slog.Logger // nil: discarded
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
