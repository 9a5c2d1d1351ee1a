package dap

import (
	"fmt"
	"strconv"
	"strings"

	"restep/player"
	"restep/player/playback"
)

// networkItems are the exchanges around the stop, recorded beside live.
func (v view) networkItems() ([]item, error) {
	f := v.play.file
	from, to := v.play.window(v.pos)
	var at []int
	add := func(pos int) {
		for _, have := range at {
			if have == pos {
				return
			}
		}
		at = append(at, pos)
	}
	for pos := from; pos < to; pos++ {
		switch f.Kind(pos) {
		case playback.Req:
			add(pos)
		case playback.Res, playback.Fail, playback.WS, playback.SSE: // answers to a request made earlier
			if of := f.Of(pos); of >= 0 {
				add(of)
			}
		}
	}
	var all []item
	for _, pos := range at {
		i, err := v.exchange(pos)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	for pos := from; pos < to; pos++ {
		for _, x := range v.now.extra[pos] {
			if x.Kind != playback.Req {
				continue
			}
			i := anyItem("live only", x.Event)
			i.value = label(f, &x.Event) + " · not recorded" + routed(x.Route)
			all = append(all, i)
		}
	}
	return all, nil
}

func routed(k player.RouteKind) string {
	switch k {
	case player.Pass:
		return ", reached a server"
	case player.Stub:
		return ", telemetry: dropped"
	case player.Serve:
		return ", answered without a server"
	}
	return ", blocked"
}

// exchange is a request with what belongs to it.
func (v view) exchange(pos int) (item, error) {
	f := v.play.file
	e, err := f.Event(pos)
	if err != nil {
		return item{}, err
	}
	answers := v.play.answers[pos]
	kids := []item{{name: "request", value: label(f, e), kids: fixed(v.lineItems(pos, e, ""))}}
	if seen := v.now.live[pos]; seen != nil {
		i := anyItem("live request", seen.Event)
		i.value = label(f, &seen.Event)
		kids = append(kids, i)
	}
	outcome := "no answer was recorded"
	for n, a := range answers {
		if n == childMax {
			break
		}
		i, err := v.answer(a)
		if err != nil {
			return item{}, err
		}
		if k := f.Kind(a); k == playback.Res || k == playback.Fail || len(answers) == 1 {
			outcome = i.value
		} else if n == 0 {
			outcome = fmt.Sprintf("%d messages", len(answers))
		}
		kids = append(kids, i)
	}
	return item{name: label(f, e), value: outcome, kids: fixed(kids)}, nil
}

// answer is a res, fail, ws or sse line; status and body of a response can be changed for this run.
func (v view) answer(pos int) (item, error) {
	f := v.play.file
	e, err := f.Event(pos)
	if err != nil {
		return item{}, err
	}
	i := item{name: string(e.Kind), value: firstOf(clip(e.Text), string(e.Kind))}
	switch e.Kind {
	case playback.Res:
		i.name, i.value = "response", strconv.Itoa(e.Status)
	case playback.Fail:
		i.name, i.value = "failure", firstOf(e.Text, "failed")
	}
	i.value += " · " + v.delivery(pos)
	i.kids = fixed(v.lineItems(pos, e, ""))
	if e.Kind == playback.Res {
		i.kids.set = func(p *player.Player, name, value string) (string, error) { return override(p, pos, name, value) }
	}
	return i, nil
}

// delivery says whether an answer has reached the page.
func (v view) delivery(pos int) string {
	of := v.play.file.Of(pos)
	switch {
	case v.now.live[pos] != nil:
		return "delivered"
	case pos < v.now.cursor:
		from, _ := v.play.window(v.now.cursor)
		if pos < from {
			return "earlier"
		}
		return "not delivered"
	case of >= 0 && of < v.now.cursor:
		return "pending"
	}
	return "not yet"
}

// override changes an answer for this run. It counts where the answer is still to come; after it was delivered, the
// next time that the session goes back over it.
func override(p *player.Player, pos int, name, value string) (string, error) {
	a, err := p.Answer(pos)
	if err != nil {
		return "", err
	}
	switch name {
	case "status":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 100 || n > 599 {
			return "", fail(codeEvaluate, "%q is no status: write a number from 100 to 599", value)
		}
		a.Status = n
	case "body":
		a.Body = []byte(value)
	default:
		return "", fail(codeEvaluate, "only the status and the body of a recorded answer can be changed")
	}
	if err := p.Override(a); err != nil {
		return "", err
	}
	p.Touch()
	return value, nil
}
