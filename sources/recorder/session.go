package recorder

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"restep/player/browser"
	"restep/player/playback"
	"restep/sources"
)

type params = map[string]any

// session is a recording that goes on. One goroutine, that of Record, owns everything in it but the mailbox; what the
// browser reports comes through that, in the order of the pipe.
//
// Goroutines: one for each reply that takes long (fetch), which ends with its reply or with the browser.
type session struct {
	o       Options
	proc    *browser.Browser
	seed    int64
	start   time.Time // t = 0
	journal *Journal
	dropper sources.Dropper
	app     string // origin of the app
	box     *mailbox
	binding string // name of the function by which pages report
	ending  string // type of the DOM event that has pages report what is unfinished

	tabs      []*tab // those that are open
	named     int    // how many were
	active    *tab
	opening   *tab              // its document has asked for a tab that has not come
	owners    map[string]*tab   // frame id -> its tab, also of documents that have gone
	exchanges map[call]*request // requests on their way
	heads     rack
	sockets   map[call]*socket
	downloads map[string]*download
	offset    float64   // from the browser's monotonic clock, in s, to the epoch; 0: not known yet
	folder    string    // where downloads go
	asked     int       // replies that are awaited
	came      time.Time // when the event that is handled came
	commit    string
	hints     *playback.UserAgentData // nil: not known
	asksHints bool
	position  *playback.Geolocation // nil: the app was told none

	shown            bool              // a document was
	unopened         map[string]string // documents that could not be: URL -> why
	dropped, leftOut map[string]int
	problems         problems
	over             string // why there is nothing more to record
}

// call names a request: ids are unique in a target.
type call struct {
	target *target
	id     string
}

func newSession(o Options, proc *browser.Browser, seed int64) *session {
	return &session{
		o: o, proc: proc, seed: seed, dropper: sources.NewDropper(o.Drop), box: newMailbox(),
		binding: "__restepRecord", ending: "restep-" + playback.ULID(time.Now()),
		owners: map[string]*tab{}, exchanges: map[call]*request{}, heads: rack{held: map[call]*heads{}}, sockets: map[call]*socket{}, downloads: map[string]*download{},
		unopened: map[string]string{}, dropped: map[string]int{}, leftOut: map[string]int{},
	}
}

// begin opens the first tab, looks at the browser, begins the file and opens the URL.
func (s *session) begin(ctx context.Context) error {
	root := s.proc.Root()
	root.Handle(func(e browser.Event) { s.onBrowser(root, e) })
	if err := s.allowDownloads(ctx); err != nil {
		return err
	}
	if err := root.Call(ctx, "Target.setAutoAttach", params{
		"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true,
		"filter": []params{{"type": "page"}},
	}, nil); err != nil {
		return err
	}
	for len(s.tabs) == 0 { // the tab that the browser begins with
		if err := s.turn(ctx); err != nil {
			return err
		}
	}
	t := s.tabs[0]
	if err := s.o.Rules.selectors(ctx, t); err != nil {
		return err
	}
	header, err := s.header(ctx, t)
	if err != nil {
		return err
	}
	if s.journal, err = NewJournal(s.file(), header, s.o.Masker); err != nil {
		return &WriteError{Name: s.file(), Err: err}
	}
	s.journal.Hide(s.o.Rules)
	for _, t := range s.tabs {
		t.record()
	}
	if err := t.main.cdp.Call(ctx, "Runtime.evaluate", params{"expression": "0"}, nil); err != nil { // what was set is in effect
		return err
	}
	t.main.cdp.Go("Page.navigate", params{"url": s.o.URL, "transitionType": "typed"})
	if s.o.begun != nil {
		s.o.begun(s)
	}
	if s.o.Opened != nil {
		s.o.Opened()
	}
	return nil
}

