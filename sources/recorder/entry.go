package recorder

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/browser"
	"restep/player/playback"
)

// entry is what a page reports, beside the fields of its event.
type entry struct {
	Secret map[string]string `json:"secret"` // place -> kind
	N      *int              `json:"n"`      // number in its document
	Again  *int              `json:"again"`  // of a click: number of the one that it belongs to, see [Journal.Again]
}

// Kinds of entries that are no lines: what the session must know to understand what the browser tells.
const (
	entryHistory  = "restep.history"  // a script goes through the history
	entryPlace    = "restep.place"    // Key, Op: the entry of the history that is shown, and how it was reached
	entryClose    = "restep.close"    // a script closes the window
	entrySecret   = "restep.secret"   // Value, Text: what a field holds while a person types, and the kind of secret, "growing" for what may become one; apps may send it at once. Or the text of a private element, "shown"
	entryCommit   = "restep.commit"   // Text: the commit of the app
	entryPosition = "restep.position" // Text: the position on earth that the app was told
	entryProblem  = "restep.problem"  // Text, Count: what the page script could not do, without anything of the page, and for the how manieth time
	entryAsks     = "restep.asks"     // the page is about to open a dialog
	entryAnswered = "restep.answered" // the page goes on after a dialog
	entrySocket   = "restep.socket"   // URL, CloseBy, Dir, Text: a WebSocket was closed
)

// patience is how long a page may take to answer a question.
const patience = 2 * time.Second

// onEntries takes what a document reports.
func (s *session) onEntries(x *target, e browser.Event) {
	var b struct {
		Name    string `json:"name"`
		Payload string `json:"payload"`
		Context int    `json:"executionContextId"`
	}
	if e.Decode(&b) != nil || b.Name != s.binding {
		return
	}
	var list []*playback.Event
	// Texts of pages may hold lone surrogates.
	if err := json.Unmarshal([]byte(b.Payload), &list, jsontext.AllowInvalidUTF8(true)); err != nil {
		s.problem("a document reported something that cannot be read")
		s.o.Log.Error("entries", "error", err)
		return
	}
	f := s.frameOf(x, b.Context)
	for _, e := range list {
		s.onEntry(x.tab, f, e)
	}
}

// onEntry writes an entry down, or does what it asks for.
func (s *session) onEntry(t *tab, f *frame, e *playback.Event) {
	var own entry
	e.Extra = takeOwn(e.Extra, &own)
	if f != nil && own.N != nil {
		if *own.N > f.next && f.next > 0 {
			s.problem("%d entries of a document in tab %s were lost", *own.N-f.next, t.name)
		}
		f.next = *own.N + 1
	}
	e.T = moment(s.since(e.T))
	switch e.Kind {
	case entryHistory:
		t.byScript = e.T
	case entryPlace:
		t.onPlace(e)
	case entryClose:
		t.closed = true
	case entrySecret:
		if e.Value != nil {
			s.journal.Grow(*e.Value, e.Text)
		}
	case entryCommit:
		s.commit = e.Text
	case entryPosition:
		s.onPosition(e.Text)
	case entryProblem:
		s.problems.reported("the page script in tab "+t.name+": "+e.Text, e.Count)
	case entryAsks:
		t.asks = e.T
	case entryAnswered:
		t.goesOn(e.T)
		t.tellAnswer()
	case entrySocket:
		s.onSocketEnd(t, e)
	case playback.NoteKind:
		s.note(t, e)
	default:
		s.line(t, f, e, own)
	}
}

// note writes what a person has remarked.
func (s *session) note(t *tab, e *playback.Event) {
	created := s.start.Add(time.Duration(e.T * float64(time.Millisecond)))
	id := playback.ULID(created)
	err := s.journal.Note(&playback.Note{
		ID: id, Thread: id, Rev: 1, State: playback.NoteOpen, On: s.journal.LastAction(t.name), Created: created, Text: e.Text,
	})
	if err != nil {
		s.o.Log.Error("record a note", "error", err)
	}
}

