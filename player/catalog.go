package player

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"restep/player/playback"
)

// catalog is what the file says, prepared for playing. It does not change while a file is played; the router
// reads it from other goroutines.
type catalog struct {
	file    *playback.File
	opt     Options
	urls    urlMap
	live    []pattern
	rules   []rule
	actions []int       // positions of the actions
	reqs    []recorded  // the recorded requests in file order, without those that the page gets elsewhere
	index   map[int]int // position of a request -> index in reqs
	kin     *kin        // of reqs
	answers map[int][]int
	out     map[int]bool                   // ws and sse lines that the page sent
	end     float64                        // t of the last event
	over    int                            // position from which on requests come after the end of the recording
	calm    float64                        // time from which on they do, in ms; +Inf where only the position tells
	known   func() (*knownFailures, error) // the failures of the file, read when they are first asked for

	own map[int]*playback.Event // requests for documents that the local app serves; only while the catalog is made
}

// recorded is a request of the file.
type recorded struct {
	pos     int
	method  string
	url     string   // local
	origin  string   // of url
	path    []string // segments of url
	key     string
	passive bool // image, font, style, media, which may come from a cache, or a service worker's: it is not missed
	shown   bool // a document: a tab or frame asked for it
}

// rule is a rule of the header.
type rule struct {
	pattern
	ignore []string
	drop   bool
}

// newCatalog decodes the requests of a file.
func newCatalog(f *playback.File, o Options) (*catalog, error) {
	app, err := recordedApp(f)
	if err != nil {
		return nil, err
	}
	c := &catalog{
		file: f, opt: o, urls: newURLMap(app, o), live: parsePatterns(o.Live),
		index: map[int]int{}, answers: map[int][]int{}, out: map[int]bool{}, own: map[int]*playback.Event{},
	}
	for _, r := range f.Header().Rules {
		c.rules = append(c.rules, rule{pattern: parsePattern(r.Match), ignore: r.Ignore, drop: r.Drop})
	}
	for pos := range f.Len() {
		if err := c.add(pos); err != nil {
			return nil, fmt.Errorf("event %s (line %d): %w", f.ID(pos), f.Line(pos), err)
		}
		c.end = max(c.end, f.T(pos))
	}
	slices.SortFunc(c.reqs, func(a, b recorded) int { return cmp.Compare(a.pos, b.pos) }) // downloads came late
	for i, q := range c.reqs {
		c.index[q.pos] = i
	}
	c.own = nil
	c.over, c.calm = c.cut()
	c.kin = newKin(c)
	c.known = sync.OnceValues(c.failures)
	return c, nil
}

// breath is the time in ms before the end of a recording in which it was busy, if something happened there.
const breath = 300

// cut returns where the recording was over: at its last looks at the page, and at the time of what was before them, where
// it was ended in the middle of something, as a person ends one of an app that asks for news all the time; else at the end
// of the file.
func (c *catalog) cut() (over int, calm float64) {
	pos := c.file.Len()
	for pos > 0 && c.file.Kind(pos-1) == playback.Expect {
		pos--
	}
	if pos > 0 && c.end-c.file.T(pos-1) < breath {
		return pos, c.file.T(pos - 1)
	}
	return c.file.Len(), math.Inf(1)
}

func (c *catalog) add(pos int) error {
	kind := c.file.Kind(pos)
	if t := c.file.T(pos); math.Abs(t) > playback.MaxT {
		return fmt.Errorf("t is %.0f ms: the clock of a session runs for 30 days at most", t)
	}
	switch {
	case kind.Action():
		c.actions = append(c.actions, pos)
	case kind == playback.WS || kind == playback.SSE:
		e, err := c.file.Event(pos)
		if err != nil {
			return err
		}
		if !e.Delivered() {
			c.out[pos] = true
			return nil
		}
		fallthrough
	case kind == playback.Res || kind == playback.Fail:
		if of := c.file.Of(pos); of >= 0 {
			c.answers[of] = append(c.answers[of], pos)
			return c.addDownload(of, pos)
		}
	case kind == playback.Req:
		return c.addRequest(pos)
	}
	return nil
}

func (c *catalog) addRequest(pos int) error {
	e, err := c.file.Event(pos)
	if err != nil {
		return err
	}
	u := c.urls.local(e.URL)
	if c.elsewhere(e, u) {
		if e.Resource == "document" {
			c.own[pos] = e
		}
		return nil
	}
	return c.list(pos, e, u)
}

// addDownload lists the request for a document whose answer is none: a file that was saved, which the systems made.
func (c *catalog) addDownload(of, pos int) error {
	e := c.own[of]
	if e == nil {
		return nil
	}
	delete(c.own, of)
	a, err := c.file.Event(pos)
	if err != nil || !strings.HasPrefix(a.Headers.Get("content-disposition"), "attachment") {
		return err
	}
	return c.list(of, e, c.urls.local(e.URL))
}

