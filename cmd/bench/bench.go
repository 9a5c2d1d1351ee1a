package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"restep/player"
)

// bench is one run of the benchmark.
type bench struct {
	app     *app
	browser string // executable
	peers   string // folder with the peers' scripts and packages
	dir     string // for generated files
	rounds  int
	only    *regexp.Regexp // of the names of groups
	log     io.Writer      // progress
}

// measure takes one value of a series.
type measure struct {
	*series
	take func(context.Context) (float64, error)
}

// group is what is measured in turns, so that a machine that becomes slow slows all of it, and the rows made of it.
type group struct {
	name     string
	measures []measure
	rows     []row
}

// run measures every group and returns the rows of the table. What fails is told and left out of the table; the error
// is that of the context.
func (b *bench) run(ctx context.Context) ([]row, error) {
	var rows []row
	for _, prepare := range []func() (group, error){
		b.steps, b.fetches, b.opening, b.longSession, b.start, b.back, b.recording, b.hot,
	} {
		g, err := prepare()
		if err != nil {
			return rows, err
		}
		if !b.only.MatchString(g.name) {
			continue
		}
		if err := b.interleave(ctx, &g); err != nil {
			return rows, err
		}
		rows = append(rows, g.rows...)
	}
	return rows, nil
}

// interleave takes every measure of a group once a round. A measure that fails is not tried again.
func (b *bench) interleave(ctx context.Context, g *group) error {
	for i := range b.rounds {
		for _, m := range g.measures {
			if m.err != nil {
				continue
			}
			begin := time.Now()
			v, err := m.take(ctx)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				m.err = err
				fmt.Fprintf(b.log, "%s: %s failed: %v\n", g.name, m.name, err)
				continue
			}
			m.values = append(m.values, v)
			fmt.Fprintf(b.log, "%s %d/%d: %s %s %s (%.1f s)\n", g.name, i+1, b.rounds, m.name, number(v), m.unit, time.Since(begin).Seconds())
		}
	}
	return nil
}

// The names of the players in the table.
const (
	oursName       = "restep"
	replayName     = "@puppeteer/replay"
	playwrightName = "Playwright"
)

// steps measures the mean ms of a step of the user with everything that it caused.
func (b *bench) steps() (group, error) {
	const steps, documents = 70, 3
	f := deskFlow(steps, documents)
	s := func(name string) *series { return &series{name: name, unit: "ms"} }
	play, next := s(oursName), s(oursName+", step by step")
	replay, replayFlag := s(replayName), s(replayName+", our flag")
	playwright, playwrightFlag := s(playwrightName), s(playwrightName+", our flag")
	return group{
		name: "steps",
		measures: []measure{
			{play, func(ctx context.Context) (float64, error) { return playFlow(ctx, b, &f, pace, player.Continue) }},
			{replayFlag, func(ctx context.Context) (float64, error) { return replayFlow(ctx, b, &f, sharedFlags[:]) }},
			{playwrightFlag, func(ctx context.Context) (float64, error) { return playwrightFlow(ctx, b, &f, sharedFlags[:]) }},
			{next, func(ctx context.Context) (float64, error) { return playFlow(ctx, b, &f, pace, player.Next) }},
			{replay, func(ctx context.Context) (float64, error) { return replayFlow(ctx, b, &f, nil) }},
			{playwright, func(ctx context.Context) (float64, error) { return playwrightFlow(ctx, b, &f, nil) }},
		},
		rows: []row{
			{what: "step, mean of 70", ours: play, peer: replayFlag, target: 1.0 / 6},
			{what: "step, mean of 70", ours: play, peer: playwrightFlag, target: 0.5},
			{what: "step, mean of 70", ours: play, peer: replay},
			{what: "step, mean of 70", ours: play, peer: playwright},
			{what: "step, a stop after each", ours: next, peer: replayFlag},
		},
	}, nil
}

// fetches measures the ms of a request that is answered from the recording.
func (b *bench) fetches() (group, error) {
	g := group{name: "fetches"}
	for _, c := range []struct {
		what   string
		f      fetches
		target float64
	}{
		{"fetch of 1 KB, one by one", fetches{200, 1 << 10, false}, 1.0 / 25},
		{"fetch of 1 KB, all at once", fetches{200, 1 << 10, true}, 1.0 / 25},
		{"fetch of 100 KB, one by one", fetches{200, 100 << 10, false}, 1.0 / 10},
		{"fetch of 100 KB, all at once", fetches{200, 100 << 10, true}, 1.0 / 10},
	} {
		ours := &series{name: oursName + ", " + c.what, unit: "ms"}
		peer := &series{name: playwrightName + " route", unit: "ms"}
		g.measures = append(g.measures,
			measure{ours, func(ctx context.Context) (float64, error) { return playFetches(ctx, b, c.f) }},
			measure{peer, func(ctx context.Context) (float64, error) { return playwrightFetches(ctx, b, c.f) }},
		)
		g.rows = append(g.rows, row{what: c.what, ours: ours, peer: peer, target: c.target})
	}
	return g, nil
}

// opening measures opening large files: index and first events.
func (b *bench) opening() (group, error) {
	g := group{name: "opening"}
	for _, c := range []struct {
		what string
		file bigFile
	}{
		{"open 10,000 events, 23 MB beside", besideFile},
		{"open 10,000 events, 16 MB file", insideFile},
	} {
		if !b.only.MatchString(g.name) {
			break
		}
		path, err := c.file.write(b.dir)
		if err != nil {
			return g, err
		}
		size, err := describe(path)
		if err != nil {
			return g, err
		}
		fmt.Fprintf(b.log, "opening: %s: %s\n", c.what, size)
		took, memory := &series{name: c.what, unit: "ms"}, &series{name: c.what, unit: "MB"}
		var last opening
		g.measures = append(g.measures,
			measure{took, func(ctx context.Context) (v float64, err error) {
				last, err = openChild(ctx, path)
				return last.MS, err
			}},
			measure{memory, func(context.Context) (float64, error) { // of the same process
				if last.RSS == 0 {
					return last.Heap, nil
				}
				return last.RSS, nil
			}},
		)
		g.rows = append(g.rows,
			row{what: c.what, ours: took, target: 50},
			row{what: c.what + ": peak memory", ours: memory, target: 64})
	}
	return g, nil
}

// longSession measures how much faster than the user a session of ten minutes is played.
func (b *bench) longSession() (group, error) {
	const events, duration = 1000, 10 * time.Minute
	f := deskFlow(events, 1)
	factor := &series{name: oursName, unit: "x"}
	each := &series{name: oursName, unit: "ms"}
	pace := ms(duration) / events
	return group{
		name: "long",
		measures: []measure{
			{each, func(ctx context.Context) (float64, error) { return playFlow(ctx, b, &f, pace, player.Continue) }},
			{factor, func(context.Context) (float64, error) {
				if len(each.values) == 0 {
					return 0, errors.New("the session could not be played")
				}
				return pace / each.values[len(each.values)-1], nil
			}},
		},
		rows: []row{
			{what: "10 min, 1000 actions: each", ours: each, target: 10},
			{what: "10 min, 1000 actions: × real time", ours: factor, target: 60, higher: true},
		},
	}, nil
}

// start measures how long a session takes until it can be debugged.
func (b *bench) start() (group, error) {
	cold := &series{name: oursName, unit: "ms"}
	return group{
		name:     "start",
		measures: []measure{{cold, func(ctx context.Context) (float64, error) { return coldStart(ctx, b) }}},
		rows:     []row{{what: "cold start to the first stop", ours: cold}},
	}, nil
}
