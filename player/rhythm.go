package player

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"restep/player/playback"
)

// together is the time in ms within which characters are typed at once: each piece of a text costs round trips.
const together = 60

// mostPieces bounds the pieces of a text; longer ones come faster in the end.
const mostPieces = 500

// pieces cuts the typing of a text by its rhythm into events of its own, each at its time: apps look things up and save
// when a person pauses. A text without a rhythm is one piece. Where the app has made something else of the text the pieces
// have no value: it is typed as it was, and the app does the same again.
func pieces(e *playback.Event) []*playback.Event {
	if e.Kind == playback.Type && e.Text != "" && e.Value != nil && !held(e) {
		bare := *e
		bare.Value = nil
		e = &bare
	}
	if e.Kind != playback.Type || len(e.Rhythm) == 0 || len(e.Rhythm) != utf8.RuneCountInString(e.Text) {
		return []*playback.Event{e}
	}
	whole := e.Value != nil && *e.Value == e.Text // nothing else is in the field
	var out []*playback.Event
	begin, n := 0, 0
	cut := func(end int) {
		part := *e
		part.Text, part.Rhythm, part.Value = e.Text[begin:end], nil, nil
		part.T = e.T + e.Rhythm[n]
		switch {
		case end == len(e.Text):
			part.Value = e.Value
		case whole:
			value := e.Text[:end]
			part.Value = &value
		}
		out = append(out, &part)
	}
	i := 0
	for at := range e.Text {
		if i > 0 && e.Rhythm[i]-e.Rhythm[n] >= together && len(out) < mostPieces {
			cut(at)
			begin, n = at, i
		}
		i++
	}
	cut(len(e.Text))
	return out
}

// held reports whether the value of a field, which was read after a text was typed, has the text in it but for signs and
// case, as formats add them. An app that takes the text, such as a list that a scanner adds to, has emptied the field by
// then. A value with stand-ins need not have those of the text in it.
func held(e *playback.Event) bool {
	if *e.Value != "" && slices.Contains(e.Masked, "value") {
		return true
	}
	return strings.Contains(*e.Value, e.Text) || letters(e.Text) != "" && strings.Contains(letters(*e.Value), letters(e.Text))
}

// letters are the letters and digits of a text in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// typeOn types the next piece of the text that was begun.
func (r *pass) typeOn(ctx context.Context) error {
	e := r.rest[0]
	r.rest = r.rest[1:]
	found, err := r.page.Act(ctx, e)
	if err != nil {
		return fmt.Errorf("type on at %.0f ms: %w", e.T, err)
	}
	if found.Problem != "" {
		r.rest = nil
	}
	return r.foundProblem(ctx, r.acted, found)
}
