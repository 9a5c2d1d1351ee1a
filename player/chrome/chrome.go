// Package chrome is a [player.Page] in a real Chromium: input, answers, clock, observation.
//
// Every page is a browser context of its own with a virtual clock that stands still except during Advance. A page
// script, injected before the app's first line, answers requests from the recording without a round trip, and keeps a
// journal of what the app does; CDP's Fetch domain is the net below it for what the script cannot see, and a dead proxy
// the net below that. The package knows nothing of breakpoints, verdicts or DAP.
package chrome

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"restep/player"
	"restep/player/browser"
)

// Options of the browser. The zero value is a visible window.
type Options struct {
	Path     string // executable; empty: found by browser.Find
	Headless bool
	Port     int // debugging port for other tools; 0: none
	Log      *slog.Logger
}

// Browser opens pages in one Chromium process, which it starts when the first page is opened, because hosts in reach
// and the random seed are flags of the process: it is restarted when a scene differs in them.
type Browser struct {
	o   Options
	log *slog.Logger

	mu     sync.Mutex // guards what follows; held while a process starts
	proc   *browser.Browser
	flags  string // what the process was started with
	closed bool

	pagesMu sync.Mutex       // guards what follows; taken by the browser's reader, so held for moments only
	pages   map[string]*page // by browser context id
	shown   string           // the target whose window people look at
}

var (
	_ player.Stage = (*Browser)(nil)
	_ player.Gauge = (*Browser)(nil)
)

// Start prepares a browser and checks that there is one; the process starts with the first page.
func Start(_ context.Context, o Options) (*Browser, error) {
	if o.Path == "" {
		path, err := browser.Find(getenv)
		if err != nil {
			return nil, err
		}
		o.Path = path
	}
	return &Browser{o: o, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)), pages: map[string]*page{}}, nil
}

// Open implements [player.Stage].
func (b *Browser) Open(ctx context.Context, s player.Scene) (player.Page, error) {
	proc, err := b.process(ctx, s)
	if err != nil {
		return nil, err
	}
	p, err := newPage(ctx, b, proc, s)
	if err != nil {
		return nil, fmt.Errorf("open a page: %w", err)
	}
	return p, nil
}

// process returns the running process, started anew where the scene needs other flags.
func (b *Browser) process(ctx context.Context, s player.Scene) (*browser.Browser, error) {
	reach := reachable(s)
	flags := fmt.Sprint(reach, s.Header.Seed)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errClosed
	}
	if b.proc != nil {
		select {
		case <-b.proc.Done():
		default:
			if b.flags == flags {
				return b.proc, nil
			}
		}
		b.proc.Close()
		b.proc = nil
	}
	proc, err := browser.Start(ctx, browser.Options{
		Path: b.o.Path, Headless: b.o.Headless, Port: b.o.Port, Reach: reach, Seed: s.Header.Seed, Log: b.log,
	})
	if err != nil {
		return nil, err
	}
	root := proc.Root()
	root.Handle(func(e browser.Event) { b.onBrowserEvent(root, e) })
	if err := root.Call(ctx, "Target.setAutoAttach", params{
		"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true,
		"filter": []params{{"type": "page"}},
	}, nil); err != nil {
		proc.Close()
		return nil, err
	}
	b.proc, b.flags = proc, flags
	return proc, nil
}

// reachable lists the hosts that the browser may connect to: the app's, and those of live patterns that name one.
func reachable(s player.Scene) []string {
	hosts := []string{}
	for _, p := range append([]string{s.App}, s.Live...) {
		if i := strings.LastIndexByte(p, ' '); i >= 0 {
			p = p[i+1:]
		}
		if strings.HasPrefix(p, "*") || strings.HasPrefix(p, "/") && p != "" {
			return []string{"*"} // the user lets a pattern of any host go live; the nets above decide on each request
		}
		u, err := url.Parse(strings.ReplaceAll(p, "*", "x"))
		if err != nil || u.Host == "" {
			continue
		}
		host := u.Host
		if strings.Contains(p, "*") { // the host may hold the wildcard
			_, rest, _ := strings.Cut(p, "://")
			host, _, _ = strings.Cut(rest, "/")
		}
		if u.Port() == "" && !strings.Contains(host, "*") {
			host += map[string]string{"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}[u.Scheme]
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// namedOrigins are the origins that the user's configuration names beside the app: the targets of mappings and the live
// patterns without wildcards in their host.
func namedOrigins(s player.Scene) []string {
	var out []string
	for _, p := range append(append([]string{}, s.Origins...), s.Live...) {
		if i := strings.LastIndexByte(p, ' '); i >= 0 {
			p = p[i+1:]
		}
		scheme, rest, ok := strings.Cut(p, "://")
		host, _, _ := strings.Cut(rest, "/")
		if o, err := origin(scheme + "://" + host); ok && err == nil && !strings.Contains(host, "*") {
			out = append(out, o)
		}
	}
	return out
}

// onBrowserEvent gives new tabs to the page that their browser context belongs to.
func (b *Browser) onBrowserEvent(root *browser.Session, e browser.Event) {
	if e.Method == "Target.detachedFromTarget" {
		b.onDetached(e)
	}
	if e.Method != "Target.attachedToTarget" {
		return
	}
	var t attached
	if e.Decode(&t) != nil {
		return
	}
	b.pagesMu.Lock()
	p := b.pages[t.TargetInfo.Context]
	b.pagesMu.Unlock()
	if p == nil {
		root.Child(t.SessionID).Go("Runtime.runIfWaitingForDebugger", nil)
		return
	}
	p.onTab(t)
}

// onDetached tells the page of a tab that the tab was closed.
func (b *Browser) onDetached(e browser.Event) {
	var d struct {
		SessionID string `json:"sessionId"`
	}
	if e.Decode(&d) != nil {
		return
	}
	b.pagesMu.Lock()
	pages := slices.Collect(maps.Values(b.pages))
	b.pagesMu.Unlock()
	for _, p := range pages {
		p.onDetached(d.SessionID)
	}
}

// attached are the parameters of Target.attachedToTarget.
type attached struct {
	SessionID  string `json:"sessionId"`
	TargetInfo struct {
		ID      string `json:"targetId"`
		Type    string `json:"type"`
		URL     string `json:"url"`
		Opener  string `json:"openerId"`
		Reaches bool   `json:"canAccessOpener"` // it is in the opener's process
		Context string `json:"browserContextId"`
	} `json:"targetInfo"`
	Waiting bool `json:"waitingForDebugger"`
}

func (b *Browser) register(id string, p *page) {
	b.pagesMu.Lock()
	b.pages[id] = p
	b.pagesMu.Unlock()
}

func (b *Browser) unregister(id string) {
	b.pagesMu.Lock()
	delete(b.pages, id)
	b.pagesMu.Unlock()
}

// Memory implements [player.Gauge].
func (b *Browser) Memory() int64 {
	b.mu.Lock()
	proc := b.proc
	b.mu.Unlock()
	if proc == nil {
		return 0
	}
	return proc.Memory()
}

// Close ends the browser with all pages. It may be called more than once.
func (b *Browser) Close() error {
	b.mu.Lock()
	b.closed = true
	proc := b.proc
	b.mu.Unlock()
	if proc == nil {
		return nil
	}
	return proc.Close()
}
