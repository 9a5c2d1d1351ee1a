package dap_test

import (
	"context"

	"restep/player"
)

// gate is a stage whose pages wait when they are told to: tests act while something runs, without sleeping.
type gate struct {
	player.Stage
	advance, eval, open hold
}

// hold stops those who pass while it is shut.
type hold struct {
	shut    bool          // set before the session begins, or while nothing runs
	entered chan struct{} // gets one for each that waits
	release chan struct{} // lets one pass
	deaf    bool          // does not obey the context: a page that hangs
}

func newHold() hold {
	return hold{entered: make(chan struct{}, 100), release: make(chan struct{}, 100)}
}

func (h *hold) wait(ctx context.Context) error {
	if !h.shut {
		return nil
	}
	h.entered <- struct{}{}
	if h.deaf {
		<-h.release
		return nil
	}
	select {
	case <-h.release:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) Open(ctx context.Context, s player.Scene) (player.Page, error) {
	if err := g.open.wait(ctx); err != nil {
		return nil, err
	}
	p, err := g.Stage.Open(ctx, s)
	if err != nil {
		return nil, err
	}
	return &gatedPage{p, g}, nil
}

type gatedPage struct {
	player.Page
	g *gate
}

func (p *gatedPage) Advance(ctx context.Context, w player.Window) (player.Report, error) {
	if err := p.g.advance.wait(ctx); err != nil {
		return player.Report{}, err
	}
	return p.Page.Advance(ctx, w)
}

func (p *gatedPage) Eval(ctx context.Context, x player.Eval) (player.Value, error) {
	if err := p.g.eval.wait(ctx); err != nil {
		return player.Value{}, err
	}
	if x.Expr == "panic" {
		panic("a page that panics")
	}
	return p.Page.Eval(ctx, x)
}
