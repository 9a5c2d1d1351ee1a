// Package sources turns what other tools recorded of a session into a playback.
//
// It owns what every importer needs: the contract of a [Source], the [Recording] that sources fill, the dropping of
// telemetry, the mapping of origins, the masking of secrets, and the merging of several recordings of one session.
// It knows no format but the playback file, and it deliberately has no list of the sources that exist: the command
// line has it.
package sources

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"time"

	"restep/player/playback"
)

// Source reads one kind of recording. A value has no state: its methods may be called from any goroutine, any number
// of times, and the same input always gives the same events with the same ids.
type Source interface {
	// Kind is the name on the command line and in the header of a playback, such as "har".
	Kind() string
	// Recognise reports whether a file that begins with these bytes is most likely of this kind. The head may end
	// anywhere.
	Recognise(head []byte) bool
	// Import reads the input to its end and adds what it says to the recording. What the format has and a playback
	// cannot say is reported, never passed over. An error means that the input is not what it claims to be, and
	// says where; it is not wrapped with the name of the input.
	Import(ctx context.Context, in Input, rec *Recording) error
}

// Input is a file to import.
type Input struct {
	Name string    // for messages
	R    io.Reader // read once, from the start
	// Dir holds files that the input may refer to by name; it must not lead out of the folder. nil: there are none.
	Dir fs.FS
}

// Options say how to import and merge. The zero value is the default.
type Options struct {
	App     string   // origin of the app as recorded; empty: that of the first page
	Title   string   // empty: the source's own
	Drop    []string // patterns of traffic to drop, besides known telemetry; see [Pattern]
	Origins []Origin // applied to every URL; the longest From wins
}

// Origin maps the URLs that begin with From to begin with To instead.
type Origin struct{ From, To string }

// Import reads one input with one source: the events are in order, mapped to the wanted origins, and each effect has
// its cause. Secrets are masked when the recording is written. The caller closes the recording.
func Import(ctx context.Context, src Source, in Input, o Options) (*Recording, error) {
	rec := NewRecording(src.Kind(), o)
	sum := sha256.New()
	in.R = io.TeeReader(in.R, sum)
	err := src.Import(ctx, in, rec)
	if err == nil {
		_, err = io.Copy(io.Discard, in.R) // the id is that of the whole input
	}
	if err != nil {
		rec.Close()
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	rec.Header.ID = playback.NewID("", src.Kind(), hex.EncodeToString(sum.Sum(nil)))
	rec.mapOrigins(o.Origins)
	rec.Sort()
	rec.Rebase()
	rec.SetCauses()
	return rec, nil
}

// Millis is a duration in the unit of a playback's t, rounded to microseconds.
func Millis(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}
