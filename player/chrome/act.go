package chrome

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// caller is what input needs of a tab: one flat CDP session that sees all frames of the tab. *browser.Session is one.
type caller interface {
	// Call waits for the reply; commands are carried out in the order in which they were sent.
	Call(ctx context.Context, method string, params, result any) error
	// Go sends a command whose reply is of no interest.
	Go(method string, params any)
}

// actor performs the user's actions in one tab with real input. One goroutine at a time calls act; handle is called by
// the browser's reader; close may be called at any time.
//
// The virtual clock stands still while it works. Input is dispatched and evaluates run nevertheless, but no task, timer
// or message of the page does, so nothing here may wait for one. The reply to input does not come while the page is
// stopped by a dialog or a breakpoint that the input has met: then the action counts as performed.
type actor struct {
	s       *inputs
	rest    func(context.Context) error          // waits until the page's clock stands still after a dialog; nil: it does
	unasked []dialog                             // were answered without a line of the recording, and not reported yet
	content func(*playback.Body) ([]byte, error) // decoded bytes of a file; nil: there are none
	pointer [2]float64                           // where the mouse is, CSS px of the viewport
	uploads uploads
	hushed  *document                     // where the app does not hear some events; nil: nowhere
	aimed   func(context.Context, *place) // is told of the first element that an action finds, before input is sent; nil: nobody is
	aims    bool                          // the action has found none so far

	mu      sync.Mutex // guards what follows
	stop    context.CancelCauseFunc
	dialog  bool                // a dialog is open
	shown   dialog              // it, or the last one
	paused  bool                // a breakpoint has stopped the page
	drags   chan jsontext.Value // where a drag that begins is announced; nil: nobody waits
	chooser int64               // backend node of the file input whose chooser would be open; 0: none
}

// errStopped is the cause that ends the waiting for replies: a dialog or a breakpoint holds the page.
var errStopped = errors.New("a dialog or a breakpoint has stopped the page")

// errNoScript means that the document does not have the page script: it is just being replaced.
var errNoScript = errors.New("the document is being replaced")

// problem is a [player.Found] that is not a success: no input was sent, and the action can be tried again.
type problem struct{ found player.Found }

func (p *problem) Error() string { return p.found.Problem + ": " + p.found.Detail }

func notFound(format string, args ...any) error {
	return &problem{player.Found{Problem: "not found", Detail: fmt.Sprintf(format, args...)}}
}

// setup makes the browser ask us instead of the person at the screen; it needs no answer.
func (a *actor) setup() { a.s.Go("Page.setInterceptFileChooserDialog", params{"enabled": true}) }

// handle takes an event of the tab; it returns at once.
func (a *actor) handle(e browser.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch e.Method {
	case "Page.javascriptDialogOpening":
		var d dialog
		if e.Decode(&d) == nil {
			a.shown = d
		}
		a.dialog = true
	case "Page.javascriptDialogClosed":
		a.dialog = false
	case "Debugger.paused":
		a.paused = true
	case "Debugger.resumed":
		a.paused = false
	case "Page.fileChooserOpened":
		var c struct {
			Node int64 `json:"backendNodeId"`
		}
		if e.Decode(&c) == nil {
			a.chooser = c.Node
		}
		return
	case "Input.dragIntercepted":
		a.onDrag(e)
		return
	default:
		return
	}
	if a.stop != nil && (a.dialog || a.paused) {
		a.stop(errStopped)
	}
}

// act performs the action of a line. Where Found.Problem is set, no input was sent (a scroll may have gone part of its
// way): let the clock run a little and try again. last says that no further try follows: then weaker evidence for the
// element is accepted. Errors mean that the tab is lost or that the line makes no sense.
func (a *actor) act(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	if a.isPaused() {
		return player.Found{}, errors.New("the page is stopped at a breakpoint")
	}
	var p *problem
	if e.Kind != playback.Dialog {
		if err := a.unblock(ctx); errors.As(err, &p) {
			return p.found, nil
		} else if err != nil {
			return player.Found{}, err
		}
	}
	a.s.sent = false
	ctx, done := a.watch(ctx, e.Kind == playback.Dialog)
	defer done()
	if e.Kind != playback.Dialog { // while a dialog is open no script runs
		a.restore(ctx)
	}
	a.aims = e.Kind != playback.Scroll // its element is what it shows afterwards
	found, err := a.perform(ctx, e, last)
	if e.Kind == playback.Dialog {
		a.restore(ctx)
	}
	if len(e.Frame) > 0 || e.Kind == playback.Upload { // what asked for objects
		a.s.Go("Runtime.releaseObjectGroup", params{"objectGroup": objectGroup})
	}
	switch {
	case err == nil:
		return found, nil
	case errors.As(err, &p):
		return p.found, nil
	case errors.Is(err, errNoScript):
		return player.Found{Problem: "not found", Detail: err.Error()}, nil
	case errors.Is(context.Cause(ctx), errStopped) && !a.s.sent && e.Kind != playback.Hover && a.dialogOpen():
		return player.Found{Problem: "dialog", Detail: "a dialog opened before the input was sent"}, nil
	case errors.Is(context.Cause(ctx), errStopped), errors.Is(err, browser.ErrGone):
		return found, nil // the action itself has stopped the page, or closed the tab
	}
	return found, fmt.Errorf("%s %s: %w", e.Kind, e.ID, err)
}

