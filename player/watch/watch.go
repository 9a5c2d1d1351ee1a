// Package watch tells when the code of the app that a page shows has changed: which files the page's scripts, style sheets
// and documents were made of, when one of them was saved, and when the app's server gives what was made of it. It knows
// nothing of pages or players: it is told what a page has loaded, and asks the app's server for the same.
package watch

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"restep/player/sourcemap"
)

// Options of a watch.
type Options struct {
	App   string // URL of the local app: nothing is asked of another origin
	Paths *sourcemap.Paths
	Files []string // further files, by absolute path: they need no server
	// Tell is called by the goroutine of the watch for each change, and Say with lines for people, which end in a newline.
	Tell func(Change)
	Say  func(text string)
	Log  *slog.Logger // nil: nothing is logged

	learnt func(url string) // for tests: the files of code are watched
}

// Change is code that has changed and is served.
type Change struct {
	Files []string // that were saved; where only the server says so, the paths of their URLs
	// Problem says why the app's server does not give the new code, most often an error in it. "": it does.
	Problem string
}

// Bounds.
const (
	maxCodes   = 5000 // URLs of code that are looked at
	maxDirs    = 500  // folders that are watched; the system has a bound too (inotify's max_user_watches)
	maxContent = 32 << 20
)

// Times. A burst of writes is one change; the server is asked often at first, since most are done in 10 to 100 ms, then
// now and then, for a build that takes long.
const (
	quietTime  = 30 * time.Millisecond
	askSoon    = 15 * time.Millisecond
	askLater   = 200 * time.Millisecond
	soonFor    = time.Second
	askRefused = 5 * time.Second  // at first, of a server that could not make the code
	blindFor   = 3 * time.Second  // then it is said that no file of the code was found
	sameFor    = 3 * time.Second  // then it is said that the server gives the same as before
	giveUp     = 60 * time.Second // then it is not asked any more
)

// Watch watches the code of one app. Its goroutine is run, which owns every field but those of the mutex.
type Watch struct {
	o      Options
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{}
	wake   chan struct{} // something was added to what mu guards
	client *http.Client

	fs           *fsnotify.Watcher
	timer        *time.Timer
	dirs         map[string]bool
	lost         map[string]bool // of those, what was taken away and may come back
	full         bool            // too many folders: said once
	files        map[string]*file
	codes        map[string]*code     // changed under mu
	dirty        map[string]bool      // paths that were touched and not looked at since
	touched      time.Time            // when the first of them was
	missing      map[string]time.Time // files that were there, and since when they are not
	pending      *pending             // nil: nothing has changed
	problem      string               // the last that was told, until something changes
	build, built string               // names of the bundler's builds: the one it spoke of, and the last that was looked at
	hears        bool                 // a development server says what it does
	scripts      bool                 // a page has loaded a script
	learned      time.Time            // when code was looked at for the first time
	blind        bool                 // that no file was found: said once

	mu      sync.Mutex // guards what follows
	loaded  []load
	updates []string
	known   map[string]bool // URLs that were put into loaded
	count   Stats
	turn    int // number of changes that were told or are pending
}

// Stats says what is watched.
type Stats struct{ Files, Dirs, Codes int }

// load is a URL that a page has asked the app's server for.
type load struct {
	url, resource string
	at            time.Time
}

// Start begins to watch.
func Start(o Options) (*Watch, error) {
	fs, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch the app's files: %w", exhausted(err))
	}
	w := &Watch{
		o: o, log: o.Log, fs: fs, done: make(chan struct{}), wake: make(chan struct{}, 1), client: newClient(),
		dirs: map[string]bool{}, lost: map[string]bool{}, files: map[string]*file{}, codes: map[string]*code{},
		dirty: map[string]bool{}, missing: map[string]time.Time{}, known: map[string]bool{},
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.timer = time.NewTimer(giveUp)
	for _, path := range o.Files {
		w.addFile(path, nil, time.Time{})
	}
	go w.run()
	return w, nil
}

// Close ends the watch and waits for its goroutine. It may be called more than once.
func (w *Watch) Close() {
	w.cancel()
	<-w.done
}

// Loaded tells that a page has asked the app's server for a document, script or style sheet; resource is one of the words
// of the playback format. It may be called from any goroutine and returns at once.
func (w *Watch) Loaded(url, resource string) {
	key := codeURL(url)
	if key == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known[key] || len(w.known) >= maxCodes {
		return
	}
	w.known[key] = true
	w.loaded = append(w.loaded, load{key, resource, time.Now()})
	w.poke()
}

