package player

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"restep/player/playback"
)

// Outcome is what a run has brought so far, to be compared with what another run of the file brings.
type Outcome struct{ items []outcomeItem }

// outcomeItem is one thing that a run has brought. Two are the same when their keys are.
type outcomeItem struct {
	key   string
	pos   int // the action after which it was; -1: before the first
	text  string
	stack []playback.StackFrame
	asked bool // a request that was not recorded
}

// Outcome returns what this run has brought so far: failures, divergences, and requests without a recorded line.
func (p *Player) Outcome() Outcome {
	var o Outcome
	v := p.view()
	if v == nil {
		return o
	}
	_, live := p.Failures()
	for _, f := range live {
		pos, ok := p.file.Find(f.After)
		if !ok {
			pos = -1
		}
		o.add(outcomeItem{key: "failure " + fmt.Sprint(p.cat.key(f)), pos: pos, text: failureName(f), stack: f.Stack})
	}
	for _, d := range p.Divergences() {
		switch d.Kind {
		case playback.ErrorNew, playback.ErrorGone: // the failures say so
		case playback.RequestUnmatched: // the requests do
		default:
			o.add(outcomeItem{key: fmt.Sprint("divergence ", d.Kind, d.Pos, blank(d.Got)), pos: d.Pos, text: string(d.Kind) + ": " + d.Text})
		}
	}
	for _, pos := range slices.Sorted(maps.Keys(v.pass.led.extra)) {
		for _, s := range p.Extra(pos) {
			if s.Kind == playback.Req && s.Route != Stub {
				o.add(requestItem(pos, s))
			}
		}
	}
	return o
}

func (o *Outcome) add(i outcomeItem) { o.items = append(o.items, i) }

// requestItem is a request that the file has no line for, or no further one.
func requestItem(pos int, s Seen) outcomeItem {
	i := outcomeItem{pos: pos, asked: true, text: s.Method + " " + s.URL}
	if _, rest, ok := strings.Cut(s.URL, "://"); ok {
		if slash := strings.IndexByte(rest, '/'); slash >= 0 {
			i.text = s.Method + " " + rest[slash:]
		}
	}
	i.key = fmt.Sprint("request ", pos, " ", i.text)
	switch s.Route {
	case Block:
		i.text += " (not recorded)"
	case Pass:
		i.text += " (live)"
	}
	return i
}

// failureName is a failure in a word or two: the message is in what is shown of it.
func failureName(f Failure) string {
	switch {
	case f.Kind == "bug":
		return "bug " + f.Name
	case f.Kind == "http", f.Kind == "fail-if", f.Name == "":
		return f.Kind + " " + f.Message
	}
	return f.Name
}

// Changes says in a line each what this run has brought otherwise than the run before, as far as the position: what is gone
// first, then what is new. Locate names the place of a stack's frame for people, in the code of the run before or of this
// one; "" where it is not known.
func (o Outcome) Changes(before Outcome, upTo int, locate func(f playback.StackFrame, before bool) string) []string {
	gone, fresh := without(before.items, o.items, upTo), without(o.items, before.items, upTo)
	var out []string
	for _, i := range gone {
		out = append(out, i.name(locate, true)+": gone")
	}
	for _, i := range fresh {
		if !i.asked {
			out = append(out, "new: "+i.name(locate, false))
		}
	}
	var asked []string
	for _, i := range fresh {
		if i.asked {
			asked = append(asked, i.text)
		}
	}
	switch len(asked) {
	case 0:
	case 1:
		out = append(out, "one new request "+asked[0])
	default:
		out = append(out, fmt.Sprintf("%d new requests: %s", len(asked), strings.Join(asked, ", ")))
	}
	return out
}

// without lists what stands in a but not in b, each as often as it has no counterpart.
func without(a, b []outcomeItem, upTo int) []outcomeItem {
	left := map[string]int{}
	for _, i := range b {
		left[i.key]++
	}
	var out []outcomeItem
	for _, i := range a {
		if left[i.key]--; left[i.key] < 0 && i.pos < upTo {
			out = append(out, i)
		}
	}
	return out
}

func (i outcomeItem) name(locate func(playback.StackFrame, bool) string, before bool) string {
	if i.asked {
		return "request " + i.text
	}
	at := slices.IndexFunc(i.stack, func(f playback.StackFrame) bool { return f.URL != "" })
	if at < 0 {
		return i.text
	}
	if place := locate(i.stack[at], before); place != "" {
		return i.text + " at " + place
	}
	return i.text
}
