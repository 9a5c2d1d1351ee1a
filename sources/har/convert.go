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
	p.rec.Header.UserAgent = p.userAgent()
	p.rec.Header.Locale = p.locale()
	var ids sources.IDs
	for _, e := range p.entries {
		e.id = ids.Next("q", e.start.Format(time.RFC3339Nano), e.method, e.url)
	}
	for _, e := range p.entries {
		if err := p.lines(e); err != nil {
			return err
		}
	}
	p.opening()
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
				e.reqBody = r.reqBody
				if e.req.Get("content-type") == "" && r.req.Get("content-type") != "" {
					e.req.Set("content-type", r.req.Get("content-type"))
				}
			}
			if e.sniffed {
				e.resource = e.from.resource
			}
		}
		if e.status < 300 || e.status >= 400 || e.status == 304 {
			continue
		}
		to := cmp.Or(e.redirect, e.res.Get("location"))
		if base, err := url.Parse(e.url); err == nil && to != "" {
			if u, err := base.Parse(to); err == nil {
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
		dest, first := e.req.Get("sec-fetch-dest"), !seen[e.page]
		seen[e.page] = true
		switch {
		case dest != "":
			e.main = dest == "document"
		case e.page == "" && !first:
			e.main = e.req.Get("upgrade-insecure-requests") != "" && e.req.Get("referer") == ""
		default:
			// Playwright has one page for a tab: there each document that is no frame is a navigation.
			e.main = first || !e.sniffed && !p.frame(e)
		}
	}
}

// frame reports whether a document was loaded into a frame, as far as its address and referrer tell.
func (p *parser) frame(e *entry) bool {
	ref := e.req.Get("referer")
	return ref != "" && !sources.SameSite(ref, e.url)
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
	for _, e := range p.entries {
		if o := cmp.Or(e.req.Get("origin"), sources.OriginOf(e.req.Get("referer"))); o != "" && o != "null" {
			return o
		}
	}
	return sources.OriginOf(p.entries[0].url)
}

func (p *parser) userAgent() string {
	for _, e := range p.entries {
		if ua := e.req.Get("user-agent"); ua != "" {
			return ua
		}
	}
	return ""
}

// locale is the language that the browser prefers.
func (p *parser) locale() string {
	for _, e := range p.entries {
		if l := e.req.Get("accept-language"); l != "" {
			l, _, _ = strings.Cut(l, ",")
			l, _, _ = strings.Cut(l, ";")
			if l = strings.TrimSpace(l); l != "*" {
				return l
			}
		}
	}
	return ""
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
	p.request(e)
	p.answer(e)
	return nil
}

// titleForm finds the title of a document.
var titleForm = regexp.MustCompile(`(?is)<title[^>]*>\s*(.*?)\s*</title>`)

// navigation adds that a document was opened and came. Who opened it, an archive does not say: merging with the
// user's actions does.
func (p *parser) navigation(e *entry) error {
	if e.from == nil && e.method == "GET" {
		p.rec.Add(sources.Line{Event: playback.Event{
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
	p.rec.Add(sources.Line{Event: playback.Event{
		T: p.at(e.end), Kind: playback.PageCommit, ID: e.id + "p", URL: e.url, Title: title,
	}})
	return nil
}

// request adds the request.
func (p *parser) request(e *entry) {
	ev := playback.Event{
		T: p.at(e.start), Kind: playback.Req, ID: e.id, Method: e.method, URL: e.url, Resource: e.resource,
		Headers: trimRequest(e.req, p.rec.Header.UserAgent), Body: e.reqBody.hole, Trace: traceOf(e.req),
	}
	if e.from != nil {
		ev.From = e.from.id
	}
	p.rec.Add(sources.Line{Event: ev, Content: e.reqBody.content})
}

// answer adds what came back.
func (p *parser) answer(e *entry) {
	if e.status == 0 {
		p.rec.Add(sources.Line{Event: playback.Event{
			T: p.at(e.end), Kind: playback.Fail, ID: e.id + "r", Of: e.id, Text: e.fail,
		}})
		return
	}
	ev := playback.Event{
		T: p.at(e.end), Kind: playback.Res, ID: e.id + "r", Of: e.id, Status: e.status,
		Headers: trimResponse(e.res), Body: e.resBody.hole,
	}
	if typ := ev.Headers.Get("content-type"); typ != "" && ev.Body != nil {
		ev.Body.Type = typ
	}
	content := e.resBody.content
	switch {
	case e.resource == "ws":
		ev.T, ev.Body, content = p.at(e.open()), nil, nil
		p.rec.Add(sources.Line{Event: ev})
		p.messages(e)
		return
	case strings.HasPrefix(ev.Headers.Get("content-type"), "text/event-stream"):
		if p.stream(e, ev) {
			return
		}
	}
	p.rec.Add(sources.Line{Event: ev, Content: content})
}

// open is when a socket or stream had its first answer.
func (e *entry) open() time.Time {
	at := e.end
	if e.receive > 0 && e.end.Sub(e.start) > e.receive {
		at = e.end.Add(-e.receive)
	}
	for _, m := range e.sockets {
		if t := epoch(m.Time); t.After(e.start) && t.Before(at) {
			at = t
		}
	}
	for _, m := range e.events {
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
