package player

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"restep/player/playback"
)

// pass is one run from the start on one page.
type pass struct {
	p      *Player
	page   Page
	router *router
	led    *ledger

	pos     int          // the cursor
	now     float64      // the page's clock, ms since the start
	common  float64      // when every way through the file has last stopped the clock
	acted   int          // the last action that was performed, -1 before the first
	done    int          // actions that were performed
	hung    bool         // the page does not respond: nothing more can be played on it
	ended   bool         // the end was reached and the pending answers came
	touched bool         // a person changed the course
	given   map[int]bool // answers that the page was given
	partial bool         // the clock has not reached the cursor's event: a window ended early
	halted  bool         // the last window ended where the app failed
	held    []int        // answers whose request a breakpoint waits for, in file order
	watched []int        // observed effects with breakpoints that the cursor passed before they occurred
	conds   map[breakKey]bool
	course  *course           // what people have set, as of the last move
	brake   *atomic.Bool      // stops it before the next event
	marks   map[int]mark      // what was known when an action was next, by its position
	shown   map[int]bool      // effects that were shown as exceptions: a breakpoint on them does not stop again
	queue   []Stop            // what else the last window gave reason to stop for
	blocked []Blocked         // requests that nothing allowed, without their times
	rest    []*playback.Event // pieces of the text that was begun, each at its time
	extra   []Answer          // authored answers that the first window brings
	failIfs Conditions        // how the caller's own failure was evaluated
	halt    *Stop             // why the mode ends: see mode.lost

	mode    mode
	mayTell bool // what happens now happens for the first time
}

// mode is how a pass runs forward.
type mode struct {
	until    int  // stop here
	stops    bool // breakpoints and filters stop
	quiet    bool // nothing is told to the listener
	progress func(done int)
	lost     func(pos int) bool // whether to stop at an action that could not be performed; nil: never
}

// open starts a pass on a fresh page, and makes it the one that is shown.
func (p *Player) open(ctx context.Context) error {
	if err := p.drop(); err != nil {
		p.log.Warn("closing the page of the last pass", "err", err) // it is gone either way
	}
	r, err := p.newPass(ctx, p.course, &p.interrupted, false)
	if err != nil {
		return err
	}
	p.adopt(ctx, r)
	return nil
}

// newPass starts a pass on a fresh page. It may be called from other goroutines than the player's while nothing is loaded.
func (p *Player) newPass(ctx context.Context, c *course, brake *atomic.Bool, aside bool) (*pass, error) {
	r := &pass{
		p: p, acted: -1, given: map[int]bool{}, conds: map[breakKey]bool{}, shown: map[int]bool{}, led: newLedger(p.cat),
		course: c, brake: brake, marks: map[int]mark{0: {}},
	}
	r.router = newRouter(p.cat, c.authored, func(pos int) (*Answer, error) {
		list := p.cat.answers[pos]
		if len(list) == 0 {
			return nil, nil
		}
		a, _, err := p.cat.answer(list[0], c.overrides)
		return &a, err
	})
	r.extra = r.router.bring()
	page, err := p.stage.Open(ctx, Scene{
		Header: p.file.Header(), App: cmp.Or(p.opt.App, p.file.Header().App), Live: p.opt.Live, Origins: p.mappedOrigins(), Requests: r.router.Left(), Router: r.router,
		Aside: aside, Realtime: p.opt.Realtime, Code: p.opt.Code, LocalURL: p.cat.urls.local, Content: p.cat.content,
	})
	if err != nil {
		return nil, err
	}
	r.page = page
	return r, nil
}

// mappedOrigins are the local prefixes of the mappings that the user has given.
func (p *Player) mappedOrigins() []string {
	var out []string
	for _, o := range p.opt.Origins {
		out = append(out, o.To)
	}
	return out
}

