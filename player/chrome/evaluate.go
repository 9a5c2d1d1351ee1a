package chrome

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/browser"
)

// evaluated is the reply to Runtime.evaluate.
type evaluated struct {
	Result    remote     `json:"result"`
	Exception *exception `json:"exceptionDetails"`
}

// evalTime bounds an expression that names no limit of its own.
const evalTime = 10 * time.Second

// Eval implements [player.Page].
func (p *page) Eval(ctx context.Context, x player.Eval) (player.Value, error) {
	t := p.shown()
	if x.Tab != "" {
		t = p.tabOf(x.Tab)
	}
	if t == nil {
		return player.Value{Thrown: true, Text: "no tab is open"}, nil
	}
	if t.open() != nil {
		return player.Value{Thrown: true, Text: "the page waits for the answer to a dialog"}, nil
	}
	if x.Timeout <= 0 {
		x.Timeout = evalTime
	}
	async := t.awaits(ctx, x)
	command, err := evaluation(x, async)
	if err != nil {
		return player.Value{}, err
	}
	runs := async && x.Await
	r, err := t.evalWithin(ctx, command, x.Timeout, runs)
	var refused *browser.Error
	switch {
	case errors.As(err, &refused):
		return player.Value{Thrown: true, Text: refused.Message}, nil
	case errors.Is(err, errCut):
		return player.Value{Thrown: true, Text: tooLong(x.Timeout, runs)}, nil
	case errors.Is(err, errDialog):
		return player.Value{Thrown: true, Text: "the expression has opened a dialog: the page waits for its answer, which the next action gives"}, nil
	case err != nil:
		return player.Value{}, err
	case r.Exception != nil:
		return thrown(r.Exception), nil
	}
	return value(&r.Result), nil
}

func tooLong(limit time.Duration, awaits bool) string {
	if awaits {
		return fmt.Sprintf("what the expression awaits did not come within %v of the page's time: an answer that stands further on in the recording comes when the session gets there", limit)
	}
	return fmt.Sprintf("the expression did not end within %v and was cut off", limit)
}

// awaitWord finds what awaits, and also speaks of it in a string or waits in a function of its own.
var awaitWord = regexp.MustCompile(`\bawait\b`)

// awaits reports whether an expression is one for an asynchronous function, or a console, alone: a script cannot hold it.
func (t *tab) awaits(ctx context.Context, x player.Eval) bool {
	if !awaitWord.MatchString(x.Expr) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, x.Timeout)
	defer cancel()
	var r struct {
		Exception *exception `json:"exceptionDetails"`
	}
	err := t.session.Call(ctx, "Runtime.compileScript", params{"expression": x.Expr, "sourceURL": "", "persistScript": false}, &r)
	return err != nil || r.Exception != nil // what else is wrong with it, the evaluation meets too
}

// evaluation is the command that evaluates an expression. One that uses its variables must be an expression; any other
// may be statements, as in a console, where what is declared stays. async is what awaits says of it.
//
// The command has a timeout of its own, which Chromium 156 does not obey while virtual time stands still.
func evaluation(x player.Eval, async bool) (params, error) {
	uses := func(name string) bool {
		return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(x.Expr)
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(x.Vars)), func(n string) bool { return !uses(n) })
	command := params{
		"expression": x.Expr, "objectGroup": objects, "silent": true, "generatePreview": true, "throwOnSideEffect": x.Quiet,
		// Without it, await is an error at once. With it, and without the clock, it is waited for in vain.
		"replMode": x.Await || !async, "includeCommandLineAPI": x.Await,
	}
	if len(names) == 0 {
		return command, nil
	}
	raw, err := json.Marshal(x.Vars, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	prefix := ""
	if x.Await && async {
		prefix, command["awaitPromise"] = "async ", true
	}
	command["replMode"] = false
	command["expression"] = fmt.Sprintf("(%s({%s}) => (\n%s\n))(%s)", prefix, strings.Join(names, ", "), x.Expr, raw)
	return command, nil
}

// Why an evaluation has no value.
var (
	errCut    = errors.New("the time of the expression is over")
	errDialog = errors.New("a dialog is open")
)

// evalWithin evaluates within a time; errCut means that it was cut off then, errDialog that it has opened one. Whatever
// ends the waiting ends the script. Where clock is set, the page's clock runs while what it awaits has not come.
func (t *tab) evalWithin(ctx context.Context, command params, limit time.Duration, clock bool) (*evaluated, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errCut)
	defer cancel()
	reply, err := t.session.Send("Runtime.evaluate", command)
	if err != nil {
		return nil, err
	}
	var r evaluated
	done := make(chan error, 1)
	go func() { done <- reply.Wait(ctx, &r) }() // ends with ctx
	err = t.untilDone(ctx, done, limit, clock)
	switch {
	case err == nil:
		return &r, nil
	case t.open() != nil:
		return nil, errDialog
	case context.Cause(ctx) == errCut:
		t.endScript()
		return nil, errCut
	case ctx.Err() != nil && t.page.ctx.Err() == nil: // the caller has given it up, and the page stays
		t.endScript()
	}
	return nil, err
}

// How the clock runs while an expression awaits something: in steps of virtual ms, once it was given a moment to end
// without it.
const (
	firstStep, lastStep = 10, 100
	firstMoment         = 20 * time.Millisecond
	moment              = 2 * time.Millisecond
)

// untilDone waits for the reply to an evaluation or a dialog, and lets the clock run for it where clock is set, in virtual
// time for as long as limit.
func (t *tab) untilDone(ctx context.Context, done <-chan error, limit time.Duration, clock bool) error {
	var tick <-chan time.Time
	if clock {
		tick = time.After(firstMoment)
	}
	until := t.page.now + float64(limit.Milliseconds())
	for step := 1.0 * firstStep; ; {
		select {
		case err := <-done:
			return err
		case <-t.dialogCh:
			if t.open() != nil {
				return errDialog
			}
		case <-tick:
			if t.page.now >= until {
				tick = nil // nothing more will come
				continue
			}
			if err := t.page.run(ctx, step); err != nil {
				return err
			}
			step = min(2*step, lastStep)
			tick = time.After(moment)
		}
	}
}
