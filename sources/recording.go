package sources

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"restep/player/playback"
)

// Recording is a session while it is being collected: its events in memory, without order and with content on disk.
// One goroutine uses it at a time.
type Recording struct {
	Header playback.Header
	// Lines are the lines that were added. Of a long recording they are the last ones that were, and none once it is
	// imported: the others are on disk, until [Merge] asks for them.
	Lines  []Line
	Notes  []playback.Note
	Report Report

	packed  []*packed // before Lines
	packAt  int       // lines in Lines from which on they are packed
	failed  error     // the first error of packing
	dropper *dropper
	spill   *spill // content
	events  *spill // of packed lines
	close   []func() error
}

// Line is an event with its content.
type Line struct {
	playback.Event
	// Content is what Event.Body will hold when the line is written. nil: Event.Body says all, a hole or nothing.
	Content Content
	// Files is the content of the files of an upload that stands in blobs elsewhere; nil items have none.
	Files []Content
}

// NewRecording returns an empty recording of one source.
func NewRecording(kind string, o Options) *Recording {
	r := &Recording{dropper: newDropper(o.Drop), spill: &spill{}, events: &spill{}, packAt: packAt}
	app := o.App
	for _, m := range o.Origins { // an app that is named by where it is mapped to
		if app != "" && OriginOf(m.To) == app {
			app = OriginOf(m.From)
			break
		}
	}
	r.Header = playback.Header{Version: playback.Version, App: app, Title: o.Title, Sources: []string{kind}}
	r.Report.Source = kind
	for i := range r.dropper.user { // at replay too, whether or not the recording has such requests
		r.Header.Rules = append(r.Header.Rules, playback.Rule{Match: r.dropper.user[i].Text, Drop: true})
	}
	r.close = append(r.close, r.spill.close, r.events.close)
	return r
}

// Close removes what the recording keeps on disk; its content cannot be read afterwards.
func (r *Recording) Close() error {
	var errs []error
	for _, f := range r.close {
		errs = append(errs, f())
	}
	r.close = nil
	return errors.Join(errs...)
}

// OnClose has f called when the recording is closed, for files that its content is read from.
func (r *Recording) OnClose(f func() error) { r.close = append(r.close, f) }

// Add appends a line.
func (r *Recording) Add(l Line) {
	if len(r.Lines) >= r.packAt {
		r.pack()
	}
	r.Lines = append(r.Lines, l)
}

// Keep stores content for a line; all but the smallest goes to disk.
func (r *Recording) Keep(data []byte) (Content, error) { return r.spill.put(data) }

// Drops reports whether a request is telemetry; if so, it is counted and its pattern becomes a rule of the header.
func (r *Recording) Drops(method, url string) bool {
	p := r.dropper.match(method, url)
	if p == nil {
		return false
	}
	r.Report.drop(p.Text)
	if !slices.ContainsFunc(r.Header.Rules, func(x playback.Rule) bool { return x.Match == p.Text && x.Drop }) {
		r.Header.Rules = append(r.Header.Rules, playback.Rule{Match: p.Text, Drop: true})
	}
	return true
}

// HasClock reports whether the times of the events are those of a clock, and not an importer's.
func (r *Recording) HasClock() bool { return !r.Header.Start.IsZero() }

// rank orders what shares one moment: causes before effects, whatever order a source wrote them in.
func rank(kind playback.Kind) int {
	switch {
	case kind == playback.Expect:
		return 1
	case kind.Action():
		return 2
	case kind == playback.PageCommit, kind == playback.Route:
		return 3
	case kind == playback.Req:
		return 4
	case kind.Backend():
		return 5
	case kind == playback.Res:
		return 6
	}
	return 7
}

// Sort puts the lines of an import in order: by time, at one moment causes first, else as they were added. An answer never stands
// before its request, nor a redirected request before the one that led to it, even where the clock of a source says
// so.
func (r *Recording) Sort() {
	r.order(func(lines []*packed) {
		at := map[string]float64{}
		for _, l := range lines {
			if l.kind == playback.Req {
				at[l.id] = l.t
			}
		}
		for _, l := range lines {
			if t, ok := at[l.of]; ok && l.of != "" && l.t < t {
				l.t = t
			}
		}
		slices.SortStableFunc(lines, func(a, b *packed) int {
			return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(rank(a.kind), rank(b.kind)))
		})
	})
}

// floor moves the lines that are earlier than the request among others that they answer.
func floor(lines, others []Line) {
	at := make(map[string]float64, len(others))
	for i := range others {
		if e := &others[i].Event; e.Kind == playback.Req {
			at[e.ID] = e.T
		}
	}
	for i := range lines {
		e := &lines[i].Event
		if t, ok := at[e.Of]; ok && e.Of != "" && e.T < t {
			e.T = t
		}
	}
}

// interleave joins two recordings of lines by time. Each keeps its own order, which is the schedule that it was
// recorded with; of two lines at one moment the one that can be the cause comes first.
func interleave(a, b []Line) []Line {
	byTime := func(x, y Line) int { return cmp.Compare(x.T, y.T) }
	slices.SortStableFunc(a, byTime)
	slices.SortStableFunc(b, byTime)
	out := make([]Line, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if c := cmp.Or(cmp.Compare(a[0].T, b[0].T), cmp.Compare(rank(a[0].Kind), rank(b[0].Kind))); c <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Rebase moves the start of the recording so that the first line is at t = 0. Lines must be sorted.
func (r *Recording) Rebase() {
	shift := 0.0
	r.order(func(lines []*packed) {
		if len(lines) == 0 || lines[0].t == 0 {
			return
		}
		shift = lines[0].t
		for _, l := range lines {
			l.t = round(l.t - shift)
		}
	})
	if r.HasClock() {
		r.Header.Start = r.Header.Start.Add(time.Duration(shift * float64(time.Millisecond)))
	}
}

// SetCauses gives each effect that has none the last action before it in the same tab. Lines must be sorted.
func (r *Recording) SetCauses() {
	r.order(func(lines []*packed) {
		last := map[string]string{}
		for _, l := range lines {
			switch {
			case l.kind.Action():
				last[l.tab] = l.id
			case l.kind.Effect() && l.cause == "" && l.of == "" && l.kind != playback.Bug:
				l.cause = last[l.tab]
			}
		}
	})
}

// round keeps times readable: microseconds.
func round(ms float64) float64 {
	if ms < 0 {
		return -round(-ms)
	}
	return float64(int64(ms*1000+0.5)) / 1000
}