// turn waits for something to happen and does what is to be done.
func (s *session) turn(ctx context.Context) error {
	select {
	case <-s.box.ready:
		for _, f := range s.box.take() {
			f()
		}
		return nil
	case <-s.proc.Done():
		return fmt.Errorf("the browser has ended")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run records until there is nothing more to record; it returns why.
func (s *session) run(ctx context.Context) (string, error) {
	tick := time.NewTicker(time.Second / 4)
	defer tick.Stop()
	var end <-chan time.Time
	if s.o.For > 0 {
		end = time.After(s.o.For)
	}
	for s.over == "" {
		select {
		case <-s.box.ready:
			for _, f := range s.box.take() {
				f()
			}
		case <-tick.C:
			s.tellAnswers()
			s.tellStatus()
		case <-s.proc.Done():
			s.drain()
			return "the browser was closed", nil
		case <-end:
			return "", nil
		case <-ctx.Done():
			return "", nil
		}
		if err := s.journal.Err(); err != nil {
			return "", err
		}
	}
	return s.over, nil
}

// tellAnswers writes the answers to dialogs after which a page did nothing.
func (s *session) tellAnswers() {
	for _, t := range s.tabs {
		t.tellAnswer()
	}
}

func (s *session) tellStatus() {
	if s.o.Status != nil {
		s.o.Status(s.status())
	}
}

func (s *session) status() Status {
	return Status{Counts: s.journal.Counts(), Elapsed: time.Since(s.start)}
}

// drain does what is in the mailbox.
func (s *session) drain() {
	for _, f := range s.box.take() {
		f()
	}
}

// lastWords is how long pages and replies may take when the recording ends.
const lastWords = 10 * time.Second

// finish has the pages report what is unfinished, waits for the content that is on its way, and closes what is open.
func (s *session) finish(end string) *Summary {
	ctx, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	s.flushPages(ctx)
	for s.drain(); s.asked > 0 && ctx.Err() == nil; { // a reply may lead to another question
		select {
		case <-s.box.ready:
			s.drain()
		case <-ctx.Done():
		}
	}
	s.tellAnswers()
	s.flushNetwork()
	s.flushDownloads()
	problems := append(s.problems.texts(), s.journal.Losses()...)
	return &Summary{
		Status: s.status(), Dropped: s.dropped, LeftOut: s.leftOut, Problems: problems, End: end, Shown: s.shown, Unopened: s.unopened,
	}
}

// add writes an event of a tab at a moment in ms since the start.
func (s *session) add(t *tab, at float64, e *playback.Event) string {
	return s.addContent(t, at, e, nil)
}

// addContent writes an event with its content.
func (s *session) addContent(t *tab, at float64, e *playback.Event, data []byte) string {
	t.beforeLine(at, e)
	e.T = moment(at)
	if t != nil {
		e.Tab = t.name
	}
	id, err := s.journal.AddContent(e, data, nil)
	if err != nil {
		s.o.Log.Error("record", "kind", e.Kind, "error", err)
	}
	return id
}

// moment is a time in ms as a file holds it: not before the start, in µs.
func moment(ms float64) float64 { return max(0, float64(int64(ms*1000))/1000) }

// now is the moment in ms since the start.
func (s *session) now() float64 { return s.since(float64(time.Now().UnixMicro()) / 1000) }

// arrival is the moment in ms since the start at which the event that is handled came.
func (s *session) arrival() float64 { return s.since(float64(s.came.UnixMicro()) / 1000) }

// since turns ms since the epoch into ms since the start.
func (s *session) since(epoch float64) float64 { return epoch - float64(s.start.UnixMicro())/1000 }

// at turns the browser's monotonic clock, in s, into ms since the start. That clock is the one that a page's
// performance.now() counts by, so that entries of pages and lines of the network sort as they happened. Measured on
// Chromium 156, in five tabs that were opened over 80 s and recorded for 130 s: a request that a page makes with its
// performance.timeOrigin + performance.now() in the URL has a line that is later by 0.24 to 0.32 ms at the least in each
// tab and by 0.4 to 0.5 ms in the median, the call of fetch included; the first tab's did not drift from the last's.
func (s *session) at(timestamp float64) float64 {
	if s.offset == 0 {
		return s.now()
	}
	return s.since((timestamp + s.offset) * 1000)
}

// compareClocks takes how far the epoch's clock, which the browser reads last, was ahead of its monotonic one, in s. On a
// busy machine some time may pass between the two readings (Chromium 156, four busy loops, 36 requests: 0.04 ms in the
// median, 8.6 ms at most), so the least counts. What differs by more than that is a clock that somebody has set.
func (s *session) compareClocks(offset float64) {
	const most = 0.05
	if s.offset == 0 || offset < s.offset && s.offset-offset < most {
		s.offset = offset
	}
}

// problem notes something that could not be recorded.
func (s *session) problem(format string, args ...any) {
	s.problems.add(fmt.Sprintf(format, args...), 1)
}

// fetch sends a command whose reply may take long; then is called with it in the session's turn.
func (s *session) fetch(t *target, method string, p params, result any, then func(error)) {
	s.fetchTo(nil, t, method, p, result, then)
}

// fetchTo is fetch for a reply with content, which goes to w as it comes, see [browser.Session.SendTo].
func (s *session) fetchTo(w io.Writer, t *target, method string, p params, result any, then func(error)) {
	reply, err := t.cdp.SendTo(method, p, w)
	if err != nil {
		then(err)
		return
	}
	s.asked++
	go func() {
		err := reply.Wait(context.Background(), result) // ends with the target
		s.box.put(func() {
			s.asked--
			then(err)
		})
	}()
}

// pageScript is what runs before the first line of every document.
func (s *session) pageScript() string {
	seed := s.seed
	if s.o.RealCrypto {
		seed = 0
	}
	return PageScript(PageConfig{Binding: s.binding, Private: s.o.Rules.CSS, Seed: seed, Mark: s.o.Mark, Ending: s.ending, Trace: !s.o.NoTrace})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// mailbox holds what the session has to do.
type mailbox struct {
	ready chan struct{} // has a token while there is something

	mu    sync.Mutex // guards what follows
	items []func()
}

func newMailbox() *mailbox { return &mailbox{ready: make(chan struct{}, 1)} }

func (b *mailbox) put(f func()) {
	b.mu.Lock()
	b.items = append(b.items, f)
	b.mu.Unlock()
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

func (b *mailbox) take() []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	items := b.items
	b.items = nil
	return items
}
