package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"restep/player/playback"
)

// head fills in what stands above everything else.
func (b *builder) head() {
	h := b.File.Header()
	r := &b.Report
	r.Title, r.Name, r.Verdict, r.Reason = h.Title, b.File.Name(), b.Run.Verdict, b.reason()
	if r.Title == "" {
		r.Title = filepath.Base(r.Name) // where it is on this machine is nobody's business
	}
	r.Site = h.App
	add := func(name, value string) {
		if value != "" {
			r.Facts = append(r.Facts, Fact{name, value})
		}
	}
	add("Actions", fmt.Sprintf("%d of %d", b.Run.Actions, len(b.Steps)))
	if n := b.File.Len(); n > 0 {
		add("Session", seconds(b.File.T(n-1)))
	}
	add("Played in", seconds(b.Run.Elapsed))
	if !h.Start.IsZero() {
		add("Recorded", h.Start.UTC().Format("2006-01-02 15:04 UTC"))
	}
	if !b.Run.Start.IsZero() {
		add("Played", b.Run.Start.UTC().Format("2006-01-02 15:04 UTC"))
	}
	add("Recorded app", h.App)
	add("Local app", b.App)
	add("Recorded commit", clip(h.Commit, 12))
	add("Viewport", viewport(h.Viewport))
	if n := b.Run.Unanswered; n > 0 {
		add("Blocked", Count(n, "unrecorded request"))
	}
	if n := b.Run.Missing; n > 0 {
		add("Not made", Count(n, "recorded request"))
	}
	add("End state", clip(b.Run.State, 13))
	r.Notes = append(r.Notes, b.runs()...)
}

func viewport(v playback.Viewport) string {
	if v.Width == 0 {
		return ""
	}
	return fmt.Sprintf("%d × %d", v.Width, v.Height)
}

// runs says how several runs went.
func (b *builder) runs() []string {
	if len(b.Runs) < 2 {
		return nil
	}
	first := b.Runs[0]
	if !slices.ContainsFunc(b.Runs, func(o Outcome) bool { return o != first }) {
		return []string{fmt.Sprintf("%d runs ended in the same state.", len(b.Runs))}
	}
	list := make([]string, 0, len(b.Runs))
	for i, o := range b.Runs {
		list = append(list, fmt.Sprintf("%d %s %.12s", i+1, o.Verdict, o.State))
	}
	return []string{"The runs ended differently, and this is the first: " + strings.Join(list, ", ") + "."}
}

// reason is why the verdict is what it is.
func (b *builder) reason() string {
	until := ""
	if b.Until >= 0 && b.Until < b.File.Len() {
		until = fmt.Sprintf(" up to line %d", b.File.Line(b.Until))
	}
	switch b.Run.Verdict {
	case playback.Reproduced:
		return b.reproduced() + until + "."
	case playback.Diverged:
		return b.diverged() + until + "."
	case playback.Gone:
		switch len(b.Failures) {
		case 0:
			return "The failure condition was never true" + until + "."
		case 1:
			return "The recorded failure did not occur" + until + ": " + b.Failures[0].Text + "."
		}
		return fmt.Sprintf("None of the %d recorded failures occurred%s.", len(b.Failures), until)
	case playback.Matched:
		text := "Nothing failed, as recorded" + until
		if n := len(b.Divergences); n > 0 {
			text += "; " + Count(n, "difference") + " that do not count"
		}
		return text + "."
	}
	return "There is no verdict: a person changed the course of the run, or nothing was played."
}

func (b *builder) reproduced() string {
	occurred := 0
	var first *Failure
	for i := range b.Failures {
		f := &b.Failures[i]
		if f.Occurred && (f.Recorded || f.Kind == "fail-if") {
			if occurred++; first == nil {
				first = f
			}
		}
	}
	if first == nil {
		return "A recorded failure occurred again"
	}
	text := first.Text + " occurred again"
	if first.Kind == "fail-if" {
		text = "The failure condition was true: " + first.Text
	}
	text += b.after(first.Step)
	if occurred > 1 {
		text += ", and so did " + Count(occurred-1, "other failure")
	}
	return text
}

func (b *builder) diverged() string {
	for i := range b.Divergences {
		if d := &b.Divergences[i]; d.Blocking {
			return "The run left the recording" + b.after(d.Step) + ": " + strings.TrimSuffix(d.Text, ".")
		}
	}
	return "The run left the recording"
}

// after names the action of a number.
func (b *builder) after(n int) string {
	if n == 0 {
		return " before the first action"
	}
	s := b.Steps[n-1]
	return fmt.Sprintf(" after action %d (%s)", n, strings.TrimSuffix(s.Text, "."))
}

// Count is "1 action", "3 actions".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// seconds is a time in ms for people.
func seconds(ms float64) string {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", ms)
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
