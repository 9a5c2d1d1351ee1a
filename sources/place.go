package sources

import (
	"math"
	"slices"

	"restep/player/playback"
)

// place gives the lines of a flow, which has no clock, times on the clock of a recording that has requests and no
// actions of its own.
//
// The requests form bursts, each the consequence of one thing. Actions and bursts are both in their order, so they
// are aligned like two texts: dynamic programming finds the pairs of action and burst with the highest sum of
// evidence (see [evidence]), where either may also stay alone: many clicks cause no request, and some bursts come
// from timers or from actions that the flow does not have. A paired action stands shortly before its burst. The
// others stand between, as late as people would have made them: an action usually follows what it needs to see.
//
// What follows from it: an action stands before every request that it is taken to cause, and the order of the flow is
// kept.
func place(r, flow *Recording) {
	p := &placer{r: r, flow: flow, bursts: burstsOf(r)}
	p.collect()
	if len(p.actors) == 0 {
		return
	}
	p.pair()
	if !p.anyPaired() {
		r.Report.Problem("merge", "no step of the flow could be recognised in the requests: the steps stand a second apart from the start")
		return
	}
	p.times()
	p.expects()
	p.report()
}

// Times of people, in ms.
const (
	lead    = 100 // between an action and the request that it causes
	rest    = 500 // the same for typing
	pause   = 400 // between two actions of one run
	minStep = 20  // the same, where there is little room
	tail    = 1000
	settle  = 300 // between the last answer and what the page then shows
)

// placer holds one placing.
type placer struct {
	r, flow *Recording
	actors  []actor
	bursts  []burst
}

// actor is an action of the flow.
type actor struct {
	line  int // in flow.Lines
	clues clues
	burst int // the burst that it causes, or -1
	t     float64
}

// collect finds the actions of the flow and what is known of them.
func (p *placer) collect() {
	var entered []typed
	for i := range p.flow.Lines {
		l := &p.flow.Lines[i]
		if !l.Kind.Action() {
			if n := len(p.actors); n > 0 && l.Kind == playback.Expect {
				p.actors[n-1].clues.expect(&l.Event)
			}
			continue
		}
		if l.Value != nil && *l.Value != "" {
			entered = append(entered, typed{value: *l.Value})
		}
		c := cluesOf(&l.Event, entered)
		p.actors = append(p.actors, actor{line: i, clues: c, burst: -1})
		if trigger(&c) >= 1 {
			for k := range entered {
				entered[k].since++
			}
		}
		if l.Kind == playback.Open {
			entered = nil
		}
	}
	p.foresee()
}

// foresee tells each action what is typed only after it.
func (p *placer) foresee() {
	var later []string
	for i := len(p.actors) - 1; i >= 0; i-- {
		a := &p.actors[i]
		a.clues.later = later
		const most = 20 // what is typed much later is no clue
		if v := p.flow.Lines[a.line].Value; v != nil && len(*v) >= 3 {
			later = append([]string{*v}, later[:min(len(later), most-1)]...)
		}
	}
}

// maxCells bounds the table of pair, and so its time: some seconds.
const maxCells = 4 << 20

// pair finds the best alignment of actions and bursts.
func (p *placer) pair() {
	n, m := len(p.actors), len(p.bursts)
	if n*m > maxCells {
		m = maxCells / n
		p.r.Report.Problem("merge", "too many requests to compare with all steps: only the first %d groups are", m)
	}
	const (
		alone byte = iota // the action has no burst
		skip              // the burst has no action
		both
	)
	choice := make([]byte, (n+1)*(m+1))
	prev, row := make([]float64, m+1), make([]float64, m+1)
	for i := 1; i <= n; i++ {
		row[0] = 0
		for j := 1; j <= m; j++ {
			best, c := prev[j], alone
			if row[j-1] > best {
				best, c = row[j-1], skip
			}
			found := evidence(&p.actors[i-1].clues, &p.bursts[j-1])
			if found >= enough && prev[j-1]+found-chance > best {
				best, c = prev[j-1]+found-chance, both
			}
			row[j], choice[i*(m+1)+j] = best, c
		}
		prev, row = row, prev
	}
	for i, j := n, m; i > 0 && j > 0; {
		switch choice[i*(m+1)+j] {
		case alone:
			i--
		case skip:
			j--
		case both:
			p.actors[i-1].burst = j - 1
			p.bursts[j-1].actor = i - 1
			i, j = i-1, j-1
		}
	}
}

