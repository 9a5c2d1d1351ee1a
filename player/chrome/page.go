package chrome

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// params are the parameters of a CDP command.
type params map[string]any

var errClosed = errors.New("the browser was closed")

func getenv(k string) string { return os.Getenv(k) }

// page implements [player.Page]: one browser context with its tabs.
//
// Goroutines: the caller's, which runs every method; the browser's reader, which calls the event handlers and only takes
// mu for moments; one short-lived goroutine for each paused request of the net (network.go) and each new tab or worker
// (setup), which end with the page's context.
type page struct {
	browser  *Browser
	proc     *browser.Browser
	context  *browser.Context
	scene    player.Scene
	log      *slog.Logger
	app      string            // origin of the local app
	origins  []string          // further origins that the configuration names
	script   string            // the page script
	viewport playback.Viewport // of the header, within bounds
	ctx      context.Context   // ends with Close
	cancel   context.CancelFunc
	work     sync.WaitGroup // the short-lived goroutines
	once     sync.Once
	withheld bool // a dialog kept answers from the tab that the user sees; only the caller's goroutine

	patience time.Duration // see stallTime; tests shorten these two
	hangTime time.Duration

	stretch stretch // of the clock; only the caller's goroutine
	now     float64 // clock, ms since the start of the recording; only the caller's goroutine
	halted  bool    // the last window ended where the app failed; only the caller's goroutine
	aim     aim     // only the caller's goroutine

	mu       sync.Mutex // guards what follows
	tabs     []*tab     // in order of opening
	active   *tab
	expects  bool      // openTab waits for a tab
	fresh    chan *tab // tabs that were set up, for the one who waits for a new tab
	seen     []player.Seen
	answers  []player.Answer // given by windows and not released yet, in file order
	taken    map[int]string  // recorded request -> loader of the document that took it
	window   player.Window
	halts    haltBy // of that window
	live     int    // number of requests that the net has seen, for Seen.Live
	outward  outward
	diverged []playback.Divergence // not reported yet
}

