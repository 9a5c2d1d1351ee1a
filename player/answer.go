package player

import (
	"errors"
	"fmt"
	"strings"

	"restep/player/playback"
)

// answer loads the answer at pos with its content. hole is the reason of a hole that was filled, "" for none.
func (c *catalog) answer(pos int, overrides map[int]Answer) (a Answer, hole string, err error) {
	e, err := c.file.Event(pos)
	if err != nil {
		return Answer{}, "", fmt.Errorf("answer %s: %w", c.label(pos), err)
	}
	a = Answer{
		Pos: pos, Of: c.file.Of(pos), T: e.T, Kind: e.Kind, Status: e.Status, Headers: c.localHeaders(e.Headers),
		Chunks: e.Chunks, Text: e.Text, Name: e.Name, LastID: e.LastID, Close: e.CloseBy,
	}
	if a.Of >= 0 {
		a.Latency = max(0, e.T-c.file.T(a.Of))
	}
	if o, ok := overrides[pos]; ok {
		a.Status, a.Headers, a.Body, a.Text = o.Status, o.Headers, o.Body, o.Text
		return a, "", nil
	}
	if e.Body == nil {
		return a, "", nil
	}
	body, err := c.file.Content(e.Body)
	if missing := (*playback.MissingError)(nil); errors.As(err, &missing) {
		body, hole, err = c.fillHole(e, a.Of), e.Body.Missing, nil
	}
	if err != nil {
		return Answer{}, "", fmt.Errorf("answer %s: %w", c.label(pos), err)
	}
	if a.Kind == playback.WS && textual(e.Body) || a.Kind == playback.SSE {
		a.Text = string(body)
		return a, hole, nil
	}
	a.Body = body
	return a, hole, nil
}

// content is [Scene.Content]: the bytes of a file that the user chose.
func (c *catalog) content(b *playback.Body) ([]byte, error) {
	data, err := c.file.Content(b)
	if missing := (*playback.MissingError)(nil); errors.As(err, &missing) {
		return fill(b, b.Type, c.opt.Fill), nil
	}
	return data, err
}

// fillHole returns what stands in for the content of e: the value of the launch configuration that is named by the
// answer's id or its request's id, or by a pattern that fits the request.
func (c *catalog) fillHole(e *playback.Event, of int) []byte {
	names := []string{e.ID}
	if of >= 0 {
		names = append(names, c.file.ID(of))
		if req, err := c.file.Event(of); err == nil {
			for name := range c.opt.Fill {
				if p := parsePattern(name); p.match(method(req), req.URL) {
					names = append(names, name)
				}
			}
		}
	}
	return fill(e.Body, contentType(e), c.opt.Fill, names...)
}

// textual reports whether a WebSocket message is a text one.
func textual(b *playback.Body) bool {
	return b.Text != nil || b.JSON != nil || b.Base64 == nil && (strings.HasPrefix(b.Type, "text/") || strings.HasSuffix(b.Type, "json"))
}

// localHeaders maps the URLs of headers that the browser acts on: without that a redirect would lead to the recorded
// server, and the local app's origin would be refused.
func (c *catalog) localHeaders(h playback.Headers) playback.Headers {
	var out playback.Headers
	for _, name := range [...]string{"location", "content-location", "access-control-allow-origin"} {
		values, ok := h[name]
		if !ok {
			continue
		}
		if out == nil {
			out = make(playback.Headers, len(h))
			for k, v := range h {
				out[k] = v
			}
		}
		mapped := make(playback.HeaderValues, len(values))
		for i, v := range values {
			mapped[i] = c.urls.local(v)
			if name == "access-control-allow-origin" && mapped[i] != v {
				mapped[i] = originOf(mapped[i]) // an origin has no trailing slash
			}
		}
		out[name] = mapped
	}
	if out == nil {
		return h
	}
	return out
}
