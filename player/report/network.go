package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"restep/player"
	"restep/player/playback"
)

// Bounds of the network section.
const (
	mostExchanges = 5000
	mostContent   = 6000    // bytes of a content that is shown
	mostContents  = 3 << 20 // bytes of all of them
	shortest      = 40.0    // ms: the least span of a group's axis
)

// State is what became of a request.
type State string

// The states of a request.
const (
	Alike   State = "as recorded"
	Differs State = "differs"
	Missing State = "missing"      // recorded, and not made
	Own     State = "not compared" // recorded, and the local app's own code, pictures and documents
	Pending State = "not reached"  // the run ended before it
	Blocked State = "blocked"      // never recorded: it failed
	Live    State = "live"         // never recorded: it reached its server
	Again   State = "made again"   // once more than recorded
	Stubbed State = "stubbed"      // telemetry: an empty answer
)

// Marked reports whether a state is worth a look.
func (s State) Marked() bool { return s != Alike && s != Own && s != Pending && s != Stubbed }

// Group is what the network did after an action.
type Group struct {
	Step      int     // 0: before the first action
	From, To  float64 // ms since the start of the recording: the axis of the bars
	Exchanges []Exchange
	Ticks     []Tick // later actions in that span
}

// Span is how much time the axis shows, in ms.
func (g Group) Span() float64 { return g.To - g.From }

// Tick is a later action on the axis of a group.
type Tick struct {
	At   float64 // 0 to 1000
	Step int
}

// Exchange is a request with its answer.
type Exchange struct {
	N              int
	Method, URL    string
	Kind           string // "fetch", "xhr", "ws"…
	State          State
	Line           int
	Status         string // "200", "failed: net::ERR_FAILED", "pending", "12 messages"
	Note           string // what differs
	Recorded, Real *Bar   // nil: not there
	Asked, Got     string // the content of the recorded request and of its answer
	Rows           []Row  // the content of the request recorded and live, where the two differ
	AskedLive      string // the content of the live request, where nothing was recorded
	Cut            bool   // contents were left out, to keep the report small
	Messages       []Message
	MoreMessages   int // that are not shown
	Odd            int // messages that only one side has
}

// Bar is the time that an exchange took.
type Bar struct {
	From, To float64 // ms since the start of the recording; To is NaN where there was no answer
	X, Width float64 // on the axis of its group, 0 to 1000
}

// Ms is how long it took, for people.
func (b *Bar) Ms() string {
	if math.IsNaN(b.To) {
		return "no answer"
	}
	return seconds(b.To - b.From)
}

// Traffic counts requests.
type Traffic struct{ Recorded, Real, Marked, Own int }

// network lists the requests, recorded and live, by the action before them.
func (b *builder) network() error {
	groups := map[int]*Group{}
	group := func(pos int) *Group {
		n := b.before(pos)
		if groups[n] == nil {
			groups[n] = &Group{Step: n}
		}
		return groups[n]
	}
	answers := b.answers()
	b.sent = b.sentBeside()
	unseen := map[string]bool{}
	for _, id := range b.Run.Coverage.Unseen {
		unseen[id] = true
	}
	left := 0
	for pos := range b.File.Len() {
		if b.File.Kind(pos) != playback.Req {
			continue
		}
		if b.Traffic.Recorded++; b.Traffic.Recorded > mostExchanges {
			left++
			continue
		}
		x, err := b.recorded(pos, answers[pos], unseen)
		if err != nil {
			return err
		}
		g := group(pos)
		g.Exchanges = append(g.Exchanges, x)
	}
	left += b.extras(group)
	if left > 0 {
		b.Notes = append(b.Notes, Count(left, "request")+" beyond the first "+fmt.Sprint(mostExchanges)+" left out.")
	}
	b.layOutGroups(groups)
	return nil
}

// answers are the positions of the lines that answer each request, in file order.
func (b *builder) answers() map[int][]int {
	out := map[int][]int{}
	for pos := range b.File.Len() {
		if of := b.File.Of(pos); of >= 0 && b.File.Kind(pos).Delivered() {
			out[of] = append(out[of], pos)
		}
	}
	return out
}

// recorded is the exchange of the request at pos.
func (b *builder) recorded(pos int, answers []int, unseen map[string]bool) (Exchange, error) {
	e, err := b.File.Event(pos)
	if err != nil {
		return Exchange{}, fmt.Errorf("decode event %s (line %d): %w", b.File.ID(pos), b.File.Line(pos), err)
	}
	x := Exchange{
		Method: cmp.Or(e.Method, "GET"), URL: Place(b.File.Header().App, e.URL), Kind: e.Resource, Line: b.File.Line(pos),
		Recorded: &Bar{From: e.T, To: math.NaN()},
	}
	live, made := b.Live[pos]
	switch {
	case made:
		x.State, x.Real = Alike, &Bar{From: cmp.Or(live.T, e.T), To: math.NaN()}
		b.Traffic.Real++
	case pos >= b.Run.Coverage.Ran:
		x.State = Pending
	case unseen[e.ID]:
		x.State = Missing
	default:
		x.State = Own
		b.Traffic.Own++
	}
	if err := b.answered(&x, e, answers); err != nil {
		return x, err
	}
	if err := b.messages(&x, pos, answers, live); err != nil {
		return x, err
	}
	for i := range b.Run.Divergences {
		d := &b.Run.Divergences[i]
		if d.ID != e.ID || d.Kind != playback.RequestDiffers && d.Kind != playback.RequestMissing {
			continue
		}
		x.Note = d.Text
		if x.State == Alike {
			x.State = Differs
		} else if d.Kind == playback.RequestMissing {
			x.State = Missing
		}
	}
	b.contents(&x, e, made, live)
	return x, nil
}

