package dap

import (
	"context"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-dap"

	"restep/player"
)

const (
	hoverLimit = 500 * time.Millisecond // without side effects: hover, watch, and clients that name no context
	replLimit  = 5 * time.Second        // of the console, the try without side effects included
)

// onEvaluate evaluates JavaScript in the page; `event` is the recorded line of the frame. What begins with a colon is a
// command, see [commands], in every context: some clients have no other way to go back.
//
// Only the debug console may change the page. It too tries without side effects first, so that looking at something
// does not mark the run as touched.
func (s *Session) onEvaluate(r request, a evaluateArguments) (any, error) {
	expr := strings.TrimSpace(a.Expression)
	if strings.HasPrefix(expr, ":") {
		return s.command(r, expr)
	}
	if err := s.need(); err != nil {
		return nil, err
	}
	if expr == "" {
		return nil, fail(codeEvaluate, "there is nothing to evaluate")
	}
	v := view{play: s.play, now: s.now, pos: s.now.stop.Pos}
	if fr, ok := s.frames.get(a.FrameId); ok {
		v.pos = fr.pos
	}
	x := player.Eval{Expr: expr, Quiet: true, Timeout: hoverLimit, Vars: v.constants()}
	if e := v.event(); e != nil {
		x.Tab = e.Tab
	}
	limit := 4 * hoverLimit
	switch a.Context {
	case "repl":
		limit = hoverLimit + 3*replLimit
	case "clipboard":
		x.Expr = whole(expr)
	}
	if s.now.away {
		limit += comeLimit
	}
	runner := s.runner
	work := func(ctx context.Context) (player.Value, error) { return runner.evaluate(ctx, x, a.Context == "repl") }
	slow := func() (any, error) { return nil, fail(codeEvaluate, "the page did not answer within %v", limit) }
	return later(s, r, limit, slow, work, func(got player.Value) (any, error) {
		return s.showValue(got, expr, a.Context)
	})
}

// evaluate evaluates without side effects, and where that throws and they are allowed, with them.
func (r *runner) evaluate(ctx context.Context, x player.Eval, effects bool) (player.Value, error) {
	p, err := r.page(ctx)
	if err != nil {
		return player.Value{}, err
	}
	begun := time.Now()
	got, err := p.Eval(ctx, x)
	if err != nil || !got.Thrown || !effects {
		return got, err
	}
	x.Quiet, x.Await, x.Timeout = false, true, replLimit
	if time.Since(begun) >= hoverLimit { // it did not throw, it did not end
		x.Timeout -= hoverLimit
	}
	r.player.Touch()
	return p.Eval(ctx, x)
}

func (s *Session) showValue(v player.Value, expr, where string) (any, error) {
	if v.Thrown {
		return nil, fail(codeEvaluate, "%s", firstOf(v.Text, "the expression threw"))
	}
	body := dap.EvaluateResponseBody{Result: shown(v)}
	if where == "clipboard" {
		var text string
		if json.Unmarshal(v.JSON, &text) == nil {
			body.Result = text
		}
		return body, nil
	}
	if s.client.SupportsVariableType {
		body.Type = v.Type
	}
	if v.Handle != "" {
		body.VariablesReference = s.nodes.add(*valueNode(v, expr))
		if s.client.SupportsVariablePaging {
			body.IndexedVariables = v.Items
		}
	}
	return body, nil
}

// whole makes an expression give all of its value as text: for the clipboard, a shortened one is of no use.
func whole(expr string) string {
	return "(v => typeof v === 'object' && v ? JSON.stringify(v, null, 2) : String(v))(" + expr + "\n)"
}

// constants are what an expression can use by name: the recorded line, and what the page did instead.
func (v view) constants() map[string]jsontext.Value {
	c := map[string]jsontext.Value{"event": jsontext.Value("null"), "live": jsontext.Value("null")}
	if v.event() != nil {
		if raw := v.raw(v.pos); raw.IsValid() {
			c["event"] = raw
		}
	}
	if seen := v.now.live[v.pos]; seen != nil {
		if raw, err := json.Marshal(&seen.Event); err == nil {
			c["live"] = raw
		}
	}
	return c
}

// onCompletions completes commands after a colon, and members of JavaScript values otherwise.
func (s *Session) onCompletions(r request, a dap.CompletionsArguments) (any, error) {
	text := []rune(a.Text)
	column := a.Column
	if s.client.ColumnsStartAt1 {
		column--
	}
	before := string(text[:max(0, min(column, len(text)))])
	body := dap.CompletionsResponseBody{Targets: []dap.CompletionItem{}}
	if strings.HasPrefix(strings.TrimSpace(before), ":") {
		body.Targets = append(body.Targets, s.completeCommand(before, column)...)
		return body, nil
	}
	if s.need() != nil {
		return body, nil
	}
	object, prefix := splitMember(before)
	x := player.Eval{Expr: memberNames(object, prefix), Timeout: scopeLimit, Quiet: true,
		Vars: view{play: s.play, now: s.now, pos: s.now.stop.Pos}.constants()}
	runner := s.runner
	work := func(ctx context.Context) (player.Value, error) { return runner.evaluate(ctx, x, false) }
	slow := func() (any, error) { return body, nil }
	return later(s, r, 2*scopeLimit, slow, work, func(got player.Value) (any, error) {
		var names string
		if got.Thrown || json.Unmarshal(got.JSON, &names) != nil || names == "" {
			return body, nil
		}
		n := len([]rune(prefix))
		for _, name := range strings.Split(names, "\n") {
			body.Targets = append(body.Targets, dap.CompletionItem{Label: name, Type: "property", Start: max(0, column-n), Length: n})
		}
		return body, nil
	})
}

// splitMember splits what stands before the cursor into an object and the beginning of a member's name. The object is
// the longest run of names, dots and brackets with numbers: nothing that could have an effect.
func splitMember(before string) (object, prefix string) {
	i := len(before)
	for i > 0 && strings.ContainsRune("_$.[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", rune(before[i-1])) {
		i--
	}
	path := before[i:]
	if dot := strings.LastIndexByte(path, '.'); dot >= 0 {
		return path[:dot], path[dot+1:]
	}
	return "", path
}

// memberNames is JavaScript that gives the names of members with a prefix, a line each.
func memberNames(object, prefix string) string {
	if object == "" {
		object = "globalThis"
	}
	return "(o => { const all = new Set(); for (let p = Object(o); p; p = Object.getPrototypeOf(p)) for (const n of Object.getOwnPropertyNames(p)) " +
		"if (n.startsWith(" + quoteJS(prefix) + ") && /^[\\w$]+$/.test(n)) all.add(n); return [...all].slice(0, 200).join('\\n'); })(" + object + ")"
}
