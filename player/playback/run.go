package playback

import "time"

// Run is what one replay of a file did. The last one of each file is kept in the user's state folder, where editors see
// it: see [SaveRun] and [LoadRun].
type Run struct {
	Verdict     Verdict      `json:"verdict"`
	Actions     int          `json:"actions"` // actions that were performed
	Touched     bool         `json:"touched,omitzero"`
	Divergences []Divergence `json:"divergences"`
	Failures    RunFailures  `json:"failures"`
	Unanswered  int          `json:"unanswered"`     // live requests that were blocked
	Missing     int          `json:"missing"`        // recorded requests that were not made
	State       string       `json:"state,omitzero"` // SHA-256 of the end state, hex
	Elapsed     float64      `json:"elapsedMs"`
	Start       time.Time    `json:"start,omitzero"` // when it was played
	Coverage    Coverage     `json:"coverage"`
	Cut         bool         `json:"cut,omitzero"` // lists were shortened to keep it
}

// Coverage says which events a run has come by.
type Coverage struct {
	Ran    int      `json:"ran"`            // events that ran: the first ones of the file, but for skipped ones
	Until  string   `json:"until,omitzero"` // id of the event that was next; empty: the end was reached
	Unseen []string `json:"unseen"`         // ids of the effects among them that the page did not show
}

// RunFailures are the failures of the file and those that occurred.
type RunFailures struct {
	Recorded []RunFailure `json:"recorded"`
	Live     []RunFailure `json:"live"`
}

// RunFailure is a failure in a [Run].
type RunFailure struct {
	ID       string       `json:"id,omitzero"`   // the recorded event
	Line     int          `json:"line,omitzero"` // its line, from 1
	Kind     string       `json:"kind"`          // "error" "rejection" "bug" "http" "console" "fail-if"
	Name     string       `json:"name,omitzero"`
	Message  string       `json:"message,omitzero"`
	After    string       `json:"after,omitzero"` // id of the action before it
	Answered bool         `json:"answered,omitzero"`
	Stack    []StackFrame `json:"stack,omitzero"`
}

// Verdict is the outcome of a run.
type Verdict string

// The verdicts; the first that applies is the outcome. A touched run has none.
const (
	Reproduced Verdict = "reproduced" // a recorded failure occurred
	Diverged   Verdict = "diverged"   // a blocking divergence
	Gone       Verdict = "gone"       // the file has failures, none occurred
	Matched    Verdict = "matched"
	NoVerdict  Verdict = ""
)

// Divergence is where the live run departs from the recording.
type Divergence struct {
	Kind     DivergenceKind `json:"kind"`
	ID       string         `json:"id,omitzero"`   // the event that it concerns
	Line     int            `json:"line,omitzero"` // its line in the file, from 1
	Pos      int            `json:"-"`             // its position; -1: none
	Blocking bool           `json:"blocking,omitzero"`
	Text     string         `json:"text"` // one line for people
	Want     string         `json:"want,omitzero"`
	Got      string         `json:"got,omitzero"`
}

// DivergenceKind names a kind of divergence.
type DivergenceKind string

// The kinds of divergence.
const (
	ElementNotFound    DivergenceKind = "element not found"
	ElementAmbiguous   DivergenceKind = "element ambiguous"
	RequestUnmatched   DivergenceKind = "request unmatched"
	RequestDiffers     DivergenceKind = "request differs"
	RequestMissing     DivergenceKind = "request missing"
	ResponseOrder      DivergenceKind = "response order"
	ConsoleExtra       DivergenceKind = "console error extra"
	ConsoleMissing     DivergenceKind = "console error missing"
	ErrorNew           DivergenceKind = "error new"
	ErrorGone          DivergenceKind = "error gone"
	URLDiffers         DivergenceKind = "url differs"
	FingerprintDiffer  DivergenceKind = "fingerprint differs"
	StorageDiffers     DivergenceKind = "storage differs"
	BugUnchecked       DivergenceKind = "bug not checked"
	HoleFilled         DivergenceKind = "hole filled"
	PageHangs          DivergenceKind = "page does not respond"
	LiveFailed         DivergenceKind = "live request failed"
	EnvironmentDiffers DivergenceKind = "environment differs"
	DialogUnrecorded   DivergenceKind = "dialog not recorded"
	ActionLost         DivergenceKind = "action not performed"
	CodeMissing        DivergenceKind = "code not loaded"
)
