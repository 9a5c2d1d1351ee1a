package chrome

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/playback"
)

// TestEval evaluates as the debugger does: without effects first, as a console after that. Each line counts on the page
// that the ones before have left, so what does not end must not take it along.
func TestEval(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`, "/data": "hello"})
	p := opened(t, stage(t), scene(a, &router{pass: true}, nil))
	vars := map[string]jsontext.Value{"event": jsontext.Value(`{"a":1}`), "live": jsontext.Value("null")}
	for _, c := range []struct{ expr, quiet, console string }{
		{"1 + 1", "2", "2"},
		{"event.a", "1", "1"},
		{"live", "null", "null"},
		{"let x = 5", "thrown EvalError: Possible side-effect in debug-evaluate", "undefined"},
		{"x + event.a", "6", "6"},
		{"if (x) { x * 2 }", "10", "10"},
		{"await 7", "thrown SyntaxError: await is only valid", "7"},
		{"await event.a", "thrown SyntaxError", "1"},
		{"(await fetch('/data')).status", "thrown SyntaxError", "200"},
		{"await (await fetch('/data')).text()", "thrown SyntaxError", `"hello"`},
		{"await new Promise((f) => setTimeout(f, 400, 'later'))", "thrown SyntaxError", `"later"`},
		{"await Promise.reject(new Error('no'))", "thrown SyntaxError", "thrown Error: no"},
		{"await new Promise(() => {})", "thrown SyntaxError", "thrown what the expression awaits did not come within 500ms"},
		{"for (;;);", "thrown the expression did not end within 500ms", "thrown the expression did not end within 500ms"},
		{"(() => { while (event); })()", "thrown the expression did not end within 500ms", "thrown the expression did not end within 500ms"},
		{"(function f() { Promise.resolve().then(f) })()", "thrown EvalError", "thrown the expression did not end within 500ms"},
		{"'we await ' + event.a", `"we await 1"`, `"we await 1"`},
		{"(async () => await 1).name", `""`, `""`},
		{"for (let s = 'await';;);", "thrown the expression did not end within 500ms", "thrown the expression did not end within 500ms"},
		{"for await (const x of [7]) x", "thrown SyntaxError", "7"},
		{"await (", "thrown SyntaxError", "thrown SyntaxError"},
		{"document.title", `"x"`, `"x"`},
	} {
		for _, quiet := range []bool{true, false} {
			want := c.console
			if quiet {
				want = c.quiet
			}
			limit := 10 * time.Second
			if strings.Contains(want, "500ms") {
				limit = time.Second / 2
			}
			v, err := p.Eval(t.Context(), player.Eval{Expr: c.expr, Vars: vars, Quiet: quiet, Await: !quiet, Timeout: limit})
			if err != nil {
				t.Fatal(err)
			}
			got := v.Text
			if v.Thrown {
				got = "thrown " + got
			}
			if got != want && !(v.Thrown && strings.HasPrefix(got, want)) {
				t.Errorf("%s, quiet %v: %s, want %s", c.expr, quiet, got, want)
			}
		}
	}
}

// What nobody waits for any more does not go on running, nor does the clock.
func TestEvalIsCancelled(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	now := text(t, p, "performance.now()")
	for _, loop := range []string{"for (;;);", "for (let s = 'await';;);"} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // it runs by then
		v, err := p.Eval(ctx, player.Eval{Expr: loop, Await: true, Timeout: time.Minute})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%s: %+v, %v", loop, v, err)
		}
		if got := text(t, p, "performance.now()"); got != now {
			t.Errorf("%s: the page's clock went from %s to %s", loop, now, got)
		}
	}
}

// A dialog of an expression does not take the page along either.
func TestEvalOpensADialog(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title><button id=b onclick="document.title = 'clicked'">b</button>`})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	v, err := p.Eval(t.Context(), player.Eval{Expr: "alert('hi')", Await: true})
	if err != nil || !v.Thrown || !strings.Contains(v.Text, "has opened a dialog") {
		t.Errorf("%+v, %v", v, err)
	}
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#b")})
	if got := text(t, p, "document.title"); got != "clicked" {
		t.Errorf("the page shows %q", got)
	}
}
