package report

import "restep/player/playback"

// mostSaid bounds the console section.
const mostSaid = 5000

// Said is a line of the console, recorded and live.
type Said struct {
	Step           int
	T              float64 // ms since the start of the recording
	Level          string
	Text           string
	Recorded, Real bool
	Ahead          bool  // the run ended before it
	Rows           []Row // where the two have other words
	Line           int
}

// Alike reports whether both have the line, as far as the run went.
func (s *Said) Alike() bool { return s.Recorded && (s.Real || s.Ahead) }

// mostText bounds a line of the console, in characters.
const mostText = 2000

// console joins what the console of both said, and uncaught errors.
func (b *builder) console() error {
	left := 0
	add := func(s Said) {
		if len(b.Console) >= mostSaid {
			left++
			return
		}
		s.Text = clip(s.Text, mostText)
		b.Console = append(b.Console, s)
	}
	extra := func(action int) {
		for i := range b.Extra[action] {
			if s := &b.Extra[action][i]; spoken(s.Kind) {
				add(Said{Step: b.before(action), T: s.T, Level: level(&s.Event), Text: said(&s.Event), Real: true})
			}
		}
	}
	extra(-1)
	for pos := range b.File.Len() {
		if b.File.Kind(pos).Action() {
			extra(pos)
			continue
		}
		if !spoken(b.File.Kind(pos)) {
			continue
		}
		e, err := b.File.Event(pos)
		if err != nil {
			return err
		}
		x := Said{Step: b.before(pos), T: e.T, Level: level(e), Text: said(e), Recorded: true, Line: b.File.Line(pos), Ahead: pos >= b.Run.Coverage.Ran}
		if live, seen := b.Live[pos]; seen {
			x.Real = true
			if text := said(&live.Event); text != x.Text && len(e.Masked) == 0 {
				x.Rows = Compare(clip(x.Text, mostText), clip(text, mostText))
			}
		}
		add(x)
	}
	if left > 0 {
		b.Notes = append(b.Notes, Count(left, "console line")+" left out.")
	}
	return nil
}

func spoken(k playback.Kind) bool { return k == playback.Console || k == playback.Error }

func level(e *playback.Event) string {
	switch {
	case e.Kind == playback.Error && e.Rejection:
		return "rejection"
	case e.Kind == playback.Error:
		return "uncaught"
	case e.Level == "":
		return "log"
	case e.Level == "warn":
		return "warning"
	}
	return e.Level
}

func said(e *playback.Event) string {
	if e.Kind == playback.Error {
		return FailureText(&playback.RunFailure{Kind: "error", Name: e.Name, Message: e.Message})
	}
	return e.Text
}
