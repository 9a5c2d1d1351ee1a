package player

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// evalTimeout bounds the expressions of breakpoints and checks.
const evalTimeout = 500 * time.Millisecond

// logPoint prints the message of a logpoint; {expressions} are evaluated.
func (r *pass) logPoint(ctx context.Context, b Break) error {
	if !r.mayTell {
		return nil
	}
	var out strings.Builder
	for rest := b.Log; rest != ""; {
		text, expr, tail, ok := cutExpr(rest)
		out.WriteString(text)
		rest = tail
		if !ok {
			continue
		}
		v, err := r.eval(ctx, expr, b.Pos)
		if err != nil {
			return err
		}
		out.WriteString(plain(v))
	}
	r.tell(b.Pos, "console", out.String())
	return nil
}

// cutExpr splits "text{expr}tail"; braces inside the expression nest. ok is false where there is no expression.
func cutExpr(s string) (text, expr, tail string, ok bool) {
	start := strings.IndexByte(s, '{')
	if start < 0 {
		return s, "", "", false
	}
	depth := 0
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:start], s[start+1 : i], s[i+1:], true
			}
		}
	}
	return s, "", "", false
}

// plain is the text of a value: strings without quotes.
func plain(v Value) string {
	var s string
	if v.JSON.Kind() == '"' && json.Unmarshal(v.JSON, &s) == nil {
		return s
	}
	return v.Text
}

// truthy reports whether JavaScript takes a value for true.
func truthy(v Value) bool {
	if v.JSON == nil {
		return v.Type != "undefined" && v.Text != "NaN" && v.Text != "undefined"
	}
	switch string(v.JSON) {
	case "false", "null", `""`, "0", "-0", "":
		return false
	}
	return true
}

// eval evaluates an expression with event, the recorded line at pos, and live, what the page did instead.
func (r *pass) eval(ctx context.Context, expr string, pos int) (Value, error) {
	e, err := r.p.file.Event(pos)
	if err != nil {
		return Value{}, fmt.Errorf("event %s: %w", r.p.cat.label(pos), err)
	}
	vars := map[string]jsontext.Value{"event": asJSON(e), "live": jsontext.Value("null")}
	if s, ok := r.led.live[pos]; ok {
		vars["live"] = asJSON(&s.Event)
	}
	return r.evalVars(ctx, expr, e.Tab, vars)
}

func (r *pass) evalVars(ctx context.Context, expr, tab string, vars map[string]jsontext.Value) (Value, error) {
	v, err := r.page.Eval(ctx, Eval{Expr: expr, Tab: tab, Timeout: evalTimeout, Vars: vars})
	if err != nil {
		return Value{}, fmt.Errorf("evaluate: %w", err)
	}
	return v, nil
}

// asJSON encodes an event; what cannot be encoded is null.
func asJSON(v any) jsontext.Value {
	b, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return jsontext.Value("null")
	}
	return b
}