// Update tells of a message that the app's development server has sent to the page. It may be called as Loaded.
func (w *Watch) Update(message string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.updates = append(w.updates, message)
	w.poke()
}

// Stats says what is watched; it may be called from any goroutine.
func (w *Watch) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count
}

// poke wakes the goroutine; one waiting token is enough.
func (w *Watch) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Watch) run() {
	defer close(w.done)
	defer w.fs.Close()
	defer w.timer.Stop()
	defer w.client.CloseIdleConnections()
	for {
		select {
		case <-w.ctx.Done():
			return
		case e, ok := <-w.fs.Events:
			if !ok {
				return
			}
			w.onEvent(e)
			continue
		case err := <-w.fs.Errors:
			w.log.Debug("watching the app's files", "err", err)
			for path := range w.files { // some events are lost
				w.touch(path)
			}
			continue
		case <-w.timer.C:
			w.due()
			continue
		default:
		}
		select { // what is less urgent
		case <-w.ctx.Done():
			return
		case e, ok := <-w.fs.Events:
			if ok {
				w.onEvent(e)
			}
		case <-w.timer.C:
			w.due()
		case <-w.wake:
			w.hear()
		}
	}
}

// hear takes one of the things that the watch was told; the goroutine comes back while there are more.
func (w *Watch) hear() {
	w.mu.Lock()
	var l *load
	var updates []string
	if len(w.loaded) > 0 {
		l, w.loaded = &w.loaded[0], w.loaded[1:]
	}
	updates, w.updates = w.updates, nil
	if len(w.loaded) > 0 {
		w.poke()
	}
	w.mu.Unlock()
	for _, u := range updates {
		w.onUpdate(u)
	}
	if l != nil {
		w.learn(*l)
		if w.pending == nil && len(w.dirty) == 0 {
			w.rearm()
		}
	}
	w.mu.Lock()
	w.count = Stats{len(w.files), len(w.dirs), len(w.codes)}
	w.mu.Unlock()
	if l != nil && w.o.learnt != nil {
		w.o.learnt(l.url)
	}
}

// touch notes a path that was written, and waits until it is quiet, though not for ever.
func (w *Watch) touch(path string) {
	if len(w.dirty) == 0 {
		w.touched = time.Now()
	}
	w.dirty[path] = true
	if time.Since(w.touched) < 10*quietTime {
		w.timer.Reset(quietTime)
	}
}

// due does what the timer was set for.
func (w *Watch) due() {
	if len(w.lost) > 0 {
		w.findDirs()
	}
	if len(w.missing) > 0 {
		w.lookForMissing()
	}
	if len(w.dirty) > 0 {
		w.look()
	}
	if w.pending != nil {
		if c, ok := w.pending.ask(w); ok {
			slices.Sort(c.Files)
			w.problem = c.Problem
			w.o.Tell(c)
		}
	}
	w.sayBlind()
	w.rearm()
}

// rearm sets the timer for what comes next; a file that is touched brings it forward.
func (w *Watch) rearm() {
	next := giveUp
	if p := w.pending; p != nil {
		next = p.pause()
	}
	if len(w.lost) > 0 || len(w.missing) > 0 {
		next = min(next, askLater)
	}
	if !w.blind && !w.learned.IsZero() {
		next = min(next, max(time.Until(w.learned.Add(blindFor)), 0)+askSoon)
	}
	w.timer.Reset(next)
}

// sayBlind says once that no file of the app's code is on this disk, where no development server tells of changes either:
// a saved file would do nothing, and the user would not know why.
func (w *Watch) sayBlind() {
	if w.blind || w.learned.IsZero() || time.Since(w.learned) < blindFor {
		return
	}
	w.learned = time.Time{}
	if w.hears || !w.scripts || slices.ContainsFunc(slices.Collect(maps.Values(w.files)), func(f *file) bool { return len(f.codes) > 0 }) {
		return
	}
	w.blind = true
	w.o.Say(fmt.Sprintf("restep: no file of what the app's code is made of was found in %s, so a saved one changes nothing here until the "+
		"session is restarted: write \"webRoot\", the folder that the app's server serves, into the launch configuration\n", w.o.Paths.Root()))
}
