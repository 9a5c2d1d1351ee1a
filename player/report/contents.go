package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"restep/player"
	"restep/player/playback"
)

// content is a body as it is shown: laid out where it is JSON, and cut. A body that is not text is described.
func (b *builder) content(body *playback.Body) string {
	if body == nil || b.spent > mostContents {
		return ""
	}
	text := b.describe(body)
	b.spent += len(text)
	return text
}

func (b *builder) describe(body *playback.Body) string {
	if body.Hole() {
		return "(content is missing: " + body.Missing + ")"
	}
	if body.Size > 1<<20 {
		return fmt.Sprintf("(%d bytes)", body.Size)
	}
	data, err := b.File.Content(body)
	switch {
	case err != nil:
		return "(content cannot be read: " + err.Error() + ")"
	case len(data) == 0:
		return ""
	case !utf8.Valid(data) || slices.Contains(data, 0):
		return fmt.Sprintf("(%d bytes that are no text)", len(data))
	}
	return cut(layOut(string(data)))
}

// cut shortens a content.
func cut(s string) string {
	if len(s) <= mostContent {
		return s
	}
	return strings.ToValidUTF8(s[:mostContent], "") + fmt.Sprintf("\n… %d bytes more", len(s)-mostContent)
}

// contents fills in what was asked, and how the live request differs in it. Where a part of the recorded content is
// masked, the live one is not shown: it may hold the real thing.
func (b *builder) contents(x *Exchange, e *playback.Event, made bool, live player.Seen) {
	if b.spent > mostContents {
		x.Cut, x.Got = true, ""
		return
	}
	x.Asked = b.content(e.Body)
	if !made || live.Body == nil || masked(e, "body") {
		return
	}
	if real := b.describe(live.Body); real != x.Asked {
		x.Rows = Compare(x.Asked, real)
		b.spent += len(real)
	}
}

// masked reports whether something at or below a path of the line is a stand-in.
func masked(e *playback.Event, path string) bool {
	return slices.ContainsFunc(e.Masked, func(m string) bool {
		return m == path || strings.HasPrefix(m, path+".") || strings.HasPrefix(m, path+"[")
	})
}
