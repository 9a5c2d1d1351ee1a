package report

import (
	"fmt"
	"slices"
	"strings"

	"restep/player/playback"
)

// mostDivergences bounds the list; those that block come first into it.
const mostDivergences = 500

// divergences lists them with their sides.
func (b *builder) divergences() error {
	list := b.Run.Divergences
	keep := min(len(list), mostDivergences)
	for _, blocking := range [...]bool{true, false} {
		for i := range list {
			d := &list[i]
			if d.Blocking != blocking {
				continue
			}
			b.markStep(d)
			if len(b.Divergences) == keep {
				continue
			}
			rows, err := Sides(b.File, d, b.liveBody(d))
			if err != nil {
				return err
			}
			b.Divergences = append(b.Divergences, Divergence{
				N: len(b.Divergences) + 1, Kind: d.Kind, Text: d.Text, Blocking: d.Blocking, Line: d.Line, Step: b.stepOfLine(d), Rows: rows,
			})
		}
	}
	if n := len(list) - keep; n > 0 {
		b.Notes = append(b.Notes, Count(n, "divergence")+" left out.")
	}
	return nil
}

func (b *builder) stepOfLine(d *playback.Divergence) int { return b.stepOf(d.ID) }

func (b *builder) markStep(d *playback.Divergence) {
	if s := b.at(b.stepOfLine(d)); s != nil {
		s.Blocked = s.Blocked || d.Blocking
		s.Differs = s.Differs || !d.Blocking
	}
}

// liveBody is the content of the live request that a divergence is about, nil for none.
func (b *builder) liveBody(d *playback.Divergence) *playback.Body {
	if d.Kind != playback.RequestDiffers {
		return nil
	}
	if pos, ok := b.File.Find(d.ID); ok {
		return b.Live[pos].Body
	}
	return nil
}

// Sides compares what was recorded with what was there instead, line by line. Live is the content of the live request, where
// the divergence is about one and it is known. It returns nil where there is nothing to compare.
func Sides(f *playback.File, d *playback.Divergence, live *playback.Body) ([]Row, error) {
	switch d.Kind {
	case playback.RequestDiffers:
		if rows, err := bodySides(f, d, live); rows != nil || err != nil {
			return rows, err
		}
	case playback.ElementNotFound, playback.ElementAmbiguous:
		return targetSides(f, d)
	case playback.FingerprintDiffer: // hashes say nothing to people
		return nil, nil
	}
	if d.Want == "" && d.Got == "" || d.Want == d.Got {
		return nil, nil
	}
	if (d.Want == "" || d.Got == "") && strings.Contains(d.Text, d.Want+d.Got) {
		return nil, nil // the text says it all
	}
	return Compare(d.Want, d.Got), nil
}

// bodySides compares the contents of two requests; nil where they do not differ or one is not known.
func bodySides(f *playback.File, d *playback.Divergence, live *playback.Body) ([]Row, error) {
	pos, ok := f.Find(d.ID)
	if !ok || live == nil {
		return nil, nil
	}
	e, err := f.Event(pos)
	if err != nil {
		return nil, fmt.Errorf("decode event %s: %w", d.ID, err)
	}
	if e.Body == nil || e.Body.Hole() || masked(e, "body") {
		return nil, nil
	}
	want, err := f.Content(e.Body)
	if err != nil {
		return nil, nil // it is shown as far as the player has compared it
	}
	got, err := f.Content(live)
	if err != nil || string(want) == string(got) || len(want) > 1<<20 {
		return nil, nil
	}
	return Compare(string(want), string(got)), nil
}

// targetSides lists by what an element was known when it was recorded, beside what was there.
func targetSides(f *playback.File, d *playback.Divergence) ([]Row, error) {
	pos, ok := f.Find(d.ID)
	if !ok {
		return nil, nil
	}
	e, err := f.Event(pos)
	if err != nil {
		return nil, fmt.Errorf("decode event %s: %w", d.ID, err)
	}
	t := e.On.Target
	if t == nil {
		return nil, nil
	}
	var by []string
	add := func(name, value string) {
		if value != "" {
			by = append(by, name+" "+clip(value, mostQuoted))
		}
	}
	add("test id", t.TestID)
	add("role", t.Role)
	add("name", t.Name)
	add("label", t.Label)
	add("text", t.Text)
	add("css", strings.Join(t.CSS, " ⟩ "))
	add("xpath", t.XPath)
	if len(by) == 0 {
		return nil, nil
	}
	_, detail, _ := strings.Cut(d.Text, " is ") // "the element of … is not found: …"
	rows := make([]Row, 0, len(by))
	for i, line := range by {
		row := Row{Kind: Removed, Left: []Span{{Text: line}}}
		if i == 0 {
			row.Kind, row.Right = Changed, []Span{{Text: detail, Mark: true}}
		}
		rows = append(rows, row)
	}
	return slices.Clip(rows), nil
}
