package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"restep/player/browser"
	"restep/sources/recorder"
)

// The recorders of the page cost.
const (
	noRecorder  = "none"
	rrwebName   = "rrweb record()"
	rrwebScript = "node_modules/rrweb/dist/rrweb.umd.min.cjs"
)

// What a person does on the page, each for every recorder.
const (
	recordMoves   = 300
	recordScrolls = 100
	recordKeys    = 100
	recordClicks  = 30
	// recordMore is how often more the wheel and the keys are used once again: what is dearer then is the events' own,
	// without what an action costs however many events it has.
	recordMore = 3
)

// starts are the scripts that begin to record, each with its own script before it.
var starts = map[string]string{
	noRecorder: "",
	oursName:   `restepRecorder.start({endpoint: "/record/batches", key: "bench"});`,
	// As its guide has it: events are kept, and sent as JSON now and then.
	rrwebName: `{ let events = []; rrweb.record({emit: (e) => events.push(e)});
const save = () => { const body = JSON.stringify({events}); events = []; if (body.length > 13) fetch("/record/batches", {method: "POST", body}); };
setInterval(save, 2000); globalThis.flushRecorder = save; }`,
}

// atRest waits until what a person began has ended: smooth scrolling, a run of typing, the wait for a second click.
const atRest = "new Promise((done) => setTimeout(done, 1500))"

// pageCost is what a run of the flow cost a page.
type pageCost struct {
	script map[string]float64 // phase -> ms of JavaScript on the main thread
	task   float64            // ms of the main thread since the tab was opened, loading the recorder included
	wall   float64            // ms that the flow took
	bytes  float64            // that the recorder sent, without compression
}

// recordBench takes the page costs of one round, one after the other.
type recordBench struct {
	b    *bench
	last map[string]*pageCost
	sent atomic.Int64
}

// recording measures what recording costs the page that is recorded.
func (b *bench) recording() (group, error) {
	r := &recordBench{b: b, last: map[string]*pageCost{}}
	r.serve(b.app.mux)
	g := group{name: "record"}
	wall := map[string]*series{}
	for _, name := range []string{noRecorder, oursName, rrwebName} {
		s := &series{name: name + ", the flow", unit: "ms"}
		wall[name] = s
		g.measures = append(g.measures, measure{s, func(ctx context.Context) (float64, error) {
			cost, err := r.run(ctx, name)
			r.last[name] = cost
			if err != nil {
				return 0, err
			}
			return cost.wall, nil
		}})
	}
	derive := func(what, unit string, target, ratio float64, of func(c, base *pageCost) float64) {
		var made [2]*series
		for i, name := range []string{oursName, rrwebName} {
			made[i] = &series{name: name, unit: unit}
			g.measures = append(g.measures, measure{made[i], func(context.Context) (float64, error) {
				c, base := r.last[name], r.last[noRecorder]
				if c == nil || base == nil {
					return 0, errors.New("the flow did not run")
				}
				return max(of(c, base), 0.001), nil
			}})
		}
		if target > 0 {
			g.rows = append(g.rows, row{what: what, ours: made[0], target: target})
		}
		g.rows = append(g.rows, row{what: what, ours: made[0], peer: made[1], target: ratio})
	}
	each := func(phase string, n, scale float64) func(c, base *pageCost) float64 {
		return func(c, base *pageCost) float64 { return (c.script[phase] - base.script[phase]) / n * scale }
	}
	more := func(phase string, n float64) func(c, base *pageCost) float64 {
		own := func(c *pageCost) float64 {
			return (c.script[phase+" more"] - c.script[phase]) / (n * (recordMore - 1)) * 1000
		}
		return func(c, base *pageCost) float64 { return own(c) - own(base) }
	}
	derive("record a move of the pointer", "µs", 5, 0, each("move", recordMoves, 1000))
	derive("record one more turn of a wheel", "µs", 5, 0, more("scroll", recordScrolls))
	derive("record one more key in a field: 4 events", "µs", 5, 0, more("key", recordKeys))
	derive("record 100 turns of a wheel: each", "µs", 0, 0, each("scroll", recordScrolls, 1000))
	derive("record 100 keys in a field: each", "µs", 0, 0, each("key", recordKeys, 1000))
	derive("record a click, with all that follows", "ms", 1, 0, each("click", recordClicks, 1))
	counts := &series{name: "selectors and counts", unit: "ms"}
	g.measures = append(g.measures, measure{counts, r.targets})
	g.rows = append(g.rows, row{what: "record: selectors of an element, with their counts", ours: counts, target: 1})
	derive("record the flow: main thread", "ms", 0, 0.6, func(c, base *pageCost) float64 { return c.task - base.task })
	derive("record the flow: bytes, as JSON", "kB", 0, 0, func(c, _ *pageCost) float64 { return c.bytes / 1000 })
	g.rows = append(g.rows, row{what: "the flow, recorded beside not", ours: wall[oursName], peer: wall[noRecorder]})
	return g, nil
}

