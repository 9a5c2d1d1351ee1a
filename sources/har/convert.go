package har

import (
	"cmp"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"restep/player/playback"
	"restep/sources"
)

// convert turns the entries into lines, now that all of them are known.
func (p *parser) convert() error {
	if len(p.entries) == 0 {
		p.rec.Report.Problem("archive", "it has no requests that belong to the app")
		return nil
	}
	slices.SortStableFunc(p.entries, func(a, b *entry) int { return a.start.Compare(b.start) })
	p.link()
	p.mainDocuments()
	start := p.entries[0].start
	for _, x := range p.pages {
		if !x.Started.IsZero() && x.Started.Before(start) && start.Sub(x.Started.Time) < time.Minute {
			start = x.Started.Time
		}
	}
	p.rec.Header.Start = start
	if p.rec.Header.App == "" {
		p.rec.Header.App = p.app()
	}
	p.rec.Header.UserAgent, p.rec.Header.Locale = p.client.agent.value, p.client.locale.value
	var ids sources.IDs
	for _, e := range p.entries {
		e.id = ids.Next("q", e.start.Format(time.RFC3339Nano), e.method, e.url)
	}
	open := p.openedURL()
	for i, e := range p.entries {
		if err := e.load(); err != nil {
			return err
		}
		if err := p.lines(e); err != nil {
			return err
		}
		e.details, p.entries[i] = nil, nil
	}
	p.opening(open)
	return nil
}

// link finds for each redirect the request that it led to, and gives that one the body where it must repeat it.
func (p *parser) link() {
	waiting := map[string][]*entry{} // URL that is asked for next -> redirects to it
	for _, e := range p.entries {
		if list := waiting[e.url]; len(list) > 0 && e.start.Sub(list[0].start) < time.Minute {
			e.from = list[0]
			waiting[e.url] = list[1:]
			// RFC 9110, 15.4: 307 and 308 repeat method and body. Archives often lack the body of the second request.
			if r := e.from; (r.status == 307 || r.status == 308) && e.method == r.method && e.reqBody.empty() {
				e.reqBody, e.repeats = r.reqBody, r
			}
			if e.sniffed {
				e.resource = e.from.resource
			}
		}
		if e.redirect == "" {
			continue
		}
		if base, err := url.Parse(e.url); err == nil {
			if u, err := base.Parse(e.redirect); err == nil {
				u.Fragment = ""
				waiting[u.String()] = append(waiting[u.String()], e)
			}
		}
	}
}

// mainDocuments finds the top-level documents: those that say so, else the first document of each page.
func (p *parser) mainDocuments() {
	seen := map[string]bool{}
	for _, e := range p.entries {
		if e.from != nil && e.from.main {
			e.main, e.resource = true, "document"
			continue
		}
		if e.resource != "document" {
			continue
		}
		first := !seen[e.page]
		seen[e.page] = true
		switch {
		case e.dest != "":
			e.main = e.dest == "document"
		case e.page == "" && !first:
			e.main = e.upgrade && e.referer == ""
		default:
			// Playwright has one page for a tab: there each document that is no frame is a navigation.
			e.main = first || !e.sniffed && !p.frame(e)
		}
	}
}

// frame reports whether a document was loaded into a frame, as far as its address and referrer tell.
func (p *parser) frame(e *entry) bool {
	return e.referer != "" && !sources.SameSite(e.referer, e.url)
}

// app returns the origin of the first page that loaded.
func (p *parser) app() string {
	for _, e := range p.entries {
		if e.main && e.status != 0 && (e.status < 300 || e.status >= 400) {
			return sources.OriginOf(e.url)
		}
	}
	for _, e := range p.entries {
		if e.main {
			return sources.OriginOf(e.url)
		}
	}
	return cmp.Or(p.client.origin.value, sources.OriginOf(p.entries[0].url))
}

// lines adds what a playback has of an entry.
func (p *parser) lines(e *entry) error {
	if e.main {
		if err := p.navigation(e); err != nil {
			return err
		}
	}
	own := sources.SameSite(e.url, p.rec.Header.App)
	if own && !api(e.resource) {
		switch {
		case e.main && e.method != "GET":
			p.rec.Report.LeaveOut("documents that answer a form")
		case e.resource == "document":
			p.rec.Report.LeaveOut("documents of the app")
		default:
			p.rec.Report.LeaveOut("scripts, styles, images and fonts of the app")
		}
		return nil
	}
	if err := p.request(e); err != nil {
		return err
	}
	p.answer(e)
	return nil
}

