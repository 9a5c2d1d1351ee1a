package chrome

import (
	"fmt"

	"restep/player/playback"
)

// codeMissing is an entry of the journal that says of the app's own code that it did not load.
const codeMissing playback.Kind = "code"

// notLoaded is the divergence that such an entry is.
func (o *observation) notLoaded() playback.Divergence {
	why := "no answer"
	if o.Status != 0 {
		why = fmt.Sprintf("status %d", o.Status)
	}
	return playback.Divergence{
		Kind: playback.CodeMissing, Pos: -1, Got: o.URL, Blocking: o.Dead,
		Text: "the app's own " + o.URL + " did not load: " + why,
	}
}
