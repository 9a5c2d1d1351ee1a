package har

import (
	"cmp"
	"strings"
	"time"

	"restep/sources"
)

// client is what the requests of an archive say about the browser that sent them: each by the first request that does.
type client struct {
	agent  earliest
	locale earliest // the language that the browser prefers
	origin earliest // of the page that asked
}

// earliest is the value of the earliest request that has one.
type earliest struct {
	value string
	at    time.Time
}

func (x *earliest) take(value string, at time.Time) {
	if value != "" && (x.value == "" || at.Before(x.at)) {
		x.value, x.at = value, at
	}
}

// see takes what an entry says.
func (c *client) see(e *entry) {
	req := e.details.Req
	c.agent.take(req.Get("user-agent"), e.start)
	language, _, _ := strings.Cut(req.Get("accept-language"), ",")
	language, _, _ = strings.Cut(language, ";")
	if language = strings.TrimSpace(language); language != "*" {
		c.locale.take(language, e.start)
	}
	if origin := cmp.Or(req.Get("origin"), sources.OriginOf(e.referer)); origin != "null" {
		c.origin.take(origin, e.start)
	}
}
