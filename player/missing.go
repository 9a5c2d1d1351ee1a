package player

import (
	"strings"

	"restep/player/playback"
)

// failed reports whether a request for a local URL got no answer in the recording either, or one that is an error.
func (c *catalog) failed(url string) bool {
	is := func(e *playback.Event) bool {
		return e.Kind == playback.Req && (code(e.Resource) || e.Resource == "") && bare(c.urls.local(e.URL)) == bare(url)
	}
	for pos := range c.file.Len() {
		k := c.file.Kind(pos)
		if of := c.file.Of(pos); of >= 0 && (k == playback.Res || k == playback.Fail) {
			e, err := c.file.Event(pos)
			if err != nil || k == playback.Res && e.Status < 400 {
				continue
			}
			if req, err := c.file.Event(of); err == nil && is(req) {
				return true
			}
		}
	}
	return false
}

// bare is a URL without query and fragment.
func bare(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		return url[:i]
	}
	return url
}
