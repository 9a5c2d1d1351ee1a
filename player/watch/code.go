package watch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"restep/player/sourcemap"
)

// code is a document, script or style sheet that the app's server gives.
type code struct {
	url, resource string
	content       digest   // as the page has it
	words         []uint64 // of a document, as [wordsOf] has them
	refs          digest   // of a document: the scripts and style sheets that it names
	old           bool     // content is newer than what the page has
	status        int
	changed       time.Time // when another content was found

	// Guarded by Watch.mu:
	maps [2]*sourcemap.Map // of what the page has now, and had before the last change of it
	turn int               // which change that was
}

// maxMap bounds the source maps that are kept, in bytes: one of a large bundle only names the files.
const maxMap = 4 << 20

// Locate names the source of a position in code, from 1 and, for columns, from 1, as stacks have them; before: in the code
// that was before the last change. It may be called from any goroutine.
func (w *Watch) Locate(target string, line, column int, before bool) (source string, sourceLine int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.codes[codeURL(target)]
	if c == nil {
		return "", 0, false
	}
	m := c.maps[0]
	if before && c.turn == w.turn {
		m = c.maps[1]
	}
	if m == nil {
		return "", 0, false
	}
	i, sourceLine, ok := m.Original(line, max(column-1, 0))
	if !ok || m.Sources[i] == "" {
		return "", 0, false
	}
	return m.Sources[i], sourceLine, true
}

// codeURL names code, without a stamp of its time. "" is not looked at: what lies in
// node_modules, and the development server's own.
func codeURL(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.Contains(u.Path, "/node_modules/") {
		return ""
	}
	if strings.HasPrefix(u.Path, "/@") && !strings.HasPrefix(u.Path, "/@fs/") {
		return ""
	}
	u.Fragment = ""
	var keep []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if part != "" && !stamp.MatchString("?"+part) {
			keep = append(keep, part)
		}
	}
	u.RawQuery = strings.Join(keep, "&")
	return u.String()
}

// stamp is a time in ms by which development servers make a browser load code again: t of Vite, v and ts of Next.js. It is
// in the code that imports such a module, too.
var stamp = regexp.MustCompile(`[?&]\w{1,2}=\d{13}\b`)

var leadingStamp = regexp.MustCompile(`\?\w{1,2}=\d{13}&`)

// unstamped takes all stamps away: code that is imported for the first time has none.
func unstamped(content []byte) []byte {
	return stamp.ReplaceAll(leadingStamp.ReplaceAll(content, []byte("?")), nil)
}

func sum(content []byte) digest { return sha256.Sum256(unstamped(content)) }

// learn takes the code that a page has loaded, and watches the files that it is made of.
func (w *Watch) learn(l load) {
	c := &code{url: l.url, resource: l.resource}
	if !w.sameOrigin(c.url) {
		return
	}
	a, err := w.get(c.url, c.resource)
	if err != nil {
		w.log.Debug("the app's code cannot be looked at", "err", err)
		w.mu.Lock()
		delete(w.known, l.url) // the next page that loads it
		w.mu.Unlock()
		return
	}
	c.keep(a)
	w.mu.Lock()
	w.codes[c.url], c.turn = c, w.turn
	w.mu.Unlock()
	w.watchSources(c, a.content, l.at)
	w.scripts = w.scripts || c.resource == "script"
	w.learned = time.Now()
}

// keep takes what the server has answered for what the page has.
func (c *code) keep(a answer) {
	c.content, c.status, c.old = sum(a.content), a.status, false
	if c.resource == "document" {
		c.words, c.refs = wordsOf(a.content), refsOf(a.content)
	}
}

// watchSources watches the files of code: the one that has its name, and those that its source map names.
func (w *Watch) watchSources(c *code, content []byte, since time.Time) {
	w.addFirst(c, w.candidates(c), since)
	if c.resource == "document" {
		return
	}
	names, base := w.sources(c, content)
	for _, name := range names {
		w.addFirst(c, w.o.Paths.Source(name, base), since)
	}
}

// candidates are where the file of code itself may be. A document is often that of a folder, or of the whole app.
func (w *Watch) candidates(c *code) []string {
	out := w.o.Paths.URL(c.url)
	u, err := url.Parse(c.url)
	if c.resource != "document" || err != nil {
		return out
	}
	for _, path := range []string{strings.TrimSuffix(u.Path, "/") + "/index.html", u.Path + ".html", "/index.html"} {
		v := *u
		v.Path = path
		out = append(out, w.o.Paths.URL(v.String())...)
	}
	return out
}

