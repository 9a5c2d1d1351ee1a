package player

import (
	"fmt"
	"slices"

	"restep/player/playback"
)

// authoredLatency is how long the app waits for an authored answer, in ms.
const authoredLatency = 50

// Blocked is a request that nothing allowed: it failed, and reached no server.
type Blocked struct {
	LiveRequest     // T: when it was made, ms since the start of the recording
	Pos         int // the action that it followed, -1: before the first
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

// Blocked returns the requests of this pass that nothing allowed, in order; at most the first [mostRefused].
func (p *Player) Blocked() []Blocked {
	if p.pass == nil {
		return nil
	}
	out := slices.Clone(p.pass.blocked)
	met := map[string]int{}
	for i := range out {
		name := out[i].String()
		out[i].T = p.blockedAt(&out[i], met[name])
		met[name]++
	}
	return out
}

// blockedAt is when the n-th request of its name was seen; the router does not know the page's clock.
func (p *Player) blockedAt(b *Blocked, n int) float64 {
	at := 0.0
	if b.Pos >= 0 {
		at = p.file.T(b.Pos)
	}
	for pos := -1; pos < p.file.Len(); pos++ {
		for _, s := range p.pass.led.extra[pos] {
			if s.Kind != playback.Req || s.Route != Block || s.Method != b.Method || s.URL != b.URL {
				continue
			}
			if n == 0 {
				return max(at, s.T)
			}
			n--
		}
	}
	return at
}

// Author answers a blocked request, and all that ask the same, until Restart. It takes effect when the request is made
// again: after going back. Like an override it leaves the run without a verdict.
func (p *Player) Author(b *Blocked, r Reply) {
	key := b.key()
	p.authored = slices.DeleteFunc(slices.Clone(p.authored), func(a authored) bool { return a.key == key })
	p.authored = append(p.authored, authored{key, r})
	p.high = 0 // what follows is another run, which is worth telling
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
	p.opt, p.cat, p.allowed, p.high = o, cat, true, 0
	return p.drop()
}

// RecordedURL maps a URL of the local app to the one that the recording would have, as far as that is known.
func (p *Player) RecordedURL(u string) string { return p.cat.urls.recorded(u) }

// served is what answers a request that no line of the file is left for. The i-th of a router is like a recorded
// request at position len+2i with its answer at len+2i+1, where len is the number of events.
type served struct {
	again int   // the recorded request that is asked once more, -1: none
	reply Reply // of an authored answer
}

// answer is the one of the request at pos.
func (s *served) answer(pos int) Answer {
	return Answer{
		Pos: pos + 1, Of: pos, Latency: authoredLatency, Extra: true, Kind: playback.Res,
		Status: s.reply.Status, Headers: s.reply.Headers, Body: s.reply.Body,
	}
}
