package dap

import (
	"context"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-dap"

	"restep/player"
)

const (
	valueMax   = 256                    // characters of a value, except for the clipboard
	childMax   = 1000                   // children that are given where the client does not page
	scopeLimit = 200 * time.Millisecond // Helix asks for all scopes at each stop and waits for them
	childLimit = 2 * time.Second
)

// node is something with children: a scope or a structured value. Exactly one of list and live is set.
type node struct {
	// indexed is the number of numbered children, so that a client can page through them; 0 where they have names.
	indexed int
	// list gives all children, from the file and the moment: at once.
	list func() ([]item, error)
	// live gives children from the page; it runs in the runner. Count 0 asks for all.
	live func(ctx context.Context, p player.Page, start, count int) ([]item, error)
	// limit is how long the client waits for live; 0: childLimit.
	limit time.Duration
	// set changes a child and returns its new value; it runs in the runner. nil: they cannot be changed.
	set func(p *player.Player, name, value string) (string, error)
}

// item is a child as the client shows it.
type item struct {
	name, value, typ string
	eval             string // expression that gives the value, "" where there is none
	kids             *node
	kind             string // presentation hint: "data" "class" "virtual"…
	lazy             bool   // VS Code fetches the children on demand
}

// onVariables lists the children of a scope or value.
func (s *Session) onVariables(r request, a dap.VariablesArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	n, ok := s.nodes.get(a.VariablesReference)
	if !ok {
		return nil, fail(codeStale, "this value belongs to an earlier stop")
	}
	if a.Filter == "named" && n.indexed > 0 || a.Filter == "indexed" && n.indexed == 0 {
		return s.showItems(nil), nil
	}
	if n.live == nil {
		all, err := n.list()
		if err != nil {
			return nil, err
		}
		return s.showItems(page(all, a.Start, a.Count)), nil
	}
	limit := n.limit
	if limit == 0 {
		limit = childLimit
	}
	slow := func() (any, error) {
		return s.showItems([]item{{name: "…", value: fmt.Sprintf("the page did not answer within %v", limit), kind: "virtual"}}), nil
	}
	if s.now.away && limit == childLimit {
		limit += comeLimit
	}
	count := a.Count
	if count <= 0 {
		count = childMax
	}
	runner := s.runner
	work := func(ctx context.Context) ([]item, error) {
		p, err := runner.page(ctx)
		if err != nil {
			return nil, err
		}
		return n.live(ctx, p, max(a.Start, 0), count)
	}
	return later(s, r, limit, slow, work, func(all []item) (any, error) { return s.showItems(all), nil })
}

// page returns the live page, and brings it to where the player stands first, unless a move comes; it is called in the runner.
func (r *runner) page(ctx context.Context) (player.Page, error) {
	if r.player == nil {
		return nil, fail(codeState, "there is no live page")
	}
	if p := r.player.Page(); p != nil {
		return p, nil
	}
	var p player.Page
	err := r.unlessMoving(ctx, func(ctx context.Context) (err error) {
		p, err = r.player.Ready(ctx)
		return err
	})
	return p, err
}

// page cuts a list to what was asked for, and to what a client can take at once.
func page(all []item, start, count int) []item {
	start = max(0, min(start, len(all)))
	all = all[start:]
	limit := count
	if limit <= 0 {
		limit = childMax
	}
	if len(all) <= limit {
		return all
	}
	cutOff := all[:limit:limit]
	if count <= 0 {
		cutOff = append(cutOff, item{name: "…", value: fmt.Sprintf("%d more", len(all)-limit), kind: "virtual"})
	}
	return cutOff
}

// showItems translates items; what has children gets a handle.
func (s *Session) showItems(all []item) dap.VariablesResponseBody {
	body := dap.VariablesResponseBody{Variables: []dap.Variable{}}
	for _, i := range all {
		v := dap.Variable{Name: i.name, Value: cut(i.value, valueMax), EvaluateName: i.eval}
		if s.client.SupportsVariableType {
			v.Type = i.typ
		}
		if i.kids != nil {
			v.VariablesReference = s.nodes.add(*i.kids)
			if s.client.SupportsVariablePaging {
				v.IndexedVariables = i.kids.indexed
			}
		}
		if i.kind != "" || i.lazy {
			v.PresentationHint = &dap.VariablePresentationHint{Kind: i.kind, Lazy: i.lazy}
		}
		body.Variables = append(body.Variables, v)
	}
	return body
}

// onSetVariable changes a value for this run: what if the answer had been another one?
func (s *Session) onSetVariable(r request, a dap.SetVariableArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	n, ok := s.nodes.get(a.VariablesReference)
	if !ok {
		return nil, fail(codeStale, "this value belongs to an earlier stop")
	}
	if n.set == nil {
		return nil, fail(codeEvaluate, "this value cannot be changed; the status and the body of a recorded answer can")
	}
	work := func(ctx context.Context) (string, error) {
		if _, err := s.runner.page(ctx); err != nil {
			return "", err
		}
		return n.set(s.runner.player, a.Name, a.Value)
	}
	slow := func() (any, error) { return nil, fail(codeEvaluate, "the page did not answer within %v", childLimit) }
	return later(s, r, childLimit, slow, work, func(v string) (any, error) { return dap.SetVariableResponseBody{Value: v}, nil })
}

// fixed is a node whose children are known.
func fixed(all []item) *node { return &node{list: func() ([]item, error) { return all, nil }} }

// valueItem is a value of the page.
func valueItem(name string, v player.Value, eval string) item {
	i := item{name: name, value: shown(v), typ: v.Type, eval: eval}
	if v.Handle != "" {
		i.kids = valueNode(v, eval)
	}
	return i
}

// shown is a value as text. Strings are quoted anew: a page may escape more of them than a person wants to read.
func shown(v player.Value) string {
	var text string
	if v.JSON.Kind() == '"' && json.Unmarshal(v.JSON, &text) == nil {
		return cut(quoteJS(cut(text, valueMax)), valueMax)
	}
	return v.Text
}

func valueNode(v player.Value, eval string) *node {
	return &node{indexed: v.Items, live: func(ctx context.Context, p player.Page, start, count int) ([]item, error) {
		all, err := p.Children(ctx, v.Handle, start, count)
		if err != nil {
			return nil, err
		}
		items := make([]item, 0, len(all))
		for _, c := range all {
			items = append(items, valueItem(c.Name, c.Value, member(eval, c.Name)))
		}
		return items, nil
	}}
}
