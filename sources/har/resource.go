package har

import (
	"mime"
	"path"
	"strings"
)

// resources are the words of browsers for what a request was made for, in the words of a playback.
var resources = map[string]string{
	"fetch": "fetch", "xhr": "xhr", "xmlhttprequest": "xhr", "beacon": "beacon", "ping": "beacon", "csp_report": "beacon",
	"document": "document", "subdocument": "document", "image": "image", "imageset": "image", "script": "script",
	"stylesheet": "style", "style": "style", "font": "font", "media": "media", "websocket": "ws", "eventsource": "sse",
	"texttrack": "other", "manifest": "other", "other": "other", "preflight": "other", "prefetch": "other",
	"signed-exchange": "other", "cspviolationreport": "beacon",
}

// resourceOf says what a request was made for; where the archive does not, from its headers, type and URL. sniffed
// tells that it did not.
func resourceOf(raw *rawEntry, e *entry) (resource string, sniffed bool) {
	if r, ok := resources[strings.ToLower(string(raw.Type))]; ok {
		return r, false
	}
	if strings.HasPrefix(e.url, "ws") || e.status == 101 || len(e.details.Sockets) > 0 {
		return "ws", false
	}
	switch dest := e.details.Req.Get("sec-fetch-dest"); dest {
	case "empty":
		return "fetch", false
	case "iframe", "frame":
		return "document", false
	case "audio", "video", "track":
		return "media", false
	case "":
	default:
		if r, ok := resources[dest]; ok {
			return r, false
		}
	}
	return sniff(raw, e), true
}

// sniff guesses what a request was made for.
func sniff(raw *rawEntry, e *entry) string {
	accept := e.details.Req.Get("accept")
	switch {
	case strings.EqualFold(e.details.Req.Get("x-requested-with"), "xmlhttprequest"):
		return "xhr"
	case strings.HasPrefix(accept, "text/event-stream"):
		return "sse"
	case strings.HasPrefix(accept, "image/"):
		return "image"
	case strings.HasPrefix(accept, "text/css"):
		return "style"
	case strings.HasPrefix(accept, "application/json"):
		return "fetch"
	}
	typ, _, _ := mime.ParseMediaType(string(raw.Response.Content.MimeType))
	if typ == "" || typ == "x-unknown" {
		typ, _, _ = mime.ParseMediaType(e.details.Res.Get("content-type"))
	}
	switch {
	case e.method != "GET" && e.method != "HEAD" && !(typ == "text/html" && strings.HasPrefix(accept, "text/html")):
		return "fetch"
	case typ == "text/html", typ == "application/xhtml+xml":
		if accept == "" || strings.HasPrefix(accept, "text/html") {
			return "document"
		}
		return "fetch"
	case typ == "text/css":
		return "style"
	case strings.Contains(typ, "javascript"), strings.Contains(typ, "ecmascript"), typ == "application/wasm":
		return "script"
	case typ == "text/event-stream":
		return "sse"
	case strings.HasPrefix(typ, "image/"):
		return "image"
	case strings.Contains(typ, "font"):
		return "font"
	case strings.HasPrefix(typ, "audio/"), strings.HasPrefix(typ, "video/"):
		return "media"
	case strings.HasSuffix(typ, "json"), strings.HasSuffix(typ, "xml"), typ == "text/plain",
		strings.Contains(typ, "protobuf"), strings.Contains(typ, "grpc"):
		return "fetch"
	}
	return byName(e.url)
}

// byName guesses from the end of the path.
func byName(url string) string {
	url, _, _ = strings.Cut(url, "?")
	switch strings.ToLower(path.Ext(url)) {
	case ".js", ".mjs", ".wasm":
		return "script"
	case ".css":
		return "style"
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico":
		return "image"
	case ".woff", ".woff2", ".ttf", ".otf":
		return "font"
	case ".mp4", ".webm", ".mp3", ".ogg":
		return "media"
	case ".json":
		return "fetch"
	}
	return "other"
}

// api reports whether a resource is what an app says to its back ends, and so part of the session whatever its
// origin.
func api(resource string) bool {
	switch resource {
	case "fetch", "xhr", "beacon", "ws", "sse":
		return true
	}
	return false
}
