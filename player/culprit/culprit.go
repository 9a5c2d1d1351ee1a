// Package culprit finds what a failure of a recording needs: the fewest actions that still lead to it ([Minimize]), and the
// orders of answers that do and do not ([Explore]).
//
// It plays parts and rearrangements of a file, many of them and several at once, and asks of each run whether the failure
// occurred. It knows neither Chromium nor files on a disk: what it plays on is a [player.Stage], what it plays are views of
// one file ([playback.File.View]).
package culprit

import (
	"errors"

	"restep/player/playback"
)

// ErrNothing is returned where no failure of the recording occurs, so that there is nothing to find the cause of.
var ErrNothing = errors.New("no failure of the recording occurred")

// NothingError is [ErrNothing] with the verdict of the run.
type NothingError struct{ Verdict playback.Verdict }

func (e *NothingError) Error() string {
	return ErrNothing.Error() + ": the verdict is " + string(e.Verdict)
}

// Unwrap returns [ErrNothing].
func (e *NothingError) Unwrap() error { return ErrNothing }

// Progress is how far a search is.
type Progress struct {
	Runs int // playbacks played
	Left int // Minimize: actions of the smallest part so far; Explore: orders that are to be tried
	Of   int // Minimize: actions of the recording; Explore: orders in all
}
