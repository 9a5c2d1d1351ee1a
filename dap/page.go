package dap

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
)

// storageItems are the storage areas of the page.
func storageItems(ctx context.Context, p player.Page, _, _ int) ([]item, error) {
	const read = `JSON.stringify({local: {...localStorage}, session: {...sessionStorage},
		cookies: Object.fromEntries(document.cookie.split("; ").filter(Boolean).map(c => [c.split("=")[0], c.slice(c.indexOf("=") + 1)]))})`
	v, err := p.Eval(ctx, player.Eval{Expr: read, Timeout: scopeLimit})
	if err != nil {
		return nil, err
	}
	var text string
	if v.Thrown || json.Unmarshal(v.JSON, &text) != nil {
		return []item{{name: "…", value: v.Text, kind: "virtual"}}, nil
	}
	var all []item
	eachMember(jsontext.Value(text), func(name string, m jsontext.Value) bool {
		eval := map[string]string{"local": "localStorage", "session": "sessionStorage"}[name]
		all = append(all, jsonItem(name, m, eval))
		return true
	})
	return all, nil
}

// pageItems are where the page stands and its globals.
func pageItems(ctx context.Context, p player.Page, _, _ int) ([]item, error) {
	var all []item
	for _, g := range []struct{ name, expr string }{
		{"url", "location.href"}, {"title", "document.title"}, {"focus", "document.activeElement"},
		{"document", "document"}, {"window", "window"},
	} {
		v, err := p.Eval(ctx, player.Eval{Expr: g.expr, Timeout: scopeLimit})
		if err != nil {
			return nil, err
		}
		all = append(all, valueItem(g.name, v, g.expr))
	}
	return all, nil
}
