package recorder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"restep/player/browser"
	"restep/player/playback"
	"restep/sources"
)

// Options of a recording. URL and Output are required; the zero value of the others is the default.
type Options struct {
	URL      string        // where the session begins
	Output   string        // the playback file; one that is there is replaced: at once, or in the end where there is a Draft
	Draft    string        // where to write while the session goes on, in the folder of Output; empty: Output itself
	Browser  string        // executable; empty: found by browser.Find
	Headless bool          // no window: somebody drives the browser through Port
	Port     int           // debugging port for tools; 0: none
	For      time.Duration // stop after this time; 0: when the context ends
	Profile  string        // a profile to use and keep, such as one that is logged in; empty: a fresh one
	Flags    []string      // further command line flags of the browser, with their dashes

	Masker  *sources.Masker // nil: secrets stay as they are
	Rules   Rules           // what is secret besides what is found everywhere
	Drop    []string        // patterns of requests to leave out, besides known telemetry
	App     string          // recorded origin of the app; empty: that of URL
	Title   string          // of the playback
	Images  bool            // keep the content of images, sound and films
	Assets  bool            // keep the app's own scripts, styles and fonts, which a replay takes from the local app
	NoTrace bool            // leave requests as they are: no traceparent
	Mark    bool            // show the button that marks what is wrong
	// RealCrypto leaves crypto's random numbers to the browser: else whoever has the file can compute the keys that were
	// made of them. What a replay makes of its own ones is then not what was recorded.
	RealCrypto bool
	MaxBody    int64 // bytes of an answer or a download above which its content is a hole; 0: 200 MiB

	// Failed is called when a document of a tab cannot be opened, with its URL and why, such as net::ERR_CONNECTION_REFUSED;
	// the recording goes on. nil: nobody asks.
	Failed func(url, why string)
	// Opened is called once, when the browser shows the first page and everything is recorded from now on.
	Opened func()
	// Status is called about four times a second with what was recorded so far; nil: nobody asks.
	Status func(Status)
	Log    *slog.Logger // nil: discarded; recorded content is never logged

	begun func(*session) // for tests: called with Opened
}

// maxBody is the default of Options.MaxBody.
const maxBody = 200 << 20

// Status is how far a recording is.
type Status struct {
	Counts
	Elapsed time.Duration
}

// Summary is the outcome of a recording.
type Summary struct {
	Status
	Dropped map[string]int // telemetry and what the user named: pattern -> requests
	// Shown says that a document was shown in any tab: else there was nothing to record. Unopened are those that could not
	// be opened: URL -> why.
	Shown    bool
	Unopened map[string]string
	LeftOut  map[string]int // what a replay takes from the local app: what -> requests
	// Problems are what could not be recorded, for people.
	Problems []string
	// Why the recording has ended: "the browser was closed", "the last tab was closed", "" where it was asked to.
	End string
}

// Record records a session until the context ends, or the browser or its last tab is closed. Where no document was ever
// shown no file is left, and none was replaced that Options.Draft has kept. A [*WriteError] tells which file holds what
// was recorded until then; after another error there is none.
func Record(ctx context.Context, o Options) (*Summary, error) {
	o.MaxBody = cmp.Or(o.MaxBody, maxBody)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	seed := newSeed()
	proc, err := browser.Start(ctx, browser.Options{
		Path: o.Browser, Headless: o.Headless, Port: o.Port, Open: true, Data: o.Profile, Seed: seed, Log: o.Log,
		Flags: append([]string{"--window-size=1280,800"}, o.Flags...),
	})
	if err != nil {
		return nil, err
	}
	defer proc.Close()
	s := newSession(o, proc, seed)
	if err := s.begin(ctx); err != nil {
		return nil, fmt.Errorf("record %s: %w", o.URL, errors.Join(err, s.abandon()))
	}
	end, err := s.run(ctx)
	sum := s.finish(end)
	s.closeBrowser()
	if err := s.keep(err); err != nil {
		return sum, &WriteError{Name: s.file(), Err: err}
	}
	return sum, nil
}

// file is where lines are written.
func (s *session) file() string { return cmp.Or(s.o.Draft, s.o.Output) }

// keep gives the file its final form and its name, after the error with which the recording ended; where there is nothing
// in it, it goes.
func (s *session) keep(err error) error {
	late := s.journal.FinishWith(s.conclude)
	switch {
	case !s.shown:
		return errors.Join(err, playback.Remove(s.file()))
	case err != nil:
		return err // late is the same once more
	case late != nil || s.o.Draft == "":
		return late
	}
	return playback.Move(s.o.Draft, s.o.Output)
}

// abandon removes the file of a recording that could not begin.
func (s *session) abandon() error {
	if s.journal == nil {
		return nil
	}
	s.journal.Finish()
	return playback.Remove(s.file())
}

// WriteError means that the file cannot be written, or not to its end.
type WriteError struct {
	Name string
	Err  error
}

func (e *WriteError) Error() string { return "cannot write " + e.Name + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

// closeBrowser lets a browser with a kept profile write what it holds, such as cookies, before it ends.
func (s *session) closeBrowser() {
	if s.o.Profile == "" {
		return
	}
	s.proc.Root().Go("Browser.close", nil)
	select {
	case <-s.proc.Done():
	case <-time.After(closing):
	}
}

// closing is how long a browser may take to end by itself.
const closing = 5 * time.Second