// titleForm finds the title of a document.
var titleForm = regexp.MustCompile(`(?is)<title[^>]*>\s*(.*?)\s*</title>`)

// navigation adds that a document was opened and came. Who opened it, an archive does not say: merging with the
// user's actions does.
func (p *parser) navigation(e *entry) error {
	if e.from == nil && e.method == "GET" {
		p.add(sources.Line{Event: playback.Event{
			T: p.at(e.start), Kind: playback.Open, ID: e.id + "o", URL: e.url, Inferred: true,
		}})
	}
	if e.status == 0 || e.status == 204 || e.status >= 300 && e.status < 400 && e.status != 304 {
		return nil
	}
	title := ""
	if e.resBody.content != nil {
		data, err := e.resBody.content.Bytes()
		if err != nil {
			return err
		}
		if m := titleForm.FindSubmatch(data[:min(len(data), 256<<10)]); m != nil {
			title = html.UnescapeString(string(m[1]))
		}
	}
	if p.rec.Header.Title == "" {
		p.rec.Header.Title = title
	}
	p.add(sources.Line{Event: playback.Event{
		T: p.at(e.end()), Kind: playback.PageCommit, ID: e.id + "p", URL: e.url, Title: title,
	}})
	return nil
}

// request adds the request.
func (p *parser) request(e *entry) error {
	if err := e.repeatType(); err != nil {
		return err
	}
	req := e.details.Req
	ev := playback.Event{
		T: p.at(e.start), Kind: playback.Req, ID: e.id, Method: e.method, URL: e.url, Resource: e.resource,
		Headers: trimRequest(req, p.rec.Header.UserAgent), Body: e.reqBody.hole, Trace: traceOf(req),
	}
	if e.from != nil {
		ev.From = e.from.id
	}
	p.add(sources.Line{Event: ev, Content: e.reqBody.content})
	return nil
}

// repeatType gives a request whose body is that of a redirected one its type too.
func (e *entry) repeatType() error {
	for r := e.repeats; r != nil && e.details.Req.Get("content-type") == ""; r = r.repeats {
		if err := r.load(); err != nil {
			return err
		}
		if typ := r.details.Req.Get("content-type"); typ != "" {
			e.details.Req.Set("content-type", typ)
		}
		r.details = nil
	}
	return nil
}

// answer adds what came back.
func (p *parser) answer(e *entry) {
	if e.status == 0 {
		p.add(sources.Line{Event: playback.Event{
			T: p.at(e.end()), Kind: playback.Fail, ID: e.id + "r", Of: e.id, Text: e.fail,
		}})
		return
	}
	ev := playback.Event{
		T: p.at(e.end()), Kind: playback.Res, ID: e.id + "r", Of: e.id, Status: e.status,
		Headers: trimResponse(e.details.Res), Body: e.resBody.hole,
	}
	if typ := ev.Headers.Get("content-type"); typ != "" && ev.Body != nil {
		ev.Body.Type = typ
	}
	content := e.resBody.content
	switch {
	case e.resource == "ws":
		ev.T, ev.Body, content = p.at(e.open()), nil, nil
		p.add(sources.Line{Event: ev})
		p.messages(e)
		return
	case strings.HasPrefix(ev.Headers.Get("content-type"), "text/event-stream"):
		if p.stream(e, ev) {
			return
		}
	}
	p.add(sources.Line{Event: ev, Content: content})
}

// open is when a socket or stream had its first answer.
func (e *entry) open() time.Time {
	at := e.end()
	if e.receive > 0 && e.took > e.receive {
		at = at.Add(-e.receive)
	}
	for _, m := range e.details.Sockets {
		if t := epoch(m.Time); t.After(e.start) && t.Before(at) {
			at = t
		}
	}
	for _, m := range e.details.Events {
		if t := epoch(m.Time); t.After(e.start) && t.Before(at) {
			at = t
		}
	}
	return at
}

// at is a moment on the clock of the playback.
func (p *parser) at(t time.Time) float64 { return sources.Millis(t.Sub(p.rec.Header.Start)) }

// epoch is a time in seconds.
func epoch(s float64) time.Time {
	if !(s > 0 && s < 1e10) {
		return time.Time{}
	}
	return time.UnixMicro(int64(s * 1e6)).UTC()
}

// itoa numbers the messages of a socket or stream.
func itoa(n int) string { return strconv.Itoa(n + 1) }
