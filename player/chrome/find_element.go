package chrome

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/playback"
)

// document is a document of the tab: "" the main frame's, otherwise the id of its object, through which the page
// script of its frame is reached also where the parent may not script it.
type document string

const top document = ""

// options of R.find.
type findOptions struct {
	Last    bool `json:"last,omitzero"`
	Hidden  bool `json:"hidden,omitzero"`
	Point   bool `json:"point,omitzero"`
	Enabled bool `json:"enabled,omitzero"`
}

// foundJS is what R.find returns.
type foundJS struct {
	Problem    string   `json:"problem"`
	Detail     string   `json:"detail"`
	By         []string `json:"by"`
	Candidates int      `json:"candidates"`
	Score      float64  `json:"score"`
	X          float64  `json:"x"`
	Y          float64  `json:"y"`
	Option     *string  `json:"option"`
}

func (f *foundJS) found() player.Found {
	r := player.Found{
		Problem: f.Problem, Detail: f.Detail, By: f.By, Candidates: f.Candidates, Score: f.Score, X: f.X, Y: f.Y,
	}
	if r.Problem == "moving" { // to the player it is not there yet
		r.Problem = "not found"
	}
	return r
}

// place is an element that was found: R.found of its document.
type place struct {
	found  player.Found
	docs   []document // from the main frame's to the element's
	option *string    // it is this option of a select's popup, and has no point
	bare   bool       // it is a point without an element
}

// doc is the element's document.
func (p *place) doc() document { return p.docs[len(p.docs)-1] }

// find finds the element of a target in one evaluate (and three for each frame). A *[problem] says why it cannot be
// used; with o.Point the place has a point of the viewport at which it receives events.
func (a *actor) find(ctx context.Context, frames []playback.FrameStep, target *playback.Target, o findOptions) (*place, error) {
	return a.findThen(ctx, frames, target, o, "null", nil)
}

// findThen is find, and in the same evaluate, where the element was found, an expression over R whose value is decoded
// into result (nil: dropped): a round trip less than to ask for it afterwards.
func (a *actor) findThen(ctx context.Context, frames []playback.FrameStep, target *playback.Target, o findOptions, then string, result any) (*place, error) {
	if target == nil {
		return nil, notFound("the line names no element")
	}
	docs, err := a.documents(ctx, frames)
	if err != nil {
		return nil, err
	}
	p := &place{docs: docs}
	var r struct {
		Found foundJS        `json:"found"`
		Then  jsontext.Value `json:"then"`
	}
	expr := "(found => ({found, then: found.problem ? null : " + then + "}))(R.find(" + js(target) + ", " + js(o) + "))"
	if err := a.run(ctx, p.doc(), expr, &r); err != nil {
		return nil, err
	}
	f := r.Found
	p.found = f.found()
	if p.found.Problem != "" {
		return nil, &problem{p.found}
	}
	if result != nil {
		if err := json.Unmarshal(r.Then, result); err != nil {
			return nil, fmt.Errorf("page script: %w", err)
		}
	}
	if p.option = f.Option; o.Point && p.option == nil {
		err = a.toViewport(ctx, p)
	}
	if err == nil {
		a.aimAt(ctx, p)
	}
	return p, err
}

// documents follows a path of frames; the first document is the main frame's.
func (a *actor) documents(ctx context.Context, frames []playback.FrameStep) ([]document, error) {
	docs := []document{top}
	for i, step := range frames {
		d, err := a.inner(ctx, docs[i], step)
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// inner returns the document of a frame. It is taken from the browser's tree, not from contentDocument, which is null
// for another origin; in the one process that all frames of a tab share, the tree reaches every one.
func (a *actor) inner(ctx context.Context, outer document, step playback.FrameStep) (document, error) {
	owner, err := a.object(ctx, outer, "R.frame("+js(step)+")")
	if err != nil {
		return "", err
	}
	if owner == "" {
		return "", notFound("there is no frame %s", js(step))
	}
	var n struct {
		Node struct {
			Document *struct {
				ID int64 `json:"backendNodeId"`
			} `json:"contentDocument"`
		} `json:"node"`
	}
	if err := a.s.Call(ctx, "DOM.describeNode", params{"objectId": owner, "pierce": true, "depth": 0}, &n); err != nil {
		return "", fmt.Errorf("frame: %w", err)
	}
	if n.Node.Document == nil {
		return "", notFound("the frame %s has no document yet", js(step))
	}
	var o struct {
		Object struct {
			ID string `json:"objectId"`
		} `json:"object"`
	}
	p := params{"backendNodeId": n.Node.Document.ID, "objectGroup": objectGroup}
	if err := a.s.Call(ctx, "DOM.resolveNode", p, &o); err != nil {
		return "", fmt.Errorf("frame: %w", err)
	}
	return document(o.Object.ID), nil
}

// toViewport maps the point of a place from its frame to the tab's viewport, and brings the frames into view.
func (a *actor) toViewport(ctx context.Context, p *place) error {
	for i := len(p.docs) - 2; i >= 0; i-- {
		var f foundJS
		if err := a.run(ctx, p.docs[i], fmt.Sprintf("R.outer(%v, %v)", p.found.X, p.found.Y), &f); err != nil {
			return err
		}
		if f.Problem != "" {
			p.found.Problem, p.found.Detail = f.Problem, f.Detail
			return &problem{p.found}
		}
		p.found.X, p.found.Y = f.X, f.Y
	}
	return nil
}