func (p *placer) anyPaired() bool {
	for i := range p.actors {
		if p.actors[i].burst >= 0 {
			return true
		}
	}
	return false
}

// times gives every action its time, run by run of actions between two that are paired.
func (p *placer) times() {
	begin := 0 // first action of the run
	for i := range p.actors {
		a := &p.actors[i]
		if a.burst < 0 {
			continue
		}
		b := &p.bursts[a.burst]
		switch a.clues.kind {
		case playback.Open:
			a.t = b.start
		case playback.Input, playback.Type:
			// Fields wait until the typing rests. The time between two bursts is longer than lead.
			a.t = math.Min(b.start-lead, math.Max(b.start-rest, p.endBefore(a.burst)+minStep))
		default:
			a.t = b.start - lead
		}
		if i > 0 && begin > 0 { // not before what comes before it
			a.t = math.Max(a.t, p.actors[begin-1].t+minStep)
		}
		p.run(begin, i)
		begin = i + 1
	}
	p.last(begin)
	p.opening()
	for i := range p.actors {
		a := &p.actors[i]
		if i > 0 {
			a.t = math.Max(a.t, p.actors[i-1].t)
		}
		p.flow.Lines[a.line].T = round(a.t)
		p.flow.Lines[a.line].Inferred = true
	}
}

// opening puts what opens the page, and what comes before it, no later than the first request: without a page there
// would be none. An archive that was begun late has no document that the first action could be paired with.
func (p *placer) opening() {
	first := slices.IndexFunc(p.actors, func(a actor) bool { return a.clues.kind == playback.Open })
	if first < 0 || p.actors[first].burst >= 0 || p.actors[first].t <= p.bursts[0].start {
		return
	}
	for i := range first {
		if p.actors[i].clues.kind != playback.Resize {
			return // it was open already
		}
	}
	for i := range first + 1 {
		p.actors[i].t = p.bursts[0].start
	}
	p.r.Report.Problem("merge", "the document of the first page was not recorded: its open stands at the first request")
}

// endBefore is when the burst before another had its answers.
func (p *placer) endBefore(j int) float64 {
	if j == 0 {
		return math.Inf(-1)
	}
	return p.bursts[j-1].end
}

// run spreads the actions from begin to next, which has its time, over the time between the paired actions around.
// They come after the last burst before next that nothing explains, if that leaves them room: it may be what shows
// the elements that they need.
func (p *placer) run(begin, next int) {
	k := next - begin
	if k == 0 {
		return
	}
	until := p.actors[next].t
	low := math.Inf(-1)
	if begin > 0 {
		before := p.actors[begin-1]
		low = before.t
		for _, from := range p.quiet(before.burst, p.actors[next].burst) {
			if until-from >= float64(k+1)*minStep {
				low = from
				break
			}
		}
	}
	step := math.Min(pause, (until-low)/float64(k+1))
	for i := range k {
		p.actors[begin+i].t = until - step*float64(k-i)
		if begin == 0 && p.actors[i].clues.kind == playback.Resize { // of a window that shows nothing yet
			p.actors[i].t = until
		}
	}
}

// quiet are the moments at which the bursts from one to before another had all their answers, the latest first.
func (p *placer) quiet(from, to int) []float64 {
	var ends []float64
	for j := to - 1; j >= from && j >= 0; j-- {
		ends = append(ends, p.bursts[j].end)
	}
	return ends
}

// last spreads the actions behind the last paired one.
func (p *placer) last(begin int) {
	if begin == 0 || begin == len(p.actors) {
		return
	}
	before := p.actors[begin-1]
	t := math.Max(before.t, p.bursts[before.burst].end)
	for i := begin; i < len(p.actors); i++ {
		t += tail
		p.actors[i].t = t
	}
}

// expects puts what the flow waited for just before the action that it waited with, so that everything that came in
// between has come.
func (p *placer) expects() {
	next := math.NaN()
	for i := len(p.flow.Lines) - 1; i >= 0; i-- {
		l := &p.flow.Lines[i]
		if l.Kind.Action() {
			next = l.T
			continue
		}
		if math.IsNaN(next) {
			a := p.actors[len(p.actors)-1]
			l.T = a.t
			if a.burst >= 0 {
				l.T = math.Max(a.t, p.bursts[a.burst].end)
			}
			l.T = round(l.T + settle)
			continue
		}
		l.T = next
	}
}