// addFirst watches the first of some files that there is.
func (w *Watch) addFirst(c *code, paths []string, since time.Time) {
	for _, path := range paths {
		if w.addFile(path, c, since) {
			return
		}
	}
}

// sources lists the names in the source map of code, and what they are relative to.
func (w *Watch) sources(c *code, content []byte) (names []string, base string) {
	target := sourcemap.URL(content)
	if target == "" {
		return sourcemap.Evals(content), c.url
	}
	data, inline, err := sourcemap.Inline(target)
	base = c.url
	if !inline {
		if base, err = resolve(c.url, target); err == nil && !w.sameOrigin(base) {
			err = errors.New("it is on another server")
		}
		if err == nil {
			var a answer
			a, err = w.get(base, "other")
			data = a.content
		}
	}
	var m *sourcemap.Map
	if err == nil {
		m, err = sourcemap.Parse(data)
	}
	if err != nil {
		w.log.Debug("the source map cannot be read", "of", c.url, "err", err)
		return nil, base
	}
	if len(data) <= maxMap {
		w.mu.Lock()
		if c.turn != w.turn {
			c.maps[1], c.turn = c.maps[0], w.turn
		}
		c.maps[0] = m
		w.mu.Unlock()
	}
	return m.Sources, base
}

func resolve(base, target string) (string, error) {
	b, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	u, err := b.Parse(target)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

func (w *Watch) sameOrigin(target string) bool {
	a, err1 := url.Parse(w.o.App)
	b, err2 := url.Parse(target)
	return err1 == nil && err2 == nil && a.Scheme == b.Scheme && a.Host == b.Host
}

// newClient asks the app's server, without a proxy and without going elsewhere.
func newClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 2},
		Timeout:       giveUp, // a bundler holds requests while it builds
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what the app's server gives.
type answer struct {
	content []byte
	status  int
	html    bool
}

// get asks the app's server as the page does.
func (w *Watch) get(target, resource string) (answer, error) {
	return w.getUntil(w.ctx, target, resource)
}

func (w *Watch) getUntil(ctx context.Context, target, resource string) (answer, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return answer{}, err
	}
	accept := "*/*"
	switch resource {
	case "document":
		accept = "text/html,application/xhtml+xml,*/*;q=0.8"
	case "style":
		accept = "text/css,*/*;q=0.1" // Vite gives a module to those that do not say so
	}
	q.Header.Set("Accept", accept)
	r, err := w.client.Do(q)
	if err != nil {
		return answer{}, err
	}
	defer r.Body.Close()
	content, err := io.ReadAll(io.LimitReader(r.Body, maxContent))
	return answer{content, r.StatusCode, strings.HasPrefix(r.Header.Get("Content-Type"), "text/html")}, err
}

var (
	vitesMessage = regexp.MustCompile(`"message":("(?:[^"\\]|\\.)*")`)
	tags         = regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`)
	colours      = regexp.MustCompile("\x1b\\[[0-9;]*m") // of what a bundler would print into a terminal
)

// failed is the module that webpack makes of one that does not build; the rest of its bundle runs.
var failed = regexp.MustCompile(`throw new (?:Syntax)?Error\(\\?"(Module (?:parse|build) failed.*?)\\?"\);`)

// failedModule is what a bundle says of a module that was not built, "" for none.
func failedModule(content []byte) string {
	m := failed.FindSubmatch(content)
	if m == nil {
		return ""
	}
	return shorten(strings.NewReplacer(`\\n`, "\n", `\n`, "\n", `\\`, "").Replace(string(m[1])))
}

// complaint is what an error page of a development server says, in a few lines.
func complaint(status int, content []byte) string {
	text := string(content[:min(len(content), 64<<10)])
	if m := vitesMessage.FindStringSubmatch(text); m != nil && json.Unmarshal([]byte(m[1]), &text) == nil {
		return shorten(text)
	}
	if bytes.HasPrefix(bytes.TrimSpace(content), []byte("<")) {
		text = html.UnescapeString(tags.ReplaceAllString(text, " "))
	}
	if text = shorten(text); text == "" {
		text = fmt.Sprintf("status %d", status)
	}
	return text
}

// shorten keeps the first lines that say something.
func shorten(text string) string {
	const lines, columns = 6, 300
	text = colours.ReplaceAllString(text, "")
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \r\n"); strings.TrimSpace(line) == "" || len(out) == lines {
			continue
		}
		if r := []rune(line); len(r) > columns {
			line = string(r[:columns]) + "…"
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