// answered fills in how an exchange ended.
func (b *builder) answered(x *Exchange, e *playback.Event, answers []int) error {
	x.Status = "no answer"
	for _, at := range answers {
		t := b.File.T(at)
		x.Recorded.To = t
		if live, seen := b.Live[at]; seen && x.Real != nil {
			x.Real.To = max(cmp.Or(live.T, t), x.Real.From)
		}
		if kind := b.File.Kind(at); kind == playback.WS || kind == playback.SSE {
			continue // see messages
		}
		a, err := b.File.Event(at)
		if err != nil {
			return fmt.Errorf("decode event %s (line %d): %w", b.File.ID(at), b.File.Line(at), err)
		}
		x.Status = fmt.Sprint(a.Status)
		if a.Kind == playback.Fail {
			x.Status = "failed: " + cmp.Or(a.Text, "no reason")
		}
		x.Got = b.content(a.Body)
	}
	return nil
}

// extras lists the requests that no line of the file stands for, and returns how many were left out.
func (b *builder) extras(group func(pos int) *Group) (left int) {
	ends := map[int]float64{} // of answers, by the page's number of the request
	for _, list := range b.Extra {
		for i := range list {
			if s := &list[i]; s.Live != 0 && s.Kind.Delivered() {
				ends[s.Live] = max(ends[s.Live], s.T)
			}
		}
	}
	for _, action := range slices.Sorted(maps.Keys(b.Extra)) {
		list := b.Extra[action]
		for i := range list {
			s := &list[i]
			if s.Kind != playback.Req {
				continue
			}
			if b.Traffic.Real++; b.Traffic.Real > mostExchanges {
				left++
				continue
			}
			g := group(action)
			g.Exchanges = append(g.Exchanges, b.extra(s, action, ends))
		}
	}
	return left
}

func (b *builder) extra(s *player.Seen, action int, ends map[int]float64) Exchange {
	x := Exchange{
		Method: cmp.Or(s.Method, "GET"), URL: Place(b.App, s.URL), Kind: s.Resource, Status: "no answer",
		State: map[player.RouteKind]State{player.Serve: Again, player.Pass: Live, player.Stub: Stubbed, player.Block: Blocked}[s.Route],
	}
	from := s.T
	if from == 0 && action >= 0 {
		from = b.File.T(action)
	}
	x.Real = &Bar{From: from, To: math.NaN()}
	if end, ok := ends[s.Live]; ok && s.Live != 0 {
		x.Real.To, x.Status = max(end, from), "answered"
	}
	if x.State == Blocked {
		x.Status = "failed"
	}
	x.AskedLive = b.content(s.Body)
	return x
}

// layOutGroups orders the groups and puts their bars on their axes.
func (b *builder) layOutGroups(groups map[int]*Group) {
	for _, g := range groups {
		slices.SortStableFunc(g.Exchanges, func(x, y Exchange) int {
			return cmp.Or(cmp.Compare(x.begin(), y.begin()), cmp.Compare(x.Line, y.Line), cmp.Compare(x.URL, y.URL))
		})
		b.layOut(g)
		if s := b.at(g.Step); s != nil {
			s.Requests = len(g.Exchanges)
		}
		b.Groups = append(b.Groups, *g)
	}
	slices.SortFunc(b.Groups, func(x, y Group) int { return x.Step - y.Step })
	n := 0
	for i := range b.Groups {
		for j := range b.Groups[i].Exchanges {
			x := &b.Groups[i].Exchanges[j]
			n++
			x.N = n
			if x.State.Marked() {
				b.Traffic.Marked++
			}
		}
	}
	b.Overview = b.overview()
}

func (x *Exchange) begin() float64 {
	if x.Recorded != nil {
		return x.Recorded.From
	}
	return x.Real.From
}

func (x *Exchange) bars() []*Bar {
	return slices.DeleteFunc([]*Bar{x.Recorded, x.Real}, func(b *Bar) bool { return b == nil })
}

// layOut puts the bars of a group on one axis, which begins with its action.
func (b *builder) layOut(g *Group) {
	g.From, g.To = math.Inf(1), math.Inf(-1)
	if s := b.at(g.Step); s != nil {
		g.From = s.T
	}
	for i := range g.Exchanges {
		for _, bar := range g.Exchanges[i].bars() {
			g.From, g.To = min(g.From, bar.From), max(g.To, bar.From)
			if !math.IsNaN(bar.To) {
				g.To = max(g.To, bar.To)
			}
		}
	}
	g.To = max(g.To, g.From+shortest)
	g.To += (g.To - g.From) / 50 // air
	axis := func(t float64) float64 { return round((t - g.From) / (g.To - g.From) * 1000) }
	for i := range g.Exchanges {
		for _, bar := range g.Exchanges[i].bars() {
			bar.X = axis(bar.From)
			bar.Width = round(1000 - bar.X)
			if !math.IsNaN(bar.To) {
				bar.Width = round(max(axis(bar.To)-bar.X, 3))
			}
		}
	}
	for _, s := range b.Steps[min(g.Step, len(b.Steps)):] {
		if s.T >= g.To {
			break
		}
		if s.T > g.From {
			g.Ticks = append(g.Ticks, Tick{At: axis(s.T), Step: s.N})
		}
	}
}

func round(x float64) float64 { return math.Round(x*10) / 10 }