func newPage(ctx context.Context, b *Browser, proc *browser.Browser, s player.Scene) (*page, error) {
	app, err := origin(s.App)
	if err != nil {
		return nil, fmt.Errorf("app %q: %w", s.App, err)
	}
	if recorded, err := origin(s.Header.App); err == nil && recorded == app && !loopback(app) && !slices.Contains(namedOrigins(player.Scene{Live: s.Live}), app) {
		return nil, &player.RecordedServerError{App: app}
	}
	c, err := proc.NewContext(ctx)
	if err != nil {
		return nil, err
	}
	p := &page{
		browser: b, proc: proc, context: c, scene: s, log: b.log, app: app,
		origins: namedOrigins(s), fresh: make(chan *tab, 16), taken: map[int]string{}, patience: stallTime, hangTime: hangTime,
		outward: newOutward(),
	}
	p.viewport = p.fit(s.Header.Viewport)
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.script = pageScript(config{
		App: app, Start: p.start(), Seed: s.Header.Seed, Ask: askURL, Pass: passing(app), Apply: s.Code.Apply,
	})
	b.register(c.ID, p)
	if err := p.prepare(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// start is the time of t = 0, in ms since the epoch.
func (p *page) start() float64 {
	t := p.scene.Header.Start
	if t.IsZero() {
		t = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) // a file without a clock still has the same one in every run
	}
	return float64(t.UnixMilli())
}

// prepare sets what belongs to the context, opens the first tab and puts the recorded storage into it.
func (p *page) prepare(ctx context.Context) error {
	h := p.scene.Header
	if err := p.grant(ctx); err != nil {
		return err
	}
	if h.State != nil {
		if err := p.setCookies(ctx); err != nil {
			return err
		}
	}
	seeds := seededOrigins(h.State)
	p.now = -minBudget * float64(len(seeds)) // t = 0 is when the storage is in place
	t, err := p.openTab(ctx)
	if err != nil {
		return err
	}
	p.active = t
	if err := t.tookEnvironment(ctx); err != nil {
		return err
	}
	if len(seeds) > 0 {
		return p.seedStorage(ctx, t, h.State)
	}
	return nil
}

// setCookies sets the recorded cookies one by one: one that the browser refuses must not cost the others.
func (p *page) setCookies(ctx context.Context) error {
	for _, c := range p.cookies() {
		err := p.proc.Root().Call(ctx, "Storage.setCookies", params{"browserContextId": p.context.ID, "cookies": []params{c}}, nil)
		no, err := refusal(err)
		if err != nil {
			return fmt.Errorf("set the recorded cookies: %w", err)
		}
		if no != "" {
			p.otherEnvironment(fmt.Sprintf("the browser refuses the recorded cookie %q: %s", c["name"], no))
		}
	}
	return nil
}

// cookies are the recorded cookies for the local app: those of the recorded app's host are moved to the local one.
func (p *page) cookies() []params {
	local, err := url.Parse(p.scene.App)
	if err != nil {
		return nil
	}
	recorded, _ := url.Parse(p.scene.Header.App)
	var out []params
	for _, c := range p.scene.Header.State.Cookies {
		k := params{"name": c.Name, "value": c.Value, "path": c.Path, "httpOnly": c.HTTPOnly}
		domain := strings.TrimPrefix(c.Domain, ".")
		if recorded != nil && (domain == "" || domain == recorded.Hostname() || strings.HasSuffix(recorded.Hostname(), "."+domain)) {
			k["url"] = local.Scheme + "://" + local.Host + "/"
			// A name with one of the prefixes must be secure, and localhost counts as that.
			prefixed := strings.HasPrefix(c.Name, "__Host-") || strings.HasPrefix(c.Name, "__Secure-")
			k["secure"] = c.Secure && (local.Scheme == "https" || prefixed)
		} else {
			k["domain"], k["secure"] = c.Domain, c.Secure
		}
		if c.Expires > 0 {
			k["expires"] = c.Expires
		}
		if c.SameSite != "" && !(c.SameSite == "None" && k["secure"] == false) {
			k["sameSite"] = c.SameSite
		}
		out = append(out, k)
	}
	return out
}

// origin returns scheme://host of a URL.
func origin(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", errors.New("want http://HOST[:PORT] or https://HOST[:PORT]")
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// loopback reports whether an origin is on this machine.
func loopback(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// tabOf returns the tab of an event: by name, else the first; a popup that has no name yet gets the unknown name.
func (p *page) tabOf(name string) *tab {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tabNamed(name)
}

func (p *page) tabNamed(name string) *tab {
	for _, t := range p.tabs {
		if t.named && t.name == name {
			return t
		}
	}
	if name == "" && len(p.tabs) > 0 {
		return p.tabs[0]
	}
	for _, t := range p.tabs {
		if !t.named {
			t.name, t.named = name, true
			return t
		}
	}
	return nil
}

// shown returns the tab that the user sees; nil after all were closed.
func (p *page) shown() *tab {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.active
}

// note appends what the net or CDP saw.
func (p *page) note(s player.Seen) {
	p.mu.Lock()
	p.seen = append(p.seen, s)
	p.mu.Unlock()
}

// diverge lists what departs from the recording, for the next report.
func (p *page) diverge(kind playback.DivergenceKind, got, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.diverged = append(p.diverged, playback.Divergence{Kind: kind, Pos: -1, Got: got, Text: text})
}

// Close implements [player.Page].
func (p *page) Close() error {
	p.once.Do(func() {
		p.cancel()
		p.browser.unregister(p.context.ID)
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		select {
		case <-p.proc.Done():
		default:
			p.context.Close(ctx) // the process may be ending too: then there is nothing to dispose of
		}
		p.work.Wait()
		p.mu.Lock()
		for _, t := range p.tabs {
			t.actor.close()
		}
		p.mu.Unlock()
	})
	return nil
}
