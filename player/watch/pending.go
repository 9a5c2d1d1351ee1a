package watch

import (
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// pending is a change that the app's server is asked about.
type pending struct {
	since   time.Time
	files   map[string][]string // path -> URLs of what is made of it, of which one has to change; none: it is its own proof
	urls    map[string]bool     // that the server itself says have changed
	changed map[string]bool     // URLs that have
	said    bool                // that the server gives the same as before
	problem string              // that was told
}

// begin makes a change pending, unless one is.
func (w *Watch) begin() {
	if w.pending != nil {
		return
	}
	w.pending = &pending{since: time.Now(), files: map[string][]string{}, urls: map[string]bool{}, changed: map[string]bool{}}
	w.mu.Lock()
	w.turn++
	w.mu.Unlock()
}

// add notes a file with another content; what was known of its code counts no more.
func (p *pending) add(path string, urls []string) {
	p.since, p.said, p.problem = time.Now(), false, ""
	p.files[path] = urls
	for _, u := range urls {
		delete(p.changed, u)
	}
}

// pause is how long to wait until the server is asked again.
func (p *pending) pause() time.Duration {
	if time.Since(p.since) < soonFor && p.problem == "" {
		return askSoon
	}
	return askLater
}

// ask asks the server for what may have changed. With ok there is something to tell; what was told as a change is not
// pending any more.
func (p *pending) ask(w *Watch) (c Change, ok bool) {
	asked := maps.Clone(p.urls)
	for _, urls := range p.files {
		for _, u := range urls {
			asked[u] = true
		}
	}
	problem := ""
	for _, u := range slices.Sorted(maps.Keys(asked)) {
		if w.ctx.Err() != nil {
			return c, false
		}
		if p.changed[u] || w.codes[u] == nil {
			continue
		}
		changed, trouble := w.again(w.codes[u], time.Since(p.since) > soonFor)
		if changed {
			p.changed[u] = true
		}
		if trouble != "" && problem == "" {
			problem = trouble
		}
	}
	switch {
	case problem != "":
		if problem == p.problem {
			return c, p.expire(w)
		}
		p.problem = problem
		return Change{Files: p.names(), Problem: problem}, true
	case p.satisfied() && (len(p.files) > 0 || len(p.changed) > 0):
		w.pending = nil
		return Change{Files: p.names()}, true
	}
	return c, p.expire(w)
}

// expire ends the wait for a server that gives the same as before; it is never something to tell.
func (p *pending) expire(w *Watch) bool {
	if len(p.files) == 0 && time.Since(p.since) > soonFor || time.Since(p.since) > giveUp {
		w.pending = nil
		return false
	}
	if !p.said && p.problem == "" && time.Since(p.since) > sameFor {
		p.said = true
		w.o.Say(fmt.Sprintf("restep: %s was saved; the app's server gives the same code as before\n", strings.Join(Names(p.names()), ", ")))
	}
	return false
}

// satisfied reports whether new code is there for every file.
func (p *pending) satisfied() bool {
	for _, urls := range p.files {
		if len(urls) > 0 && !slices.ContainsFunc(urls, func(u string) bool { return p.changed[u] }) {
			return false
		}
	}
	return true
}

// names are the files, or, where the server alone knows of the change, the paths of what has changed.
func (p *pending) names() []string {
	if len(p.files) > 0 {
		return slices.Sorted(maps.Keys(p.files))
	}
	var out []string
	for u := range p.changed {
		if parsed, err := url.Parse(u); err == nil {
			out = append(out, parsed.Path)
		}
	}
	return out
}

// Names shortens paths to what people call the files.
func Names(paths []string) []string {
	var out []string
	for _, p := range paths {
		out = append(out, filepath.Base(p))
	}
	return out
}

// again asks the server for code once more: whether it differs from what the page has, or what is wrong with it. A server
// that is not there, and a file that is not, may come back in a moment: they are wrong when patient is over.
func (w *Watch) again(c *code, late bool) (changed bool, problem string) {
	content, status, err := w.get(c.url, c.resource)
	switch {
	case err != nil && !late, status == 404 && c.status != 404 && !late:
		return false, ""
	case err != nil:
		return false, "the app's server does not answer: " + err.Error()
	case status >= 400 && (c.status < 400 || c.old): // what the page has was no error
		return false, complaint(status, content)
	}
	d := sum(content)
	if d == c.content && status == c.status && !c.old {
		return false, ""
	}
	c.content, c.status, c.old = d, status, false
	w.watchSources(c, content, time.Now()) // it may be made of other files now
	return true, ""
}

// message is what the development servers send to their pages; only the members that are looked at.
type message struct {
	Type    string `json:"type"`   // Vite, webpack-dev-server
	Action  string `json:"action"` // Next.js, webpack-hot-middleware
	Updates []struct {
		Path     string `json:"path"`         // of the module that takes the change over
		Accepted string `json:"acceptedPath"` // of the one that has changed
	} `json:"updates"`
	Err struct {
		Message string `json:"message"`
	} `json:"err"`
}

// onUpdate takes a message of the development server. It is a hint to look: what counts is what is served. A sass partial,
// for instance, stands in no source map, and sources in a container are on no disk that can be watched.
func (w *Watch) onUpdate(text string) {
	var m message
	if json.Unmarshal([]byte(text), &m, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)) != nil {
		return
	}
	urls := map[string]bool{}
	switch {
	case m.Type == "update": // Vite
		for _, u := range m.Updates {
			for _, path := range []string{u.Path, u.Accepted} {
				if full, err := resolve(w.o.App, path); err == nil {
					urls[codeURL(full)] = true
				}
			}
		}
	case m.Type == "error" && m.Err.Message != "": // Vite
		if w.pending == nil {
			w.o.Tell(Change{Problem: shorten(m.Err.Message)})
		}
		return
	case m.Type == "full-reload", m.Type == "ok", m.Type == "warnings", m.Type == "static-changed", m.Action == "built", m.Action == "sync":
		for u := range w.codes {
			urls[u] = true
		}
	default:
		return
	}
	w.begin()
	maps.Copy(w.pending.urls, urls)
	w.timer.Reset(quietTime)
}
