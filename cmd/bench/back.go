package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"restep/player"
)

// The session that is gone back in: a single document, so that no load helps.
const (
	backEvents = 1000
	backSteps  = 20
	backPace   = 600         // ms between two actions of the recording: ten minutes
	backMemory = 1024        // MB, as the debug adapter has it
	person     = time.Second // between two steps of somebody who looks at what he sees
	nearBehind = 20          // actions: the live page is promised soon from there
)

// backRun is what one session of stepping back gave, in ms unless said otherwise.
type backRun struct {
	shown    []float64 // stop, what was known and picture, of each step back
	near     []float64 // until the live page was there, where one was parked at most nearBehind actions before
	came     int       // steps whose live page was there before the next step
	last     float64   // until the live page was there after the last step
	trips    float64   // round trips from the request for a parked action to its first evaluation
	picture  float64   // until the picture of the parked page
	memory   float64   // MB, the most that the browser's processes took
	pictures int       // of the journal, of backSteps
}

// back measures going back in a long session, beside what another player needs to come to the same place.
func (b *bench) back() (group, error) {
	f := deskFlow(backEvents, 1)
	s := func(name, unit string) *series { return &series{name: name, unit: unit} }
	shown, near, end := s("shown", "ms"), s("live page, near", "ms"), s("live page, at last", "ms")
	came, count, trips, picture, memory := s("came", "steps"), s("near", "steps"), s("parked", "trips"), s("parked, picture", "ms"), s("memory", "MB")
	again, peer := s(oursName+", all again", "ms"), s(replayName+", our flag", "ms")
	var last *backRun
	of := func(value func(*backRun) (float64, bool)) func(context.Context) (float64, error) {
		return func(context.Context) (float64, error) {
			if last == nil {
				return 0, errors.New("the session could not be gone back in")
			}
			v, ok := value(last)
			if !ok {
				return 0, errors.New("no step was of that kind")
			}
			return v, nil
		}
	}
	most := func(list []float64) (float64, bool) {
		if len(list) == 0 {
			return 0, false
		}
		return slices.Max(list), true
	}
	return group{
		name: "back",
		measures: []measure{
			{shown, func(ctx context.Context) (v float64, err error) {
				if last, err = b.goBack(ctx, &f); err != nil {
					return 0, err
				}
				return slices.Max(last.shown), nil
			}},
			{near, of(func(r *backRun) (float64, bool) { return most(r.near) })},
			{end, of(func(r *backRun) (float64, bool) { return r.last, true })},
			{came, of(func(r *backRun) (float64, bool) { return float64(r.came), true })},
			{count, of(func(r *backRun) (float64, bool) { return float64(len(r.near)), true })},
			{trips, of(func(r *backRun) (float64, bool) { return r.trips, true })},
			{picture, of(func(r *backRun) (float64, bool) { return r.picture, true })},
			{memory, of(func(r *backRun) (float64, bool) { return r.memory, true })},
			{again, func(ctx context.Context) (float64, error) {
				each, err := playFlow(ctx, b, &f, backPace, player.Continue)
				return each * backEvents, err
			}},
			{peer, func(ctx context.Context) (float64, error) {
				each, err := replayFlow(ctx, b, &f, sharedFlags[:])
				return each * backEvents, err
			}},
		},
		rows: []row{
			{what: "20 steps back: picture and scopes, the slowest", ours: shown, target: 100},
			{what: "live page, one parked ≤ 20 behind, the slowest", ours: near, target: 250},
			{what: "steps of 20 with a page parked ≤ 20 behind", ours: count},
			{what: "steps of 20 whose page came within the second", ours: came},
			{what: "live page after the 20 steps", ours: end},
			{what: "back to a parked action: first evaluate", ours: trips, target: 10},
			{what: "back to a parked action: picture", ours: picture, target: 100},
			{what: "1000 actions: all processes, the most", ours: memory, target: backMemory},
			{what: "all again, to action 1000", ours: again, peer: peer},
		},
	}, nil
}

