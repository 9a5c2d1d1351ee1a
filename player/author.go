package player

import (
	"fmt"
	"maps"
	"slices"

	"restep/player/playback"
)

// AuthoredLatency is how long the app waits for an answer that a person made up, in ms.
const AuthoredLatency = 50

// Blocked is a request that nothing allowed: it failed, and reached no server.
type Blocked struct {
	LiveRequest        // T: when it was made, ms since the start of the recording
	Pos         int    // the action that it followed, -1: before the first
	Recorded    string // its URL as the recording would have it, as far as that is known
}

// String is "METHOD URL", as [playback.Divergence.Got] of the divergence that the request is.
func (b *Blocked) String() string { return b.Method + " " + b.URL }

// Reply is an answer that a person makes up.
type Reply struct {
	Status  int
	Headers playback.Headers
	Body    []byte
}

// authored is a reply to the requests with a key.
type authored struct {
	key   string
	reply Reply
}

// Blocked returns the requests of this pass that nothing allowed, in order; at most the first thousand.
func (p *Player) Blocked() []Blocked {
	v := p.view()
	if v == nil {
		return nil
	}
	out := slices.Clone(v.pass.blocked[:v.blocked])
	times := v.pass.led.blockedTimes()
	for i := range out {
		b := &out[i]
		b.Recorded = p.cat.urls.recorded(b.URL)
		if b.Pos >= 0 {
			b.T = p.file.T(b.Pos)
		}
		if list := times[b.String()]; len(list) > 0 {
			b.T, times[b.String()] = max(b.T, list[0]), list[1:]
		}
	}
	return out
}

// blockedTimes is when blocked requests were seen, in order, by what [Blocked.String] gives: the router does not know the page's
// clock.
func (l *ledger) blockedTimes() map[string][]float64 {
	times := map[string][]float64{}
	for _, action := range slices.Sorted(maps.Keys(l.extra)) {
		for _, s := range l.extra[action] {
			if s.Kind == playback.Req && s.Route == Block {
				name := s.Method + " " + s.URL
				times[name] = append(times[name], s.T)
			}
		}
	}
	return times
}

// Author answers a blocked request, and all that ask the same, until Restart. It takes effect when the request is made
// again: after going back. Like an override it leaves the run without a verdict.
func (p *Player) Author(b *Blocked, r Reply) {
	key := b.key()
	c := *p.course
	c.authored = slices.DeleteFunc(slices.Clone(c.authored), func(a authored) bool { return a.key == key })
	c.authored = append(c.authored, authored{key, r})
	p.alter(&c)
	p.high, p.told = 0, told{} // what follows is another run, which is worth telling
}

// Allow lets the requests that fit a pattern, as in [Options.Live], reach their server from now on. What is in reach is
// part of a scene: the page is closed, and the next move opens one. Until Restart the run has no verdict.
func (p *Player) Allow(pattern string) error {
	if err := CheckPattern(pattern); err != nil {
		return err
	}
	o := p.opt
	o.Live = append(slices.Clip(o.Live), pattern)
	cat, err := newCatalog(p.file, o)
	if err != nil {
		return fmt.Errorf("allow %q: %w", pattern, err)
	}
	c := *p.course
	c.allowed = true
	p.alter(&c)
	p.opt, p.cat, p.high, p.told = o, cat, 0, told{}
	return p.drop()
}

// served is what answers a request that no line of the file is left for. The i-th of a router is like a recorded
// request at position len+2i with its answer at len+2i+1, where len is the number of events.
type served struct {
	again int   // the recorded request that is asked once more, -1: none
	reply Reply // of an authored answer
}

// answer is the one of the request at pos.
func (s *served) answer(pos int) Answer {
	return Answer{
		Pos: pos + 1, Of: pos, Latency: AuthoredLatency, Extra: true, Kind: playback.Res,
		Status: s.reply.Status, Headers: s.reply.Headers, Body: s.reply.Body,
	}
}
