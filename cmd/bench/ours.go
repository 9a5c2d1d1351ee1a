package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"restep/player"
	"restep/player/chrome"
	"restep/player/playback"
)

// session is one of our own players in a browser of its own, stopped before the first event.
type session struct {
	stage *chrome.Browser
	p     *player.Player
}

// openSession starts a browser and a player of the file. The time that it takes is the cold start of a debugging
// session.
func openSession(ctx context.Context, browser, app string, f *playback.File) (*session, error) {
	return openSessionWith(ctx, browser, app, f, player.Options{})
}

// openSessionWith is openSession with options of the player.
func openSessionWith(ctx context.Context, browser, app string, f *playback.File, o player.Options) (*session, error) {
	o.App = app
	stage, err := chrome.Start(ctx, chrome.Options{Path: browser, Headless: true})
	if err != nil {
		return nil, fmt.Errorf("start the browser: %w", err)
	}
	p, err := player.New(f, stage, o)
	if err == nil {
		_, err = p.Start(ctx)
	}
	if err != nil {
		stage.Close()
		return nil, fmt.Errorf("start the player: %w", err)
	}
	return &session{stage, p}, nil
}

func (s *session) close() error { return errors.Join(s.p.Close(), s.stage.Close()) }

// move makes one move and returns how long it took, in ms.
func (s *session) move(ctx context.Context, m player.MoveKind) (float64, error) {
	begin := time.Now()
	_, err := s.p.Do(ctx, player.Move{Kind: m})
	return ms(time.Since(begin)), err
}

// toEnd runs to the end, in one go or step by step, and returns the time in ms.
func (s *session) toEnd(ctx context.Context, m player.MoveKind) (float64, error) {
	total := 0.0
	for s.p.At().Reason != player.End {
		d, err := s.move(ctx, m)
		if err != nil {
			return 0, err
		}
		total += d
	}
	return total, nil
}

// matched checks that the run did what was recorded: a fast run that did something else is no result.
func (s *session) matched(ctx context.Context, end string) error {
	run, err := s.p.Result(ctx)
	if err != nil {
		return err
	}
	if run.Verdict != playback.Matched || len(run.Divergences) > 0 {
		return fmt.Errorf("the run is %q with divergences %v", run.Verdict, run.Divergences)
	}
	v, err := s.p.Page().Eval(ctx, player.Eval{Expr: end})
	if err != nil {
		return err
	}
	if v.Text != "true" {
		return fmt.Errorf("the page does not show the end of the session: %s is %s", end, v.Text)
	}
	return nil
}

// warm plays a file that opens one page, in a player of its own: the first page of a process pays for what later ones
// share. The peers' scripts do the same.
func (s *session) warm(ctx context.Context, app string) error {
	f := deskFlow(1, 1)
	file, err := f.record(app, pace)
	if err != nil {
		return err
	}
	p, err := player.New(file, s.stage, player.Options{App: app})
	if err != nil {
		return err
	}
	w := session{stage: s.stage, p: p}
	_, err = p.Start(ctx)
	if err == nil {
		_, err = w.toEnd(ctx, player.Continue)
	}
	return errors.Join(err, p.Close())
}

// playFlow plays a flow in a fresh browser and returns the ms for each step.
func playFlow(ctx context.Context, b *bench, f *flow, pace float64, m player.MoveKind) (float64, error) {
	file, err := f.record(b.app.url, pace)
	if err != nil {
		return 0, err
	}
	s, err := openSession(ctx, b.browser, b.app.url, file)
	if err != nil {
		return 0, err
	}
	var total float64
	if err = s.warm(ctx, b.app.url); err == nil {
		total, err = s.toEnd(ctx, m)
	}
	if err == nil {
		err = s.matched(ctx, f.end())
	}
	return total / float64(len(f.steps)), errors.Join(err, s.close())
}

// playFetches returns the ms for each request: the step that makes them, without what a click that makes none takes,
// since the peer's time has no click in it either.
func playFetches(ctx context.Context, b *bench, f fetches) (float64, error) {
	file, err := f.record(b.app.url)
	if err != nil {
		return 0, err
	}
	s, err := openSession(ctx, b.browser, b.app.url, file)
	if err != nil {
		return 0, err
	}
	var took [4]float64 // the page, a click, a click, the click that makes the requests
	err = s.warm(ctx, b.app.url)
	for i := range took {
		if err == nil {
			took[i], err = s.move(ctx, player.Next)
		}
	}
	if err == nil {
		_, err = s.toEnd(ctx, player.Next)
	}
	if err == nil {
		err = s.matched(ctx, f.end())
	}
	return (took[3] - took[2]) / float64(f.Count), errors.Join(err, s.close())
}

// coldStart returns the ms until the first stop: browser, page and player.
func coldStart(ctx context.Context, b *bench) (float64, error) {
	f := deskFlow(6, 1)
	file, err := f.record(b.app.url, pace)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	s, err := openSession(ctx, b.browser, b.app.url, file)
	if err != nil {
		return 0, err
	}
	return ms(time.Since(begin)), s.close()
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
