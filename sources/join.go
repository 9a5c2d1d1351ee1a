package sources

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

// near is how far apart, in ms, two recordings may put the same event once their clocks are aligned.
const near = 100

// join adds the lines of another recording on the same clock, except those that are here already.
func (r *Recording) join(other *Recording) {
	d := newDedup(r.Lines)
	var added []Line
	same := map[string]string{} // id of a line that is here already -> id of the one that stays
	for _, l := range other.Lines {
		for _, ref := range []*string{&l.Of, &l.From, &l.Cause, &l.On.Ref} {
			if id, ok := same[*ref]; ok {
				*ref = id
			}
		}
		i := d.find(&l)
		if i < 0 {
			added = append(added, l)
			continue
		}
		same[l.ID] = r.Lines[i].ID
		fill(&r.Lines[i], &l)
	}
	for i := range other.Notes {
		if id, ok := same[other.Notes[i].On]; ok {
			other.Notes[i].On = id
		}
	}
	floor(added, r.Lines)
	r.Lines = interleave(r.Lines, added)
}

// fill takes from a line that is left out what the one that stays lacks.
func fill(stays, out *Line) {
	if stays.Content == nil && out.Content != nil && (stays.Body == nil || stays.Body.Hole()) {
		stays.Content, stays.Body = out.Content, out.Body
	}
	if len(stays.Headers) == 0 {
		stays.Headers = out.Headers
	}
	stays.Trace = cmp.Or(stays.Trace, out.Trace)
	stays.Masked = union(stays.Masked, out.Masked)
}

// dedup finds lines that are the same event. Each line is found once.
type dedup struct {
	lines []Line
	by    map[string][]int // what an event is, without its time -> lines that were not found yet
}

func newDedup(lines []Line) *dedup {
	d := &dedup{lines: lines, by: map[string][]int{}}
	for i := range lines {
		key := identity(&lines[i])
		d.by[key] = append(d.by[key], i)
	}
	return d
}

// find returns the nearest line that is the same event, or -1.
func (d *dedup) find(l *Line) int {
	key := identity(l)
	list := d.by[key]
	best := -1
	for k, i := range list {
		dist := math.Abs(d.lines[i].T - l.T)
		// What belongs to one request need not be at the same time: recorders end an answer differently.
		if (dist <= near || l.Of != "") && (best < 0 || dist < math.Abs(d.lines[list[best]].T-l.T)) {
			best = k
		}
	}
	if best < 0 {
		return -1
	}
	i := list[best]
	d.by[key] = slices.Delete(list, best, best+1)
	return i
}

// identity is what an event says, without when and by whom it was recorded.
func identity(l *Line) string {
	e := &l.Event
	switch e.Kind {
	case playback.Req:
		return "req " + e.Method + " " + e.URL
	case playback.Res, playback.Fail:
		return fmt.Sprintf("answer %s %d", e.Of, e.Status)
	case playback.WS, playback.SSE:
		return fmt.Sprintf("%s %s %s %s %s", e.Kind, e.Of, e.Dir, e.Name, e.Text)
	case playback.PageCommit, playback.Route:
		return string(e.Kind) + " " + e.Tab + " " + e.URL
	}
	x := *e
	x.T, x.ID, x.Cause, x.Source, x.Masked, x.Inferred = 0, "", "", "", nil, false
	raw, err := json.Marshal(&x, json.Deterministic(true))
	if err != nil {
		return e.ID // not comparable: itself only
	}
	return string(raw)
}

// joinFlows adds recordings that have no clock: placed by what they caused, or where nothing has a clock one after
// the other.
func (r *Recording) joinFlows(flows []*Recording) {
	opened, end := false, 0.0
	for _, flow := range flows {
		if r.HasClock() {
			r.adoptOrigin(flow)
			place(r, flow)
		} else {
			for i := range flow.Lines {
				flow.Lines[i].T = round(flow.Lines[i].T + end)
			}
			if n := len(flow.Lines); n > 0 {
				end = flow.Lines[n-1].T + tail
			}
		}
		opened = opened || slices.ContainsFunc(flow.Lines, func(l Line) bool { return l.Kind == playback.Open })
	}
	r.dropInferredOpens(opened)
	for _, flow := range flows {
		r.Lines = interleave(r.Lines, flow.Lines)
	}
}

// adoptOrigin maps the origin that a flow was recorded on to that of the requests, where no request went to it: the
// two were recorded on different hosts or ports.
func (r *Recording) adoptOrigin(flow *Recording) {
	from, to := flow.Header.App, r.Header.App
	if from == "" || to == "" || from == to {
		return
	}
	for i := range r.Lines {
		if SameSite(r.Lines[i].URL, from) {
			return
		}
	}
	flow.mapOrigins([]Origin{{From: from, To: to}})
	r.Report.Origins = append(r.Report.Origins, flow.Report.Origins[len(flow.Report.Origins)-1])
}

// forgetCauses removes the causes that an importer inferred, from an action that it inferred too: merging finds them
// again among all actions.
func (r *Recording) forgetCauses() {
	inferred := map[string]bool{}
	for i := range r.Lines {
		if l := &r.Lines[i]; l.Kind.Action() && l.Inferred {
			inferred[l.ID] = true
		}
	}
	for i := range r.Lines {
		if inferred[r.Lines[i].Cause] {
			r.Lines[i].Cause = ""
		}
	}
}

// dropInferredOpens leaves out the navigations that an importer made of documents, where another recording says what
// the user opened; flow tells that one does that is not joined yet.
func (r *Recording) dropInferredOpens(flow bool) {
	inferred := func(l Line) bool { return l.Kind == playback.Open && l.Inferred }
	if flow || slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Kind == playback.Open && !l.Inferred }) {
		r.Lines = slices.DeleteFunc(r.Lines, inferred)
	}
}

// dropGuessedOpens leaves out the navigations that an importer guessed, since requests need a page, where another
// recording knows what was opened.
func dropGuessedOpens(recs []*Recording) {
	known := slices.ContainsFunc(recs, func(r *Recording) bool {
		guess := r.guessedOpen()
		return slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Kind == playback.Open && l.ID != guess })
	})
	if !known {
		return
	}
	for _, r := range recs {
		if guess := r.guessedOpen(); guess != "" {
			r.Lines = slices.DeleteFunc(r.Lines, func(l Line) bool { return l.ID == guess })
		}
	}
}

// guessedOpen is the id of the inferred navigation that a recording on a clock begins with and that brought no
// document, or "".
func (r *Recording) guessedOpen() string {
	if !r.HasClock() || len(r.Lines) == 0 || r.Lines[0].Kind != playback.Open || !r.Lines[0].Inferred {
		return ""
	}
	for _, l := range r.Lines[1:] {
		if l.Kind == playback.PageCommit && samePath(l.URL, r.Lines[0].URL) {
			return ""
		}
		if l.Kind == playback.Open {
			break
		}
	}
	return r.Lines[0].ID
}
