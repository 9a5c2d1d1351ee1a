package har

import (
	"math"

	"restep/player/playback"
	"restep/sources"
)

// add adds a line, and notes what opening asks for.
func (p *parser) add(l sources.Line) {
	switch l.Kind {
	case playback.Req:
		p.asked = min(p.asked, l.T)
	case playback.Open:
		p.opened = min(p.opened, l.T)
	}
	p.rec.Add(l)
}

// opening adds that a page was opened where requests come before every document: the archive was begun when the page
// was there already, or its document was filtered out. Without it a replay would have no page that could ask.
func (p *parser) opening(url string) {
	if math.IsInf(p.asked, 1) || p.opened <= p.asked || sources.OriginOf(url) == "" {
		return
	}
	p.add(sources.Line{Event: playback.Event{
		T: 0, Kind: playback.Open, ID: playback.NewID("o", url), URL: url, Inferred: true,
	}})
	p.rec.Report.Problem("archive", "requests come before its first document: the page was opened before, as far as can be told at %s", sources.OriginOf(url))
}

// openedURL is the page that asked first: as the archive calls it, as the request names it, or the app's first page.
func (p *parser) openedURL() string {
	app := p.rec.Header.App
	for _, x := range p.pages { // Chrome writes the URL as the title
		if t := string(x.Title); sources.SameSite(t, app) {
			return t
		}
	}
	for _, e := range p.entries {
		if sources.SameSite(e.referer, app) {
			return e.referer
		}
	}
	return app + "/"
}
