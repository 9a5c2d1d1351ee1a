package culprit

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"

	"restep/player"
	"restep/player/playback"
)

// ExploreOptions say how far to look.
type ExploreOptions struct {
	Jobs     int            // runs at once; less than 1 is 1
	Runs     int            // orders that are played, with the recorded one
	Seed     uint64         // of the orders that are drawn by lot
	Only     string         // id of the recorded failure that counts; empty: all
	Progress func(Progress) // by the goroutine that called Explore; nil: nobody
}

// Outcome is what came of an order.
type Outcome string

// The outcomes of an order.
const (
	Fails      Outcome = "fails"      // a failure occurred
	Fine       Outcome = "fine"       // none did
	Left       Outcome = "left"       // the app went another way: it asked what was never recorded, or had no element for an action
	Impossible Outcome = "impossible" // a request was made only after an answer that should have come behind it
	Lost       Outcome = "lost"       // the page was lost, such as by a crash, so that nothing is known
)

// Order is an order of answers that was played.
type Order struct {
	Moves    []Move // from the recorded order; none: it is that
	Outcome  Outcome
	Failures []playback.RunFailure
	File     *playback.File // a view of the recording, which must stay open
}

// Explored is what came of all orders.
type Explored struct {
	Recorded Order
	Left     string      // where the recorded order left the recording, in a line for people; empty: nowhere
	Orders   []Order     // in the order of trying: the smallest changes first
	Needs    map[int]int // answer -> the first request, or message of the app, that was seen to wait for it, as positions
	Answers  int         // that can be moved, with messages
	All      bool        // there are no more orders by one move than those
}

// Flip is the smallest change that turns the outcome: from failing to fine, or the other way round. nil: none did.
func (x *Explored) Flip() *Order {
	want := map[Outcome]Outcome{Fails: Fine, Fine: Fails}[x.Recorded.Outcome]
	if i := slices.IndexFunc(x.Orders, func(o Order) bool { return o.Outcome == want }); i >= 0 {
		return &x.Orders[i]
	}
	return nil
}

// Explore plays a recording in other orders of its answers, and of the messages of sockets and event streams: first two that
// were both awaited change places, then one comes some actions earlier or later, then several are moved by lot. An answer never
// comes before its own request, a message neither before the one before it nor before what the app had sent by then on the same
// connection. Where one should come behind a request, or a message of the app, that was recorded after it, the run shows whether
// that waits for it: then the order is impossible, and so are others like it. Each order is played once.
//
// A failure is a recorded one, wherever it occurs, an uncaught error, and what the options of the lab add. When ctx ends it
// returns what it has with the error, or nil where the recorded order was not played.
func Explore(ctx context.Context, lab *Lab, f *playback.File, o ExploreOptions) (*Explored, error) {
	r, err := newRace(f)
	if err != nil {
		return nil, err
	}
	e := &explorer{lab: lab, o: o, race: r, tried: map[string]bool{}}
	recorded, err := e.play(ctx, order{lines: r.lines})
	if err != nil {
		return nil, err
	}
	e.allowed = recorded.run
	e.found = &Explored{Recorded: recorded.Order, Needs: r.needs, Answers: len(r.answers)}
	if recorded.Outcome == Left { // as far as that goes
		e.found.Recorded.Outcome = Fine
	}
	blocks := func(d playback.Divergence) bool { return d.Blocking && d.Kind != playback.ErrorNew }
	if i := slices.IndexFunc(recorded.run.Divergences, blocks); i >= 0 {
		e.found.Left = recorded.run.Divergences[i].Text
	}
	e.runs, e.tried[r.key(order{lines: r.lines})] = 1, true
	return e.found, e.search(ctx)
}

// explorer is one exploration. Its runs are in goroutines that wave waits for.
type explorer struct {
	lab     *Lab
	o       ExploreOptions
	race    *race
	allowed *playback.Run // of the recorded order; nil before that
	found   *Explored
	runs    int
	tried   map[string]bool
}

// search tries orders until there are enough.
func (e *explorer) search(ctx context.Context) error {
	if len(e.race.answers) == 0 {
		e.found.All = true
		return nil
	}
	swaps, allSwaps := e.race.swaps()
	shifts, allShifts := e.race.shifts()
	list := append(swaps, shifts...)
	random := rand.New(rand.NewPCG(e.o.Seed, e.o.Seed))
	idle := 0
	for e.runs < e.o.Runs && idle < 100 { // so many that are none in a row: there are hardly more
		var wave []order
		for len(wave) < min(max(1, e.o.Jobs), e.o.Runs-e.runs) && idle < 100 {
			var moves []Move
			if len(list) > 0 {
				moves, list = list[0], list[1:]
			} else {
				moves = e.race.shuffled(random)
				idle++
			}
			x, ok := e.race.apply(moves...)
			if key := e.race.key(x); ok && !e.tried[key] {
				e.tried[key] = true
				wave = append(wave, x)
				idle = 0
			}
		}
		if err := e.wave(ctx, wave); err != nil {
			return err
		}
		if e.o.Progress != nil {
			e.o.Progress(Progress{Runs: e.runs, Left: e.o.Runs - e.runs, Of: e.o.Runs})
		}
	}
	e.found.All = len(list) == 0 && allSwaps && allShifts
	return nil
}