// line writes the line of an entry.
func (s *session) line(t *tab, f *frame, e *playback.Event, own entry) {
	if e.Kind == playback.Tab && e.Op == "switch" {
		if s.active == t {
			return // it was shown already
		}
		s.active = t
	}
	t.beforeLine(e.T, e)
	e.Tab, e.Frame = t.name, nil
	if f != nil && len(f.path) > 0 {
		e.Frame = f.path
	}
	var err error
	if own.Again != nil && *own.Again == t.click.n && t.click.line != "" {
		_, err = s.journal.Again(t.click.line, e, own.Secret)
	} else {
		var id string
		if id, err = s.journal.Add(e, own.Secret); e.Kind == playback.Click && own.N != nil {
			t.click = lastClick{*own.N, id}
		}
	}
	if err != nil {
		s.o.Log.Error("record", "kind", e.Kind, "error", err)
	}
}

// takeOwn takes the fields of an entry from the unknown keys of its event, and returns the others.
func takeOwn(extra jsontext.Value, own *entry) jsontext.Value {
	if len(extra) == 0 || json.Unmarshal(extra, own) != nil {
		return extra
	}
	var all map[string]jsontext.Value
	if json.Unmarshal(extra, &all) != nil {
		return extra
	}
	delete(all, "secret")
	delete(all, "n")
	delete(all, "again")
	if len(all) == 0 {
		return nil
	}
	out, err := json.Marshal(all, json.Deterministic(true))
	if err != nil {
		return nil
	}
	return out
}

// frameOf returns the frame of an execution context, with its path; nil where it is not known.
func (s *session) frameOf(x *target, context int) *frame {
	id := x.contexts[context]
	f := x.tab.frames[id]
	if f == nil {
		return nil
	}
	if f.path == nil {
		f.path = s.framePath(x.tab, f)
	}
	return f
}

// framePath finds the way from the main frame to a frame by the elements that hold the frames.
func (s *session) framePath(t *tab, f *frame) []playback.FrameStep {
	path := []playback.FrameStep{}
	for depth := 0; f != nil && f.id != t.root && depth < 32; depth++ {
		parent := t.frames[f.parent]
		if parent == nil {
			return path
		}
		step, err := s.frameStep(parent, f)
		if err != nil {
			s.problem("the place of a frame in tab %s is not known: %v", t.name, err)
		}
		path = append([]playback.FrameStep{step}, path...)
		f = parent
	}
	return path
}

// frameStep asks the parent's document for the selector of a frame's element.
func (s *session) frameStep(parent, f *frame) (playback.FrameStep, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cdp := parent.target.cdp
	var owner struct {
		Node int `json:"backendNodeId"`
	}
	if err := cdp.Call(ctx, "DOM.getFrameOwner", params{"frameId": f.id}, &owner); err != nil {
		return playback.FrameStep{}, err
	}
	var node struct {
		Object struct {
			ID string `json:"objectId"`
		} `json:"object"`
	}
	if err := cdp.Call(ctx, "DOM.resolveNode", params{"backendNodeId": owner.Node}, &node); err != nil {
		return playback.FrameStep{}, err
	}
	var r struct {
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
	}
	err := cdp.Call(ctx, "Runtime.callFunctionOn", params{
		"objectId": node.Object.ID, "functionDeclaration": selectorOfFrame, "returnByValue": true,
	}, &r)
	if err != nil {
		return playback.FrameStep{}, err
	}
	if css, ok := strings.CutPrefix(r.Result.Value, "css:"); ok {
		return playback.FrameStep{CSS: css}, nil
	}
	n, err := strconv.Atoi(r.Result.Value)
	return playback.FrameStep{Index: n}, err
}

// selectorOfFrame returns "css:" and a selector that names the element alone, else its index among the frames.
const selectorOfFrame = `function() {
	const all = [...document.querySelectorAll('iframe,frame')];
	for (const name of ['id', 'name', 'title', 'data-testid']) {
		const value = this.getAttribute(name);
		if (!value || /\d{3,}|[0-9a-f]{8}/.test(value)) continue;
		const css = this.localName + '[' + name + '="' + CSS.escape(value) + '"]';
		if (document.querySelectorAll(css).length === 1) return 'css:' + css;
	}
	return String(Math.max(all.indexOf(this), 0));
}`
