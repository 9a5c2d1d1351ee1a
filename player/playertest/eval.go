package playertest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"

	"restep/player"
)

// Eval implements [player.Page]: names with members, literals, the operators ! == === != !== < <= > >= + - && ||,
// brackets, and NAME = VALUE, which Quiet refuses. Names are those of x.Vars, then the app's variables.
func (p *Page) Eval(ctx context.Context, x player.Eval) (player.Value, error) {
	if err := p.ready(ctx); err != nil {
		return player.Value{}, err
	}
	scope := map[string]any{"now": p.now, "document": map[string]any{}}
	if p.world != nil {
		maps.Copy(scope, p.world.Vars)
		scope["location"] = map[string]any{"href": p.world.url}
		scope["document"] = map[string]any{"title": p.world.title}
	}
	for name, raw := range x.Vars {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			return player.Value{}, fmt.Errorf("variable %s: %w", name, err)
		}
		scope[name] = v
	}
	e := evaluator{scan: scan(x.Expr), scope: scope}
	v, err := e.run()
	if err == nil && e.assign != "" {
		if x.Quiet {
			err = fmt.Errorf("EvalError: Possible side-effect in debug-evaluate")
		} else if p.world != nil {
			p.world.Vars[e.assign] = v
		}
	}
	if err != nil {
		return player.Value{Thrown: true, Type: "Error", Text: err.Error()}, nil
	}
	return p.value(v), nil
}

// value shows a value; objects and arrays get a handle.
func (p *Page) value(v any) player.Value {
	switch v := v.(type) {
	case undefined:
		return player.Value{Type: "undefined", Text: "undefined"}
	case map[string]any:
		p.handles = append(p.handles, v)
		return player.Value{Type: "Object", Text: text(v), Handle: strconv.Itoa(len(p.handles)), Named: len(v)}
	case []any:
		p.handles = append(p.handles, v)
		return player.Value{Type: "Array", Text: text(v), Handle: strconv.Itoa(len(p.handles)), Items: len(v)}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return player.Value{Type: "object", Text: fmt.Sprint(v)}
	}
	return player.Value{Type: kind(v), Text: string(b), JSON: b}
}

func kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	}
	return "number"
}

func text(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(b) > 256 {
		return string(b[:253]) + "…"
	}
	return string(b)
}

// Children implements [player.Page].
func (p *Page) Children(ctx context.Context, handle string, start, count int) ([]player.Property, error) {
	if err := p.ready(ctx); err != nil {
		return nil, err
	}
	i, err := strconv.Atoi(handle)
	if err != nil || i < 1 || i > len(p.handles) {
		return nil, fmt.Errorf("unknown handle %q", handle)
	}
	var out []player.Property
	switch v := p.handles[i-1].(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, player.Property{Name: k, Value: p.value(v[k])})
		}
	case []any:
		for i, x := range v {
			out = append(out, player.Property{Name: strconv.Itoa(i), Value: p.value(x)})
		}
	}
	out = out[min(max(start, 0), len(out)):]
	if count > 0 {
		out = out[:min(count, len(out))]
	}
	return out, nil
}
