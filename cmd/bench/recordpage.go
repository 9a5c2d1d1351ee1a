package main

import (
	"context"
	"errors"
	"strings"

	"restep/player/browser"
	"restep/sources/recorder"
)

// start starts a browser with an empty tab; end ends it.
func (r *recordBench) start(ctx context.Context) (p *recordedPage, end func() error, err error) {
	host := r.b.app.url[len("http://"):]
	proc, err := browser.Start(ctx, browser.Options{Path: r.b.browser, Headless: true, Reach: []string{host}})
	if err != nil {
		return nil, nil, err
	}
	tab, err := newTab(ctx, proc)
	if err != nil {
		return nil, nil, errors.Join(err, proc.Close())
	}
	return &recordedPage{ctx: ctx, tab: tab}, proc.Close, nil
}

func newTab(ctx context.Context, proc *browser.Browser) (*browser.Session, error) {
	c, err := proc.NewContext(ctx)
	if err != nil {
		return nil, err
	}
	tab, _, err := c.NewTab(ctx, 1200, 800)
	return tab, err
}

// targets is how many ms the script that records a driven browser takes for the target of an element on the page: all of
// its selectors, each with the number of elements that it matches. Of buttons, links, rows and texts, 40 of each, the
// median; the first ones, which the script is slower on, are among them.
func (r *recordBench) targets(ctx context.Context) (float64, error) {
	p, end, err := r.start(ctx)
	if err != nil {
		return 0, err
	}
	defer end() //nolint:errcheck // it was measured
	script := recorder.PageScript(recorder.PageConfig{Binding: "bench"})
	at := strings.LastIndex(script, "})()")
	p.call("Page.enable", nil, nil)
	p.call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": script[:at] + "globalThis.R = R; " + script[at:]}, nil)
	p.open(r.b.app.url, "none")
	var got struct {
		Result struct {
			Value float64 `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	p.call("Runtime.evaluate", map[string]any{"returnByValue": true, "expression": `(() => {
		const times = [];
		for (let i = 200; i < 240; i++) {
			for (const e of [rows.children[i], ...rows.children[i].children]) {
				const t = performance.now();
				R.target(e);
				times.push(performance.now() - t);
			}
		}
		return times.sort((a, b) => a - b)[times.length >> 1];
	})()`}, &got)
	if got.Exception != nil {
		return 0, errors.New(got.Exception.Text)
	}
	return got.Result.Value, p.err
}
