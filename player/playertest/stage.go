// Package playertest is a browser in memory: a [player.Stage] whose pages run an app that is a Go function, under a
// virtual clock. It serves unit tests of player and of what stands on it. It knows no HTML and no JavaScript: elements
// are names with a text, and [Page.Eval] understands a few operators over the app's variables.
package playertest

import (
	"context"
	"errors"
	"sync/atomic"

	"restep/player"
	"restep/player/playback"
)

// App is the code of a document: it runs once for every document that is opened and registers what happens.
type App func(*World)

// Stage opens pages that run an app. The zero value runs an app that does nothing.
type Stage struct {
	App App
	// OnOpen is called before a page is opened; its error is returned by Open.
	OnOpen func() error

	opened atomic.Int64
	open   atomic.Int64
}

var _ player.Stage = (*Stage)(nil)

// Open implements [player.Stage].
func (s *Stage) Open(ctx context.Context, scene player.Scene) (player.Page, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.OnOpen != nil {
		if err := s.OnOpen(); err != nil {
			return nil, err
		}
	}
	s.opened.Add(1)
	s.open.Add(1)
	return &Page{
		stage: s, scene: scene, storage: map[string]string{}, at: -1, release: map[int]bool{}, taken: map[int]taken{},
	}, nil
}

// Opened counts the pages that were opened.
func (s *Stage) Opened() int { return int(s.opened.Load()) }

// Open counts the pages that were not closed.
func (s *Stage) Live() int { return int(s.open.Load()) }

// ErrClosed is returned by the methods of a page that was closed.
var ErrClosed = errors.New("the page is closed")

// Page is a page in memory.
type Page struct {
	stage  *Stage
	scene  player.Scene
	closed atomic.Bool

	now     float64
	seq     int
	tasks   []task // by time, then by order of entry
	world   *World // the current document, nil before the first
	history []string
	at      int // in history
	storage map[string]string

	window  player.Window
	answers []player.Answer // given, not released
	taken   map[int]taken   // recorded request -> who took it
	release map[int]bool    // answers that were released
	live    int             // number of the last live request
	hung    bool            // the app is in an endless loop
	wrong   []string        // what the app did wrong since the last report, in the words of HaltOn
	seen    []player.Seen
	differs []playback.Divergence // what the app did that only a page can report
	handles []any
}

// taken is a live request that took a recorded one.
type taken struct {
	live  int
	at    float64
	world *World
	then  func(Answer)
}

// task is something that runs at a time.
type task struct {
	at    float64
	seq   int
	world *World // nil: the page itself
	run   func()
}

var (
	_ player.Page    = (*Page)(nil)
	_ player.Checker = (*Page)(nil)
)

// ready says whether a method may run.
func (p *Page) ready(ctx context.Context) error {
	if p.closed.Load() {
		return ErrClosed
	}
	return ctx.Err()
}

// Close implements [player.Page].
func (p *Page) Close() error {
	if !p.closed.Swap(true) {
		p.stage.open.Add(-1)
	}
	return nil
}

// Screenshot implements [player.Page]: a white PNG of 1 × 1.
func (p *Page) Screenshot(ctx context.Context) ([]byte, error) {
	if err := p.ready(ctx); err != nil {
		return nil, err
	}
	return []byte(whitePNG), nil
}

const whitePNG = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x00\x00\x00\x00:~\x9bU" +
	"\x00\x00\x00\nIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`\x82"

// note adds something that the page did to the report.
func (p *Page) note(e playback.Event, pos int) *player.Seen {
	e.T = p.now
	p.seen = append(p.seen, player.Seen{Event: e, Pos: pos})
	return &p.seen[len(p.seen)-1]
}