// watch derives the context of one action, which ends when the page is stopped; one that answers a dialog begins so.
func (a *actor) watch(ctx context.Context, answers bool) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	a.mu.Lock()
	a.stop = cancel
	if (a.dialog || a.paused) && !answers { // it came between the look and here
		cancel(errStopped)
	}
	a.mu.Unlock()
	return ctx, func() {
		a.mu.Lock()
		a.stop = nil
		a.mu.Unlock()
		cancel(nil)
	}
}

func (a *actor) perform(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	switch e.Kind {
	case playback.Click:
		return a.click(ctx, e, last)
	case playback.Hover:
		return a.hover(ctx, e, last)
	case playback.Drag:
		return a.drag(ctx, e, last)
	case playback.Type:
		return a.typing(ctx, e, last)
	case playback.Key:
		return a.key(ctx, e, last)
	case playback.Input:
		return a.input(ctx, e, last)
	case playback.Scroll:
		return a.scroll(ctx, e, last)
	case playback.Upload:
		return a.upload(ctx, e, last)
	case playback.Clipboard:
		return a.clipboard(ctx, e, last)
	case playback.Dialog:
		return player.Found{}, a.answer(ctx, e)
	}
	return player.Found{}, fmt.Errorf("%q is no input", e.Kind)
}

// close removes what the actor keeps on disk.
func (a *actor) close() { a.uploads.remove() }

// run evaluates an expression over R, the page script's object, in a document, and decodes its value into result (nil:
// dropped). It acts with the user's authority, which the clipboard and focus ask for.
func (a *actor) run(ctx context.Context, d document, expr string, result any) error {
	raw, _, err := a.evaluate(ctx, d, expr, true)
	if err != nil || result == nil {
		return err
	}
	if err := json.Unmarshal(raw, result); err != nil {
		return fmt.Errorf("page script: %w", err)
	}
	return nil
}

// hush keeps events of the types from the app until unhush: input that stands for something else must not be heard.
func (a *actor) hush(ctx context.Context, d document, types ...string) error {
	a.hushed = &d
	return a.run(ctx, d, "(R.hush(..."+js(types)+"), true)", nil)
}

func (a *actor) unhush(ctx context.Context) error {
	d := *a.hushed
	a.hushed = nil
	return a.run(ctx, d, "(R.hush(), true)", nil)
}

// restore lets the app hear again after an action that was stopped half-way; its document may be gone.
func (a *actor) restore(ctx context.Context) {
	if a.hushed != nil && !a.dialogOpen() {
		a.unhush(ctx)
	}
}

// object evaluates an expression to an object and returns its id, "" for null.
func (a *actor) object(ctx context.Context, d document, expr string) (string, error) {
	_, id, err := a.evaluate(ctx, d, expr, false)
	return id, err
}

func (a *actor) evaluate(ctx context.Context, d document, expr string, byValue bool) (jsontext.Value, string, error) {
	var r struct {
		Result struct {
			Type  string         `json:"type"`
			Value jsontext.Value `json:"value"`
			ID    string         `json:"objectId"`
		} `json:"result"`
		Exception *struct {
			Text   string `json:"text"`
			Object struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	p := params{"returnByValue": byValue, "userGesture": true, "objectGroup": objectGroup}
	method := "Runtime.evaluate"
	if d == top {
		p["expression"] = "(R => R && (" + expr + "))(globalThis.__restep)"
	} else {
		method = "Runtime.callFunctionOn"
		p["objectId"], p["functionDeclaration"] = string(d), "function () { const R = globalThis.__restep; return R && ("+expr+"); }"
	}
	if err := a.s.Call(ctx, method, p, &r); err != nil {
		return nil, "", err
	}
	if x := r.Exception; x != nil {
		return nil, "", fmt.Errorf("page script: %s %s", x.Text, x.Object.Description)
	}
	if r.Result.Type == "undefined" {
		return nil, "", errNoScript
	}
	return r.Result.Value, r.Result.ID, nil
}

// objectGroup holds the objects that an action refers to; they are released at its end.
const objectGroup = "restep-act"

// js writes a value as a JavaScript expression.
func js(v any) string {
	raw, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return "null" // values that come from a playback file can always be written
	}
	return string(raw)
}