// serve adds the page, its recorders, and what receives their batches.
func (r *recordBench) serve(mux *http.ServeMux) {
	mux.HandleFunc("GET /record/page", file("app/record.html"))
	mux.HandleFunc("GET /record/recorder.js", func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("content-type", "text/javascript")
		c, err := q.Cookie("recorder")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		switch c.Value {
		case "ours":
			io.WriteString(w, recorder.EmbedScript()+starts[oursName]) //nolint:errcheck // the browser went
		case "rrweb":
			script, err := os.ReadFile(filepath.Join(r.b.peers, rrwebScript))
			if err != nil {
				http.Error(w, err.Error(), http.StatusNotFound)
				return
			}
			io.WriteString(w, string(script)+"\n"+starts[rrwebName]) //nolint:errcheck // the browser went
		}
	})
	mux.HandleFunc("POST /record/batches", func(w http.ResponseWriter, q *http.Request) {
		data, err := io.ReadAll(http.MaxBytesReader(w, q.Body, 64<<20))
		if z, zerr := gzip.NewReader(bytes.NewReader(data)); zerr == nil {
			data, err = io.ReadAll(z)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.sent.Add(int64(len(data)))
		w.WriteHeader(http.StatusNoContent)
	})
}

// run does the flow once in a browser of its own.
func (r *recordBench) run(ctx context.Context, name string) (*pageCost, error) {
	if name == rrwebName {
		if _, err := os.Stat(filepath.Join(r.b.peers, rrwebScript)); err != nil {
			return nil, errNoPeers
		}
	}
	p, end, err := r.start(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	p.open(r.b.app.url, map[string]string{noRecorder: "none", oursName: "ours", rrwebName: "rrweb"}[name])
	r.sent.Store(0)
	cost := p.flow()
	p.eval("globalThis.restepRecorder ? restepRecorder.stop() : globalThis.flushRecorder?.()")
	p.eval("new Promise((done) => setTimeout(done, 200))")
	cost.bytes = float64(r.sent.Load())
	return cost, p.err
}

// recordedPage is a page that a person uses; after an error nothing more happens.
type recordedPage struct {
	ctx context.Context
	tab *browser.Session
	err error
}

func (p *recordedPage) call(method string, params map[string]any, result any) {
	if p.err == nil {
		p.err = p.tab.Call(p.ctx, method, params, result)
	}
}

func (p *recordedPage) eval(expr string) {
	p.call("Runtime.evaluate", map[string]any{"expression": expr, "awaitPromise": true}, nil)
}

// open loads the page with the recorder, and warms both up.
func (p *recordedPage) open(app, recorder string) {
	// Of the thread: time in which the machine did something else does not count.
	p.call("Performance.enable", map[string]any{"timeDomain": "threadTicks"}, nil)
	p.call("Network.setCookie", map[string]any{"name": "recorder", "value": recorder, "url": app}, nil)
	p.call("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true}, nil)
	p.call("Page.navigate", map[string]any{"url": app + "/record/page"}, nil)
	p.eval("new Promise((done) => { const wait = () => document.readyState === 'complete' && globalThis.rows ? setTimeout(done, 500) : setTimeout(wait, 20); wait(); })")
	p.moves(100)
	p.keys(20)
	p.clicks(5)
	p.scrolls(20)
	p.eval(atRest)
}

// flow does everything and says what it cost.
func (p *recordedPage) flow() *pageCost {
	cost := &pageCost{script: map[string]float64{}}
	begin := time.Now()
	for _, phase := range []struct {
		name string
		do   func(int)
		n    int
	}{
		{"move", p.moves, recordMoves}, {"scroll", p.scrolls, recordScrolls}, {"scroll more", p.scrolls, recordMore * recordScrolls},
		{"key", p.keys, recordKeys}, {"key more", p.keys, recordMore * recordKeys}, {"click", p.clicks, recordClicks},
	} {
		before, _ := p.spent()
		phase.do(phase.n)
		p.eval(atRest)
		after, _ := p.spent()
		cost.script[phase.name] = after - before
	}
	cost.wall = ms(time.Since(begin))
	_, cost.task = p.spent()
	return cost
}

// spent returns what the main thread has spent on JavaScript and on everything, in ms.
func (p *recordedPage) spent() (script, task float64) {
	var r struct {
		Metrics []struct {
			Name  string  `json:"name"`
			Value float64 `json:"value"` // s
		} `json:"metrics"`
	}
	p.call("Performance.getMetrics", nil, &r)
	for _, m := range r.Metrics {
		switch m.Name {
		case "ScriptDuration":
			script = m.Value * 1000
		case "TaskDuration":
			task = m.Value * 1000
		}
	}
	return script, task
}

func (p *recordedPage) mouse(kind string, x, y int, more map[string]any) {
	params := map[string]any{"type": kind, "x": x, "y": y}
	for k, v := range more {
		params[k] = v
	}
	p.call("Input.dispatchMouseEvent", params, nil)
}

func (p *recordedPage) moves(n int) {
	for i := range n {
		p.mouse("mouseMoved", 20+i*7%400, 200+i*3%300, nil)
	}
}

func (p *recordedPage) scrolls(n int) {
	for i := range n {
		p.mouse("mouseWheel", 200, 300, map[string]any{"deltaX": 0, "deltaY": []int{40, 40, -40}[i%3]})
	}
}

func (p *recordedPage) keys(n int) {
	p.eval("document.getElementById('q').focus()")
	for range n {
		p.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": "a", "code": "KeyA", "text": "a", "windowsVirtualKeyCode": 65}, nil)
		p.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65}, nil)
	}
	p.eval("document.activeElement.blur()")
}

func (p *recordedPage) clicks(n int) {
	p.eval("rows.scrollTop = 0")
	for i := range n {
		y := 180 + i%10*22
		left := map[string]any{"button": "left", "clickCount": 1}
		p.mouse("mousePressed", 300, y, left)
		p.mouse("mouseReleased", 300, y, left)
	}
}