// act performs the action at the cursor.
func (r *pass) act(ctx context.Context) error {
	p := r.p
	e, err := p.local(r.pos)
	if err != nil {
		return err
	}
	for len(r.rest) > 0 { // of a text that the next action did not wait for
		if err := r.typeOn(ctx); err != nil {
			return err
		}
	}
	parts := pieces(e)
	found, err := r.page.Act(ctx, parts[0])
	if found.Problem == "" {
		r.rest = parts[1:]
	}
	hangs := errors.Is(err, ErrHangs) // in what the action has begun: it was performed
	if err != nil && !hangs {
		return fmt.Errorf("perform %s: %w", p.cat.label(r.pos), err)
	}
	if err := r.enter(ctx, r.pos); err != nil {
		return err
	}
	r.done++
	if hangs {
		r.pos++
		return err
	}
	return r.foundProblem(ctx, r.acted, found)
}

// local decodes an event for the page: its URL is that of the local app.
func (p *Player) local(pos int) (*playback.Event, error) {
	e, err := p.file.Event(pos)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", p.cat.label(pos), err)
	}
	if e.URL == "" {
		return e, nil
	}
	local := *e
	local.URL = p.cat.urls.local(e.URL)
	return &local, nil
}

// foundProblem records that the action at pos, or the rest of it, was not performed, most often because it had no element.
func (r *pass) foundProblem(ctx context.Context, pos int, found Found) error {
	kind := playback.ElementNotFound
	switch found.Problem {
	case "":
		return nil
	case "ambiguous":
		kind = playback.ElementAmbiguous
	case "dialog":
		kind = playback.ActionLost
	}
	text := fmt.Sprintf("the element of %s is %s", r.p.cat.label(pos), found.Problem)
	if kind == playback.ActionLost {
		text = r.p.cat.label(pos) + " did not reach the page"
	}
	if found.Detail != "" {
		text += ": " + found.Detail
	}
	return r.diverge(ctx, playback.Divergence{Kind: kind, Pos: pos, Blocking: true, Text: text})
}

// enter makes an action the one that effects follow.
func (r *pass) enter(ctx context.Context, pos int) error {
	r.acted = pos
	if err := r.led.enter(pos); err != nil {
		return err
	}
	return r.noted(ctx)
}

// noted takes in what the router noted.
func (r *pass) noted(ctx context.Context) error {
	for _, q := range r.router.refusals() {
		if len(r.blocked) < mostRefused {
			r.blocked = append(r.blocked, Blocked{LiveRequest: q, Pos: r.acted})
		}
	}
	notes, err := r.router.move(r.pos)
	if err != nil {
		return err
	}
	for _, d := range notes {
		if err := r.diverge(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// diverge records a divergence: a filter may stop for it. Where the options are strict it blocks; holes and what
// expect lines find never change a verdict.
func (r *pass) diverge(ctx context.Context, d playback.Divergence) error {
	if d.Kind == playback.CodeMissing && r.p.cat.failed(d.Got) {
		return nil // as recorded
	}
	if r.p.opt.Strict && d.Kind != playback.HoleFilled {
		d.Blocking = true
	}
	return r.list(ctx, d)
}

// list adds a divergence to the list.
func (r *pass) list(ctx context.Context, d playback.Divergence) error {
	p := r.p
	if d.Pos < 0 {
		d.Pos = r.acted
	}
	if d.Pos >= 0 {
		d.ID, d.Line = p.file.ID(d.Pos), p.file.Line(d.Pos)
	}
	r.led.divergences = append(r.led.divergences, d)
	if d.Kind == playback.RequestMissing {
		r.led.missed[d.Pos] = len(r.led.divergences) - 1
	}
	category := "console"
	if d.Blocking {
		category = "important"
	}
	r.tell(d.Pos, category, string(d.Kind)+": "+d.Text)
	r.haltLost(d)
	return r.filterDivergence(ctx, d)
}

// tell prints a line the first time that it happens.
func (r *pass) tell(pos int, category, text string) {
	if out := r.p.opt.Listen.Output; out != nil && r.mayTell {
		out(Output{Pos: pos, Category: category, Text: text + "\n"})
	}
}
