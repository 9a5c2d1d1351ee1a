package sources

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"restep/player/playback"
)

// Merge joins recordings of one session and takes them over: closing the result closes them.
//
// What has a clock is aligned by it, corrected by the requests that two recordings have in common. What has none, a
// flow of a Recorder, is placed by the requests and documents that its actions caused; see [place]. The ids of the
// first recording are kept, those of the others get the name of their source in front ("har:e5"). An event that
// several recordings have stays once, with the content of whichever has it. Of a note the highest revision stays.
func Merge(recs []*Recording, o Options) *Recording {
	out := NewRecording("merge", o)
	for _, r := range recs {
		out.OnClose(r.Close)
		out.failed = cmp.Or(out.failed, r.unpack()) // said when the lines are asked for
	}
	labels := labelsOf(recs)
	dropGuessedOpens(recs)
	for i, r := range recs {
		r.forgetCauses()
		if i > 0 {
			r.prefixIDs(labels[i])
		}
		where := ""
		if len(recs) > 1 {
			where = labels[i] + " "
		}
		out.Report.add(&r.Report, where)
	}
	out.mergeHeaders(recs, o)
	var flows []*Recording
	first := true
	for i, r := range recs {
		if !r.HasClock() {
			flows = append(flows, r)
			continue
		}
		r.shift(r.Header.Start.Sub(out.Header.Start))
		if !first {
			r.shift(-out.skew(r, labels[i]))
		}
		out.join(r)
		first = false
	}
	out.joinFlows(flows)
	out.mergeNotes(recs)
	out.Rebase()
	out.SetCauses()
	return out
}

// labelsOf names the recordings: by their first source, numbered where it comes again.
func labelsOf(recs []*Recording) []string {
	seen := map[string]int{}
	labels := make([]string, len(recs))
	for i, r := range recs {
		name := r.Report.Source
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s%d", name, seen[name])
		}
		labels[i] = name
	}
	return labels
}

// prefixIDs puts a name in front of all ids, so that they meet no others.
func (r *Recording) prefixIDs(label string) {
	rename := func(id *string) {
		if *id != "" {
			*id = label + ":" + *id
		}
	}
	for i := range r.Lines {
		e := &r.Lines[i].Event
		for _, id := range []*string{&e.ID, &e.Cause, &e.Of, &e.From, &e.On.Ref} {
			rename(id)
		}
	}
	for i := range r.Notes {
		rename(&r.Notes[i].On)
	}
}

func (r *Recording) shift(d time.Duration) {
	if d == 0 {
		return
	}
	for i := range r.Lines {
		r.Lines[i].T = round(r.Lines[i].T + Millis(d))
	}
}

// mergeHeaders joins the headers: for each value the first recording that has it, the earliest start, all rules.
func (r *Recording) mergeHeaders(recs []*Recording, o Options) {
	h := &r.Header
	h.Sources = nil
	var ids []string
	for _, x := range slices.Concat(withClock(recs, true), withClock(recs, false)) {
		h.App = first(h.App, x.Header.App) // that of the requests, where a flow was recorded on another port
	}
	for _, x := range recs {
		g := &x.Header
		ids = append(ids, g.ID)
		h.Title, h.Commit, h.Timezone = first(h.Title, g.Title), first(h.Commit, g.Commit), first(h.Timezone, g.Timezone)
		h.Locale, h.UserAgent = first(h.Locale, g.Locale), first(h.UserAgent, g.UserAgent)
		h.UserAgentData, h.Geolocation = first(h.UserAgentData, g.UserAgentData), first(h.Geolocation, g.Geolocation)
		h.HardwareConcurrency = first(h.HardwareConcurrency, g.HardwareConcurrency)
		if h.Languages == nil {
			h.Languages = g.Languages
		}
		if h.Media == nil {
			h.Media = g.Media
		}
		h.Seed, h.State = first(h.Seed, g.Seed), first(h.State, g.State)
		if h.Viewport.Width == 0 {
			h.Viewport = g.Viewport
		}
		if h.Extra == nil {
			h.Extra = g.Extra
		}
		if !g.Start.IsZero() && (h.Start.IsZero() || g.Start.Before(h.Start)) {
			h.Start = g.Start
		}
		h.Sources = union(h.Sources, g.Sources)
		h.Permissions = union(h.Permissions, g.Permissions)
		r.addRules(g.Rules)
	}
	h.ID = playback.NewID("", ids...)
	r.Report.Source = strings.Join(h.Sources, "+")
}

// addRules adds the rules that the header does not have yet.
func (r *Recording) addRules(rules []playback.Rule) {
	for _, rule := range rules {
		same := func(x playback.Rule) bool {
			return x.Match == rule.Match && x.Drop == rule.Drop && slices.Equal(x.Ignore, rule.Ignore)
		}
		if !slices.ContainsFunc(r.Header.Rules, same) {
			r.Header.Rules = append(r.Header.Rules, rule)
		}
	}
}

// first returns the first value that says something.
func first[T comparable](a, b T) T {
	var zero T
	if a != zero {
		return a
	}
	return b
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

func withClock(recs []*Recording, clock bool) []*Recording {
	var list []*Recording
	for _, r := range recs {
		if r.HasClock() == clock {
			list = append(list, r)
		}
	}
	return list
}

// skew is how much the clock of another recording is ahead, by the requests that both have exactly once. It is 0
// where they do not agree.
func (r *Recording) skew(other *Recording, label string) time.Duration {
	mine, theirs := r.onlyRequests(), other.onlyRequests()
	var ahead []float64
	for key, t := range theirs {
		if at, ok := mine[key]; ok {
			ahead = append(ahead, t-at)
		}
	}
	if len(ahead) < 3 {
		return 0
	}
	slices.Sort(ahead)
	median := ahead[len(ahead)/2]
	const agree = 100 // ms: half of all differences lie closer than this to the median
	if ahead[len(ahead)*3/4]-ahead[len(ahead)/4] > agree || median < 5 && median > -5 {
		return 0
	}
	r.Report.Problem(label, "its clock is %.0f ms off, by %d requests that both recordings have: corrected", median, len(ahead))
	return time.Duration(median * float64(time.Millisecond))
}

// onlyRequests are the times of requests that occur once.
func (r *Recording) onlyRequests() map[string]float64 {
	at, seen := map[string]float64{}, map[string]int{}
	for i := range r.Lines {
		if e := &r.Lines[i].Event; e.Kind == playback.Req {
			key := e.Method + " " + e.URL
			at[key] = e.T
			if seen[key]++; seen[key] > 1 {
				delete(at, key)
			}
		}
	}
	return at
}

// mergeNotes joins the notes; of one note the highest revision stays.
func (r *Recording) mergeNotes(recs []*Recording) {
	at := map[string]int{}
	for _, x := range recs {
		for _, n := range x.Notes {
			if i, ok := at[n.ID]; !ok {
				at[n.ID] = len(r.Notes)
				r.Notes = append(r.Notes, n)
			} else if n.Rev > r.Notes[i].Rev {
				on := r.Notes[i].On // an id of the first recording, which stays what it is
				r.Notes[i] = n
				r.Notes[i].On = first(on, n.On)
			}
		}
	}
}
