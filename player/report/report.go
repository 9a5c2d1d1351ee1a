// Package report tells what a run did, for people and for CI: as one HTML page, as JUnit XML, and in sentences. It is
// given the file and what was seen ([Source]), makes a [Report] of it, and writes that. It knows no browser, plays
// nothing, and reads no file but the playback.
//
// All that a report shows comes from strangers. The page is made by html/template, holds no script but its own, reaches no
// network, and is bounded: pictures, contents and lists have limits, and a note says what was left out.
package report

import (
	"time"

	"restep/player"
	"restep/player/playback"
)

// Source is what a report is made of: a file, and one run of it.
type Source struct {
	File     *playback.File
	Run      *playback.Run
	App      string                  // URL of the local app
	Local    func(url string) string // maps a recorded URL to the one that the local app uses; nil: none is mapped
	Live     map[int]player.Seen     // what the page did for a recorded effect, by its position
	Extra    map[int][]player.Seen   // what it did without a recorded line, by the position of the action before; -1: none
	Shots    map[int]Shot            // pictures of actions by position; that at File.Len() is of the end
	Took     map[int]time.Duration   // how long an action took to play, by position; nil: not measured
	Until    int                     // position that the run was to stop before; -1: it went to the end
	Runs     []Outcome               // of all runs of the file, where there are several: Run is the first
	Warnings []string                // what could not be judged
}

// Outcome is what a run of several ended with.
type Outcome struct {
	Verdict playback.Verdict
	State   string // SHA-256 of the end state, hex
}

// Shot is the picture of an action: of the page right before it, where the action had an element, and otherwise of what
// came of it.
type Shot struct {
	*player.Picture
	Before bool
}

// Seen collects what a player saw in its pass: [Source.Live] and [Source.Extra].
func (s *Source) Seen(p *player.Player) {
	s.Live, s.Extra = map[int]player.Seen{}, map[int][]player.Seen{}
	note := func(action int) {
		if list := p.Extra(action); len(list) > 0 {
			s.Extra[action] = list
		}
	}
	note(-1)
	f := p.File()
	for pos := range f.Len() {
		if f.Kind(pos).Action() {
			note(pos)
		} else if seen := p.Live(pos); seen != nil {
			s.Live[pos] = *seen
		}
	}
}

// Report is what is shown of a run. Its texts hold nothing that would steer a terminal or turn the order of reading.
type Report struct {
	Title       string
	Name        string // of the file
	Site        string // URL of the recorded app
	Verdict     playback.Verdict
	Reason      string // one sentence
	Facts       []Fact
	Failures    []Failure
	Divergences []Divergence
	Steps       []Step
	End         *Step // the page at the end; nil: no picture of it
	Pictures    []Picture
	Groups      []Group
	Overview    Overview
	Console     []Said
	Notes       []string // what was left out, what could not be judged
	Traffic     Traffic
}

// Fact is a property of the run or the recording.
type Fact struct{ Name, Value string }

// Failure is a failure that was recorded, or occurred, or both.
type Failure struct {
	Text     string
	Kind     string // "error" "rejection" "bug" "http" "console" "fail-if"
	Recorded bool
	Occurred bool
	Ahead    bool // the run ended before its line
	Answered bool // it is itself a recorded answer
	Line     int  // in the file, from 1; 0: none
	Step     int  // the number of the action before it; 0: none
	Stack    []string
}

// Divergence is a [playback.Divergence] with its sides.
type Divergence struct {
	N        int
	Kind     playback.DivergenceKind
	Text     string
	Blocking bool
	Line     int
	Step     int
	Rows     []Row // nil: there is nothing to compare
}

// Step is an action.
type Step struct {
	N        int // from 1
	Pos      int
	ID       string
	Line     int
	T        float64 // ms since the start of the recording
	Text     string  // an instruction: `Click the button "Pay now".`
	Done     bool    // the run came to it
	Failed   bool    // a failure occurred after it
	Blocked  bool    // a divergence that blocks came after it
	Differs  bool    // another divergence did
	Requests int     // that followed it, recorded or live
	Shot     int     // index in Pictures; -1: none
	Before   bool    // the picture is of the page before the action
	Mark     *Mark   // where the action went in the picture; nil: nowhere
	Took     float64 // ms that it took to play; 0: not measured
}

// Mark is where an action went, in CSS px of a viewport of Width × Height.
type Mark struct {
	Width, Height float64
	Box           *[4]float64 // x, y, width, height of the element
	X, Y, Radius  float64     // of the ring
}

// Picture is a picture that one step or several show.
type Picture struct {
	Type          string
	Data          []byte
	Width, Height float64 // of the viewport, CSS px
}

// New makes a report.
func New(s *Source) (*Report, error) {
	b := &builder{Source: s, step: map[int]int{}}
	r := &b.Report
	if err := b.steps(); err != nil {
		return nil, err
	}
	b.failures()
	if err := b.divergences(); err != nil {
		return nil, err
	}
	if err := b.network(); err != nil {
		return nil, err
	}
	if err := b.console(); err != nil {
		return nil, err
	}
	b.pictures()
	b.head()
	r.Notes = append(r.Notes, s.Warnings...)
	clean(r)
	return r, nil
}

// builder is a report in the making.
type builder struct {
	*Source
	Report
	step  map[int]int // position of an action -> its index in Steps
	spent int         // bytes of contents that were taken in so far
	sent  map[int][]player.Seen
}
