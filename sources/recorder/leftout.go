package recorder

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"restep/player/playback"
	"restep/sources"
)

// leaves decides whether a request is left out, and counts it: telemetry, and what a replay takes from the local app.
func (s *session) leaves(r *request, typ string) bool {
	if p, drops := s.dropper.Drops(r.event.Method, r.event.URL); drops {
		s.dropped[p]++
		return true
	}
	if s.o.Assets || sources.OriginOf(r.event.URL) != s.app {
		return false
	}
	switch r.event.Resource {
	case "script", "style", "font":
		s.leftOut[r.event.Resource]++
		return true
	case "image", "media":
		if !s.o.Images {
			s.leftOut[r.event.Resource]++
			return true
		}
	}
	switch {
	case typ == "Manifest":
		s.leftOut["manifest"]++
		return true
	case strings.HasSuffix(r.event.URL, "/favicon.ico"):
		s.leftOut["icon"]++
		return true
	}
	return false
}

// leavesIcon leaves a request for the icon of a tab out, when its headers tell that it is one.
func (s *session) leavesIcon(r *request) bool {
	r.left = !s.o.Assets && !s.o.Images && playback.Icon(r.event.Resource, r.event.Headers)
	if r.left {
		s.leftOut["icon"]++
	}
	return r.left
}

// scriptAnswer reports whether what a script has put into the page as a script of the app's own origin is the answer of a
// system and no part of the app's code: it names a function to call (JSONP), or stands where answers do. Parts of the app
// that are loaded late look the same but for that, and a replay takes them from the local app.
func (s *session) scriptAnswer(e *playback.Event) bool {
	if e.Resource != "script" || sources.OriginOf(e.URL) != s.app {
		return false
	}
	u, err := url.Parse(e.URL)
	if err != nil {
		return false
	}
	for name, values := range u.Query() {
		if slices.Contains(callbacks[:], strings.ToLower(name)) && function.MatchString(values[0]) {
			return true
		}
	}
	return slices.ContainsFunc(strings.Split(strings.ToLower(u.Path), "/"), func(part string) bool {
		return slices.Contains(answering[:], part)
	})
}

var (
	// callbacks are the names by which clients of JSONP, such as jQuery and Google's, tell the function.
	callbacks = [...]string{"callback", "jsonp", "jsonpcallback", "cb"}
	// answering are the parts of paths below which systems answer.
	answering = [...]string{"api", "rest", "rpc", "ajax", "jsonp"}
	// function is the form of a function's name, with the objects that it is in.
	function = regexp.MustCompile(`^[\w$.]+$`)
)
