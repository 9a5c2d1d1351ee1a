package dap

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-dap"

	"restep/player"
	"restep/player/playback"
)

// onScopes lists the scopes of a frame. They cost nothing until they are opened.
func (s *Session) onScopes(_ request, a dap.ScopesArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	fr, ok := s.frames.get(a.FrameId)
	if !ok {
		return nil, fail(codeStale, "this frame belongs to an earlier stop")
	}
	body := dap.ScopesResponseBody{Scopes: []dap.Scope{}}
	add := func(name, hint string, expensive bool, n *node) {
		body.Scopes = append(body.Scopes, dap.Scope{
			Name: name, PresentationHint: hint, Expensive: expensive, VariablesReference: s.nodes.add(*n),
		})
	}
	v := view{play: s.play, now: s.now, pos: fr.pos}
	e := v.event()
	add("Event", "locals", false, &node{list: v.eventItems})
	if e != nil && e.On.Target != nil {
		add("Element", "", false, &node{list: func() ([]item, error) { return v.elementItems(e) }})
	}
	add("Network", "", false, &node{list: v.networkItems})
	add("Console", "", false, &node{list: v.consoleItems})
	add("Storage", "", true, &node{live: storageItems, limit: scopeLimit})
	add("Back end", "", false, &node{list: v.backendItems})
	add("Divergence", "", false, &node{list: v.divergenceItems})
	add("Page", "globals", true, &node{live: pageItems, limit: scopeLimit})
	return body, nil
}

// view is what scopes are made from: a frame of a stop. It stays valid when the session moves on.
type view struct {
	play *play
	now  *moment
	pos  int
}

// event is the event of the frame, nil at the end of the file.
func (v view) event() *playback.Event {
	if v.pos >= v.play.file.Len() {
		return nil
	}
	e, err := v.play.file.Event(v.pos)
	if err != nil {
		return nil
	}
	return e
}

// raw is the recorded line.
func (v view) raw(pos int) jsontext.Value {
	line, err := v.play.file.Raw(v.play.file.Line(pos))
	if err != nil {
		return nil
	}
	return line
}

// eventItems are the keys of the recorded line, in its order; content is decoded.
func (v view) eventItems() ([]item, error) {
	e := v.event()
	if e == nil {
		return []item{{name: "verdict", value: firstOf(string(v.now.verdict), "none: the run was touched"), kind: "virtual"}}, nil
	}
	return v.lineItems(v.pos, e, "event"), nil
}

func (v view) lineItems(pos int, e *playback.Event, eval string) []item {
	var all []item
	eachMember(v.raw(pos), func(name string, m jsontext.Value) bool {
		if name == "body" && e.Body != nil {
			i := bodyItem(v.play.file, name, e.Body)
			i.eval = member(eval, name)
			all = append(all, i)
			return true
		}
		all = append(all, jsonItem(name, m, member(eval, name)))
		return true
	})
	return all
}

// elementItems are the recorded selectors, and what the plainest of them finds in the page now.
func (v view) elementItems(e *playback.Event) ([]item, error) {
	var all []item
	raw, err := json.Marshal(e.On.Target, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("show the element: %w", err)
	}
	eachMember(raw, func(name string, m jsontext.Value) bool {
		all = append(all, jsonItem(name, m, member("event.on", name)))
		return true
	})
	if css := e.On.Target.CSS; len(css) == 1 && len(e.Frame) == 0 {
		expr := "document.querySelector(" + quoteJS(css[0]) + ")"
		all = append(all, item{name: "in the page", value: expr, eval: expr, lazy: true, kids: &node{
			live: func(ctx context.Context, p player.Page, _, _ int) ([]item, error) {
				got, err := p.Eval(ctx, player.Eval{Expr: expr, Tab: e.Tab, Timeout: childLimit})
				if err != nil {
					return nil, err
				}
				return []item{valueItem("element", got, expr)}, nil
			},
		}})
	}
	return all, nil
}

// consoleItems are the console lines and errors around the stop: recorded ones with what the live run made of them,
// then those that are not in the recording.
func (v view) consoleItems() ([]item, error) {
	f := v.play.file
	from, to := v.play.window(v.pos)
	var all []item
	for pos := from; pos < to; pos++ {
		if k := f.Kind(pos); k == playback.Console || k == playback.Error {
			e, err := f.Event(pos)
			if err != nil {
				return nil, err
			}
			i := item{name: fmt.Sprintf("line %d", f.Line(pos)), value: label(f, e) + v.fate(pos), kids: fixed(v.lineItems(pos, e, ""))}
			all = append(all, i)
		}
		for _, x := range v.now.extra[pos] {
			if x.Kind == playback.Console || x.Kind == playback.Error {
				i := anyItem("live only", x.Event)
				i.value = label(f, &x.Event)
				all = append(all, i)
			}
		}
	}
	return all, nil
}

// fate says what became of a recorded effect in the live run.
func (v view) fate(pos int) string {
	switch {
	case v.now.live[pos] != nil:
		return ""
	case pos >= v.now.cursor:
		return " · not yet"
	}
	return " · not seen in this run"
}

// backendItems are the log lines, spans, tracked events and issues around the stop.
func (v view) backendItems() ([]item, error) {
	f := v.play.file
	from, to := v.play.window(v.pos)
	var all []item
	for pos := from; pos < to; pos++ {
		if !f.Kind(pos).Backend() {
			continue
		}
		e, err := f.Event(pos)
		if err != nil {
			return nil, err
		}
		all = append(all, item{
			name:  firstOf(e.Source, string(e.Kind)),
			value: fmt.Sprintf("%s %s", firstOf(e.Level, string(e.Kind)), firstOf(e.Msg, e.Message, e.Text, e.Name)),
			kids:  fixed(v.lineItems(pos, e, "")),
		})
	}
	return all, nil
}

// divergenceItems are all divergences so far, and the verdict as it is.
func (v view) divergenceItems() ([]item, error) {
	all := []item{{name: "verdict", value: firstOf(string(v.now.verdict), "none yet"), kind: "virtual"}}
	for _, d := range v.now.divergences {
		i := item{name: string(d.Kind), value: d.Text}
		if d.Line > 0 {
			i.name = fmt.Sprintf("line %d: %s", d.Line, d.Kind)
		}
		if d.Blocking {
			i.typ = "blocking"
		}
		if d.Want != "" || d.Got != "" {
			i.kids = fixed([]item{{name: "recorded", value: d.Want}, {name: "live", value: d.Got}})
		}
		all = append(all, i)
	}
	return all, nil
}
