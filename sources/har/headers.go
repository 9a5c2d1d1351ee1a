package har

import (
	"regexp"
	"strings"

	"restep/player/playback"
)

// headers joins the headers of a message. Pseudo headers of HTTP/2 are none.
func headers(list []header) playback.Headers {
	h := playback.Headers{}
	for _, x := range list {
		if name := strings.ToLower(string(x.Name)); name != "" && name[0] != ':' {
			h.Add(name, string(x.Value))
		}
	}
	return h
}

// traceForm is a W3C traceparent header.
var traceForm = regexp.MustCompile(`^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}`)

func traceOf(h playback.Headers) string {
	if m := traceForm.FindStringSubmatch(h.Get("traceparent")); m != nil {
		return m[1]
	}
	return ""
}

// trimRequest leaves out headers that every request of a browser has, and that no replay needs.
func trimRequest(h playback.Headers, userAgent string) playback.Headers {
	for name := range h {
		switch name {
		case "host", "connection", "content-length", "accept-encoding", "accept-language", "dnt", "pragma", "priority",
			"upgrade-insecure-requests", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions", "upgrade":
			h.Del(name)
		case "user-agent":
			if h.Get(name) == userAgent {
				h.Del(name)
			}
		default:
			if strings.HasPrefix(name, "sec-ch-") || strings.HasPrefix(name, "sec-fetch-") || strings.HasPrefix(name, "proxy-connection") {
				h.Del(name)
			}
		}
	}
	if len(h) == 0 {
		return nil
	}
	return h
}

// trimResponse leaves out what speaks of the bytes on the wire: the content of an archive is decoded.
func trimResponse(h playback.Headers) playback.Headers {
	for _, name := range []string{
		"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "sec-websocket-accept",
		"sec-websocket-extensions", "upgrade", "alt-svc", "strict-transport-security", "report-to", "nel", "expect-ct",
	} {
		h.Del(name)
	}
	if len(h) == 0 {
		return nil
	}
	return h
}