// wave plays orders, all at once.
func (e *explorer) wave(ctx context.Context, wave []order) error {
	played, errs := make([]playedOrder, len(wave)), make([]error, len(wave))
	var wait sync.WaitGroup
	for i, x := range wave {
		wait.Go(func() { played[i], errs[i] = e.play(ctx, x) })
	}
	wait.Wait()
	if err := cmp.Or(errs...); err != nil {
		return err
	}
	for _, p := range played {
		e.runs++
		e.found.Orders = append(e.found.Orders, p.Order)
		for a, req := range p.waits {
			if old, known := e.race.needs[a]; !known || req < old {
				e.race.needs[a] = req
			}
		}
	}
	return nil
}

// playedOrder is an order with what its run says.
type playedOrder struct {
	Order
	run   *playback.Run
	waits map[int]int // answer -> the first request that waited for it
}

// play plays an order to its end.
func (e *explorer) play(ctx context.Context, x order) (playedOrder, error) {
	out := playedOrder{Order: Order{Moves: x.moves, File: e.race.file}, waits: map[int]int{}}
	if len(x.moves) > 0 {
		out.File = e.race.file.View(x.lines)
	}
	p, err := player.New(out.File, e.lab.Stage, e.lab.Options)
	if err != nil {
		return out, err
	}
	defer p.Close()
	if _, err := p.Start(ctx); err != nil {
		return out, err
	}
	for stop := (player.Stop{}); stop.Reason != player.End; {
		if stop, err = p.Do(ctx, player.Move{Kind: player.Continue}); err == nil {
			continue
		}
		err = lostPage(ctx, err)
		if lost := (*LostError)(nil); errors.As(err, &lost) && len(x.moves) > 0 {
			out.Outcome = Lost
			return out, nil
		}
		return out, err
	}
	if out.run, err = p.Summary(); err != nil {
		return out, err
	}
	for _, m := range x.moves {
		if req, ok := e.waited(p, out.File, m.Answer); ok {
			out.waits[m.Answer] = req
		}
	}
	e.judge(&out)
	return out, nil
}

// waited finds the first request, or message of the app, that was recorded behind an answer, should come before it in this
// order, and was made only when it had come.
func (e *explorer) waited(p *player.Player, view *playback.File, answer int) (req int, ok bool) {
	f := e.race.file
	at, _ := view.Find(f.ID(answer))
	came := p.Live(at)
	if came == nil {
		return 0, false
	}
	for pos := answer + 1; pos < f.Len(); pos++ {
		_, sent := slices.BinarySearch(e.race.sent, pos)
		if f.Kind(pos) != playback.Req && !sent {
			continue
		}
		i, found := view.Find(f.ID(pos))
		if !found || i > at {
			continue
		}
		if made := p.Live(i); made != nil && made.T >= came.T || made == nil && sent && sentLate(p, view, i, came.T) {
			return pos, true
		}
	}
	return 0, false
}

// sentLate reports whether the app sent the message at a position of the view after another action than it was recorded after,
// and not before a time in ms.
func sentLate(p *player.Player, view *playback.File, at int, from float64) bool {
	x, err := view.Event(at)
	if err != nil {
		return false
	}
	want, err := view.Content(x.Body)
	if err != nil {
		return false
	}
	for pos := range view.Len() {
		if !view.Kind(pos).Action() {
			continue
		}
		for _, s := range p.Extra(pos) {
			if s.Kind != playback.WS || s.Dir != playback.Out || s.T < from || s.CloseBy != x.CloseBy {
				continue
			}
			if got, err := view.Content(s.Body); err == nil && bytes.Equal(got, want) {
				return true
			}
		}
	}
	return false
}

// judge says what came of a run.
func (e *explorer) judge(x *playedOrder) {
	x.Failures = x.run.Failures.Live
	if e.o.Only != "" || e.lab.Options.FailIf != "" {
		x.Failures = slices.DeleteFunc(slices.Clone(x.Failures), func(f playback.RunFailure) bool { return !e.counts(x.run, f) })
	}
	left := false
	for _, d := range x.run.Divergences {
		same := func(o playback.Divergence) bool { return divergenceKey(o) == divergenceKey(d) }
		known := e.allowed != nil && slices.ContainsFunc(e.allowed.Divergences, same)
		left = left || d.Blocking && d.Kind != playback.ErrorNew && !known
	}
	recorded := slices.ContainsFunc(x.Failures, func(f playback.RunFailure) bool {
		return f.Kind == failIf || slices.ContainsFunc(x.run.Failures.Recorded, func(r playback.RunFailure) bool { return alike(f, r) })
	})
	switch {
	case len(x.waits) > 0:
		x.Outcome = Impossible
	case recorded, len(x.Failures) > 0 && !left: // what fails for want of an answer says nothing
		x.Outcome = Fails
	case left:
		x.Outcome = Left
	default:
		x.Outcome = Fine
	}
}

// counts reports whether a failure is the one that is meant; it may occur after another action than it was recorded after.
func (e *explorer) counts(run *playback.Run, f playback.RunFailure) bool {
	if e.lab.Options.FailIf != "" {
		return f.Kind == failIf
	}
	return slices.ContainsFunc(run.Failures.Recorded, func(r playback.RunFailure) bool {
		return r.ID == e.o.Only && alike(f, r)
	})
}

// alike reports whether a live failure is a recorded one, wherever it occurs.
func alike(live, recorded playback.RunFailure) bool {
	return live.ID != "" && live.ID == recorded.ID ||
		live.Kind == recorded.Kind && live.Name == recorded.Name && player.SameMessage(live.Message, recorded.Message)
}
