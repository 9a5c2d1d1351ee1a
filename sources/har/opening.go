package har

import (
	"slices"

	"restep/player/playback"
	"restep/sources"
)

// opening adds that a page was opened where requests come before every document: the archive was begun when the page
// was there already, or its document was filtered out. Without it a replay would have no page that could ask.
func (p *parser) opening() {
	asked := func(l sources.Line) bool { return l.Kind == playback.Req }
	first := slices.IndexFunc(p.rec.Lines, asked)
	if first < 0 {
		return
	}
	at := p.rec.Lines[first].T // lines were added request by request, in the order of their starts
	opened := func(l sources.Line) bool { return l.Kind == playback.Open && l.T <= at }
	url := p.openedURL()
	if slices.ContainsFunc(p.rec.Lines, opened) || sources.OriginOf(url) == "" {
		return
	}
	p.rec.Add(sources.Line{Event: playback.Event{
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
		if ref := e.req.Get("referer"); sources.SameSite(ref, app) {
			return ref
		}
	}
	return app + "/"
}