// list puts a request among those that are answered from the recording.
func (c *catalog) list(pos int, e *playback.Event, local string) error {
	body, err := c.requestBody(e)
	if err != nil {
		return err
	}
	c.index[pos] = len(c.reqs)
	c.reqs = append(c.reqs, recorded{
		pos: pos, method: strings.ToUpper(method(e)), url: local, origin: originOf(local), path: segments(local),
		passive: passive(e.Resource) || e.Source == "service_worker", shown: e.Resource == "document", key: Key(method(e), local, contentType(e), body),
	})
	return nil
}

// elsewhere reports whether a request is not answered from the recording: the local app serves its own code and icon, live
// requests reach their server, and dropped ones are telemetry. A form that was posted is none of these.
func (c *catalog) elsewhere(e *playback.Event, local string) bool {
	get := method(e) == "GET" || method(e) == "HEAD"
	if c.urls.own(local) && (code(e.Resource) || playback.Icon(e.Resource, e.Headers)) && get || matchAny(c.live, e.Method, local, e.URL) {
		return true
	}
	for _, r := range c.rules {
		if r.drop && (r.match(e.Method, e.URL) || r.match(e.Method, local)) {
			return true
		}
	}
	return false
}

// code reports whether a resource is part of the app itself.
func code(resource string) bool {
	return resource == "document" || resource == "script" || resource == "style"
}

// passive reports whether a resource is only looked at.
func passive(resource string) bool {
	return resource == "image" || resource == "font" || resource == "style" || resource == "media"
}

func method(e *playback.Event) string {
	if e.Method == "" {
		return "GET"
	}
	return e.Method
}

// contentType returns the media type of an event's body.
func contentType(e *playback.Event) string {
	if v := e.Headers["content-type"]; len(v) > 0 {
		return v[0]
	}
	if e.Body != nil {
		return e.Body.Type
	}
	return ""
}

// requestBody returns the bytes of a recorded request's body; nil where it has none or a hole.
func (c *catalog) requestBody(e *playback.Event) ([]byte, error) {
	if e.Body == nil || e.Body.Missing != "" {
		return nil, nil
	}
	return c.file.Content(e.Body)
}

// call takes a recorded request apart, and lists what does not count in it.
func (c *catalog) call(pos int) (call, []string, error) {
	e, err := c.file.Event(pos)
	if err != nil {
		return call{}, nil, err
	}
	body, err := c.requestBody(e)
	if err != nil {
		return call{}, nil, err
	}
	u := c.urls.local(e.URL)
	x := newCall(method(e), u, contentType(e), body)
	x.noBody = e.Body != nil && e.Body.Missing != ""
	ignore := append([]string(nil), e.Masked...) // what the app derives from a masked value cannot be known
	for _, r := range c.rules {
		if r.match(x.method, e.URL) || r.match(x.method, u) {
			ignore = append(ignore, r.ignore...)
		}
	}
	return x, ignore, nil
}

// delivered reports whether the player hands the event to the page.
func (c *catalog) delivered(pos int) bool {
	return pos >= 0 && pos < c.file.Len() && c.file.Kind(pos).Delivered() && !c.out[pos]
}

// observed reports whether the event is an effect that shows only in what the page does.
func (c *catalog) observed(pos int) bool {
	if pos >= c.file.Len() || c.delivered(pos) {
		return false
	}
	k := c.file.Kind(pos)
	return k.Effect() && k != playback.Bug && k != playback.Expect
}

// action returns the last action before pos, -1 for none.
func (c *catalog) action(pos int) int {
	if i := sort.SearchInts(c.actions, pos); i > 0 {
		return c.actions[i-1]
	}
	return -1
}

// actionsIn returns the actions in [from, to].
func (c *catalog) actionsIn(from, to int) []int {
	i, j := sort.SearchInts(c.actions, from), sort.SearchInts(c.actions, to+1)
	return c.actions[i:max(i, j)]
}

// nextAction returns the first action after pos, or the end.
func (c *catalog) nextAction(pos int) int {
	if i := sort.SearchInts(c.actions, pos+1); i < len(c.actions) {
		return c.actions[i]
	}
	return c.file.Len()
}

// actionsBefore counts the actions before pos.
func (c *catalog) actionsBefore(pos int) int { return sort.SearchInts(c.actions, pos) }

// reqsBefore counts the requests of reqs before pos.
func (c *catalog) reqsBefore(pos int) int {
	return sort.Search(len(c.reqs), func(i int) bool { return c.reqs[i].pos >= pos })
}

// label names an event for people: "req e5 (line 7)".
func (c *catalog) label(pos int) string {
	if pos < 0 || pos >= c.file.Len() {
		return "the recording"
	}
	return fmt.Sprintf("%s %s (line %d)", c.file.Kind(pos), c.file.ID(pos), c.file.Line(pos))
}
