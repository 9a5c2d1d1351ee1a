package watch

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// pending is a change that the app's server is asked about.
type pending struct {
	since   time.Time
	saved   map[string]time.Time // path -> when
	files   map[string][]string  // path -> URLs of what is made of it, of which one has to change; none: it is its own proof
	urls    map[string]bool      // that the server itself says have changed
	changed map[string]bool      // URLs that have
	said    bool                 // that the server gives the same as before
	problem string               // that was told

	refusals int       // how often the server has answered with an error of its own since it was told
	moved    time.Time // when the documents were looked at
}

// begin makes a change pending, unless one is.
func (w *Watch) begin() {
	if w.pending != nil {
		return
	}
	w.pending = &pending{since: time.Now(), saved: map[string]time.Time{}, files: map[string][]string{}, urls: map[string]bool{}, changed: map[string]bool{}}
	w.problem = ""
	w.mu.Lock()
	w.turn++
	w.mu.Unlock()
}

// add notes a file with another content; what was known of its code counts no more.
func (p *pending) add(path string, saved time.Time, urls []string) {
	p.since, p.said, p.problem, p.refusals = time.Now(), false, "", 0
	p.files[path], p.saved[path] = urls, saved
	for _, u := range urls {
		delete(p.changed, u)
	}
}

// pause is how long to wait until the server is asked again. Servers print an error each time that they are asked for what
// does not build, so they are left alone then: the next save, or what they say themselves, tells more.
func (p *pending) pause() time.Duration {
	age := time.Since(p.since)
	switch {
	case p.refusals > 0:
		return askRefused << min(p.refusals-1, 3)
	case age < soonFor && p.problem == "" && len(p.files) > 0:
		return askSoon
	}
	return max(askLater, age/10)
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
	var bad finding
	for _, u := range slices.Sorted(maps.Keys(asked)) {
		if w.ctx.Err() != nil {
			return c, false
		}
		if p.changed[u] || w.codes[u] == nil {
			continue
		}
		switch f := w.again(w.codes[u], time.Since(p.since) > soonFor, len(p.files) > 0); {
		case f.changed:
			p.changed[u] = true
		case bad.problem == "":
			bad = f
		}
	}
	if (bad.problem == "" || bad.gone) && !p.satisfied() && time.Since(p.moved) > askLater {
		if p.moved = time.Now(); w.moved() {
			return Change{Files: p.names(w)}, true
		}
	}
	switch {
	case bad.problem != "":
		if bad.refused {
			p.refusals++
		}
		if bad.problem == p.problem {
			return c, p.expire(w)
		}
		p.problem = bad.problem
		return Change{Files: p.names(w), Problem: bad.problem}, true
	case p.satisfied() && (len(p.files) > 0 || len(p.changed) > 0):
		w.pending = nil
		return Change{Files: p.names(w)}, true
	}
	p.refusals = 0
	return c, p.expire(w)
}

// moved reports whether a document names other code than before: that of a build whose files are named after their content.
// What was pending is told with that. A server that makes its documents slowly is not waited for: it says itself what is new.
func (w *Watch) moved() bool {
	ctx, cancel := context.WithTimeout(w.ctx, soonFor)
	defer cancel()
	found := false
	for _, u := range slices.Sorted(maps.Keys(w.codes)) {
		c := w.codes[u]
		if c.resource != "document" || c.status >= 400 {
			continue
		}
		if a, err := w.getUntil(ctx, c.url, c.resource); err == nil && a.status == c.status && refsOf(a.content) != c.refs {
			c.keep(a)
			found = true
		}
	}
	if found {
		w.pending = nil
	}
	return found
}

// expire ends the wait for a server that gives the same as before; it is never something to tell.
func (p *pending) expire(w *Watch) bool {
	age := time.Since(p.since)
	if age > soonFor && (len(p.files) == 0 || p.problem == "" && p.told(w)) || age > giveUp {
		w.pending = nil
		return false
	}
	if !p.said && p.problem == "" && age > sameFor {
		p.said = true
		w.o.Say(fmt.Sprintf("restep: %s was saved; the app's server gives the same code as before\n", strings.Join(Names(p.names(w)), ", ")))
	}
	return false
}

// told reports whether the new code of every file was told already: what a development server says may be here sooner than what
// the system says of the file.
func (p *pending) told(w *Watch) bool {
	for path, urls := range p.files {
		new := func(u string) bool {
			c := w.codes[u]
			return p.changed[u] || c != nil && c.changed.After(p.saved[path])
		}
		if !slices.ContainsFunc(urls, new) {
			return false
		}
	}
	return true
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

// names are the files; where the server alone knows of the change yet, those that were saved, or else the paths of what has
// changed.
func (p *pending) names(w *Watch) []string {
	if len(p.files) > 0 {
		return slices.Sorted(maps.Keys(p.files))
	}
	if out := w.savedLately(); len(out) > 0 || len(p.changed) == 0 {
		return out
	}
	var out []string
	for u := range p.changed {
		if parsed, err := url.Parse(u); err == nil {
			out = append(out, parsed.Path)
		}
	}
	slices.Sort(out)
	return out
}

// savedLately lists the files whose content is not what it was when the watch last looked. Most files of a bundle were not saved
// for long, and are not read.
func (w *Watch) savedLately() (out []string) {
	const lately = 10 * time.Second
	for path, f := range w.files {
		if st, err := os.Stat(path); err != nil || time.Since(st.ModTime()) > lately {
			continue
		}
		if d, _, ok := hashFile(path); ok && d != f.content {
			out = append(out, path)
		}
	}
	slices.Sort(out)
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

// finding is what a look at code has found.
type finding struct {
	changed bool
	problem string // what is wrong with it
	refused bool   // the server says that: it could not make it
	gone    bool   // it is not there any more
}

// again asks the server for code once more: whether it differs from what the page has, or what is wrong with it. A server
// that is not there, and a file that is not, may come back in a moment: they are wrong when patience is over (late). What is
// gone is wrong only where it was saved.
func (w *Watch) again(c *code, late, saved bool) finding {
	a, err := w.get(c.url, c.resource)
	gone := err == nil && c.status < 400 && (a.status == http.StatusNotFound || a.status == http.StatusGone ||
		a.html && a.status < 400 && c.resource != "document") // the page of an app that has its own paths
	switch {
	case (err != nil || gone) && !late:
		return finding{}
	case err != nil:
		return finding{problem: "the app's server does not answer: " + err.Error()}
	case gone && !saved:
		return finding{}
	case gone:
		return finding{gone: true, problem: fmt.Sprintf("%s is not there any more (status %d)", c.url, a.status)}
	case a.status >= 400 && (c.status < 400 || c.old): // what the page has was no error
		return finding{refused: a.status >= 500, problem: complaint(a.status, a.content)}
	}
	if sum(a.content) == c.content && a.status == c.status && !c.old {
		return finding{}
	}
	if text := failedModule(a.content); text != "" && c.resource == "script" {
		return finding{refused: true, problem: text}
	}
	if c.resource == "document" && !saved && a.status == c.status {
		second, err := w.get(c.url, c.resource)
		if err != nil || !differs(c.words, wordsOf(a.content), wordsOf(second.content)) {
			return finding{}
		}
	}
	c.keep(a)
	c.changed = time.Now()
	w.watchSources(c, a.content, c.changed) // it may be made of other files now
	return finding{changed: true}
}
