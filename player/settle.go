package player

import (
	"fmt"
	"slices"

	"restep/player/playback"
)

// settle ends what follows an action, at the time until: what is missing or came without being recorded is reported,
// except near the border, where the next settling decides; the document of a tab that next is told to open may be there
// long before. final reports everything.
func (l *ledger) settle(until float64, final bool, r *router) []playback.Divergence {
	var out []playback.Divergence
	add := func(d *playback.Divergence) {
		if d != nil {
			out = append(out, *d)
		}
	}
	keep := func(t float64, action int) bool { return !final && action == l.action && t+slack > until }
	tab := l.cat.nextAction(l.action)
	opens := tab < l.cat.file.Len() && l.cat.file.Kind(tab) == playback.Tab
	routes := slices.ContainsFunc(l.open, func(x expected) bool { return x.event.Kind == playback.Route })
	l.open = slices.DeleteFunc(l.open, func(x expected) bool {
		if x.event.Kind != playback.Error && keep(x.event.T, x.action) {
			return false
		}
		add(l.missing(x, r))
		return true
	})
	l.loose = slices.DeleteFunc(l.loose, func(x loose) bool {
		if keep(x.seen.T, x.action) || !final && opens && x.seen.Kind == playback.PageCommit {
			return false
		}
		add(l.surplus(x, routes))
		return true
	})
	return out
}

// missing is the divergence for a recorded effect that was not seen; nil where that says nothing.
func (l *ledger) missing(x expected, r *router) *playback.Divergence {
	e := x.event
	d := playback.Divergence{Pos: x.pos}
	switch e.Kind {
	case playback.Req:
		i, ok := l.cat.index[x.pos]
		if !ok || l.cat.reqs[i].passive || r.has(x.pos) {
			return nil
		}
		d.Kind = playback.RequestMissing
		d.Want = e.Method + " " + l.cat.reqs[i].url
		d.Text = fmt.Sprintf("%s was not made before the next action", d.Want)
	case playback.Console:
		if e.Level != "error" || browserWrote(e) {
			return nil
		}
		d.Kind, d.Want = playback.ConsoleMissing, e.Text
		d.Text = "console.error did not come: " + short(e.Text)
	case playback.Error:
		if noise(e) {
			return nil
		}
		d.Kind, d.Want = playback.ErrorGone, title(e.Name, e.Message)
		d.Text = "the recorded error did not occur: " + d.Want
	case playback.Route, playback.PageCommit:
		return l.missingURL(x)
	case playback.Storage:
		return l.missingStorage(x)
	default:
		return nil
	}
	return &d
}

// missingURL pairs a URL that was not reached with the one that was.
func (l *ledger) missingURL(x expected) *playback.Divergence {
	want := l.cat.urls.local(x.event.URL)
	d := playback.Divergence{Kind: playback.URLDiffers, Pos: x.pos, Want: want}
	d.Text = "the app did not go to " + want
	for i, s := range l.loose {
		if s.seen.Kind == x.event.Kind && s.action == x.action {
			d.Got = s.seen.URL
			d.Text = fmt.Sprintf("the app went to %s instead of %s", s.seen.URL, want)
			l.loose = slices.Delete(l.loose, i, i+1)
			break
		}
	}
	return &d
}

// missingStorage reports an item that got another value; one that was not written says little.
func (l *ledger) missingStorage(x expected) *playback.Divergence {
	e := x.event
	for i, s := range l.loose {
		if s.seen.Kind != playback.Storage || s.seen.Area != e.Area || s.seen.Key != e.Key {
			continue
		}
		l.loose = slices.Delete(l.loose, i, i+1)
		l.saw(x.pos, s.seen)
		if slices.Contains(e.Masked, "value") {
			return nil
		}
		want, got := text(e.Value), text(s.seen.Value)
		return &playback.Divergence{
			Kind: playback.StorageDiffers, Pos: x.pos, Want: want, Got: got,
			Text: fmt.Sprintf("%s storage item %q is %s instead of %s", e.Area, e.Key, short(got), short(want)),
		}
	}
	return nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// surplus is the divergence for an effect that was not recorded; nil where that says nothing. New errors are reported
// at once, see [pass.fail]. Routes are compared only where the recording has some: not every source sees them.
func (l *ledger) surplus(x loose, routes bool) *playback.Divergence {
	s := &x.seen
	switch {
	case s.Kind == playback.Console && s.Level == "error" && !browserWrote(&s.Event):
		return &playback.Divergence{
			Kind: playback.ConsoleExtra, Pos: x.action, Got: s.Text, Text: "console.error was not recorded: " + short(s.Text),
		}
	case s.Kind == playback.Route && routes:
		return &playback.Divergence{
			Kind: playback.URLDiffers, Pos: x.action, Got: s.URL, Text: "the app went to " + s.URL + ", which was not recorded",
		}
	}
	return nil
}

// title is an error as browsers print it.
func title(name, message string) string {
	switch {
	case name == "":
		return message
	case message == "":
		return name
	}
	return name + ": " + message
}