// goBack comes to the end of a session as a person does, the last actions one by one, and steps back from there.
func (b *bench) goBack(ctx context.Context, f *flow) (*backRun, error) {
	file, err := f.record(b.app.url, backPace)
	if err != nil {
		return nil, err
	}
	r := &backRun{}
	var ways []string
	o := player.Options{CheckpointMemory: backMemory, Trace: func(way string) { ways = append(ways, way) }}
	s, err := openSessionWith(ctx, b.browser, b.app.url, file, o)
	if err != nil {
		return nil, err
	}
	defer s.close()
	r.watch(s)
	last := file.Len() - 1
	for !file.Kind(last).Action() {
		last--
	}
	if _, err := s.p.Do(ctx, player.Move{Kind: player.RunTo, Pos: before(file.Kind, last, backSteps)}); err != nil {
		return nil, err
	}
	for range backSteps {
		if _, err := s.move(ctx, player.Next); err != nil {
			return nil, err
		}
		if _, err := s.p.Look(ctx); err != nil { // as the debug adapter does
			return nil, err
		}
	}
	if err := s.p.Wait(ctx); err != nil {
		return nil, err
	}
	r.watch(s)
	if err := r.parked(ctx, s); err != nil {
		return nil, err
	}
	for i := range backSteps {
		ways = nil
		if err := r.step(ctx, s, &ways, i == backSteps-1); err != nil {
			return nil, err
		}
		r.watch(s)
	}
	return r, nil
}

// before is the position of the n-th action before pos.
func before[K interface{ Action() bool }](kind func(int) K, pos, n int) int {
	for ; n > 0; n-- {
		for pos--; !kind(pos).Action(); pos-- {
		}
	}
	return pos
}

// parked measures going to a place where a page is parked: the action before, and comes back.
func (r *backRun) parked(ctx context.Context, s *session) error {
	trip, err := s.trip(ctx)
	if err != nil {
		return err
	}
	begin := time.Now()
	if _, err := s.p.Do(ctx, player.Move{Kind: player.StepBack}); err != nil {
		return err
	}
	page, err := s.p.Ready(ctx)
	if err != nil {
		return err
	}
	if _, err := page.Eval(ctx, player.Eval{Expr: "1"}); err != nil {
		return err
	}
	r.trips = ms(time.Since(begin)) / trip
	if _, err := page.(player.Picturer).Picture(ctx, 640); err != nil {
		return err
	}
	r.picture = ms(time.Since(begin))
	if _, err := s.p.Do(ctx, player.Move{Kind: player.Next}); err != nil {
		return err
	}
	return s.p.Wait(ctx)
}

// trip is what an evaluation takes, in ms: the median of some.
func (s *session) trip(ctx context.Context) (float64, error) {
	var all series
	for range 21 {
		begin := time.Now()
		if _, err := s.p.Page().Eval(ctx, player.Eval{Expr: "1"}); err != nil {
			return 0, err
		}
		all.values = append(all.values, ms(time.Since(begin)))
	}
	return all.median(), nil
}

// step steps back and lets the live page follow, in the second that a person looks; after the last step, until it is there.
func (r *backRun) step(ctx context.Context, s *session, ways *[]string, last bool) error {
	begin := time.Now()
	stop, err := s.p.Do(ctx, player.Move{Kind: player.StepBack})
	if err != nil {
		return err
	}
	s.p.Divergences() // what scopes are made of
	s.p.Failures()
	s.p.Extra(stop.Pos)
	if s.p.Picture(stop.Pos) == nil {
		if _, err := s.p.Look(ctx); err != nil {
			return err
		}
	} else {
		r.pictures++
	}
	r.shown = append(r.shown, ms(time.Since(begin)))
	second, cancel := context.WithDeadline(ctx, begin.Add(person))
	defer cancel()
	wait := second
	if last {
		wait = ctx
	}
	_, err = s.p.Ready(wait)
	took := ms(time.Since(begin))
	switch {
	case err != nil && second.Err() == nil || ctx.Err() != nil:
		return err
	case err == nil && last:
		r.last = took
	case err == nil:
		r.came++
	}
	if err == nil && near(*ways) {
		r.near = append(r.near, took)
	}
	<-second.Done()
	return nil
}

// near reports whether the way that the live page took began at most nearBehind actions before.
func near(ways []string) bool {
	for _, way := range slices.Backward(ways) {
		var line, from, actions int
		if n, _ := fmt.Sscanf(way, "line %d from a page that is parked there, then %d actions", &line, &actions); n == 2 {
			return true
		}
		if n, _ := fmt.Sscanf(way, "line %d from a page parked at line %d, then %d actions", &line, &from, &actions); n == 3 {
			return actions <= nearBehind
		}
	}
	return false
}

func (r *backRun) watch(s *session) {
	r.memory = max(r.memory, float64(s.stage.Memory())/(1<<20))
}
