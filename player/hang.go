package player

import (
	"context"
	"errors"

	"restep/player/playback"
)

// ErrHangs is returned by [Page.Act] and [Page.Advance] where the app does not give up the main thread: it is in an
// endless loop. The page has ended what ran, so that it can be looked at; it must not be played on, since a handler
// that was cut off leaves a state that no user has seen.
var ErrHangs = errors.New("the page does not respond: the app has been running without pause")

// hang ends the run at the action after which the page did not respond. It is a divergence, not an error: a version of
// the app in which that happens is to be told from one that could not be tried.
func (r *pass) hang(ctx context.Context) (Stop, error) {
	r.hung, r.partial = true, false
	pos := max(r.acted, 0)
	err := r.diverge(ctx, playback.Divergence{Kind: playback.PageHangs, Pos: pos, Blocking: true, Text: ErrHangs.Error()})
	if err != nil {
		return Stop{}, err
	}
	r.queue = nil
	d := r.led.divergences[len(r.led.divergences)-1]
	return Stop{Pos: pos, Reason: Exception, Text: string(d.Kind), Filter: "divergence", Divergence: &d}, nil
}

// hungEnd is where a pass stops that has nowhere to go.
func (r *pass) hungEnd() Stop {
	return Stop{Pos: max(r.acted, 0), Reason: End, Text: "The run ends here: " + string(playback.PageHangs)}
}
