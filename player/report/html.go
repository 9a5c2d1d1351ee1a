package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"strings"
)

//go:embed page
var page embed.FS

// WriteHTML writes the report as one page that needs nothing else: it holds its pictures, style and script, and its content
// security policy lets it do nothing but show them.
func (r *Report) WriteHTML(w io.Writer) error {
	style, script := asset("report.css"), asset("report.js")
	t, err := template.New("report.html").Funcs(template.FuncMap{
		"clock": clock, "seconds": seconds, "count": Count, "slug": slug, "base": filepath.Base,
		"style":  func() template.CSS { return template.CSS(style) },
		"script": func() template.JS { return template.JS(script) },
		"policy": func() string { return policy(style, script) },
		"span":   func(b *Bar) string { return clock(b.From) + ", " + b.Ms() },
		"next":   func(i int) int { return i + 1 },
		"before": func(i int) int { return i - 1 },
		"pair":   func(x Exchange, ticks []Tick) row { return row{&x, ticks} },
	}).ParseFS(page, "page/*.html")
	if err != nil {
		return fmt.Errorf("the page of reports: %w", err)
	}
	if err := t.Execute(w, view{r, r.data()}); err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	return nil
}

// view is what the template sees.
type view struct {
	*Report
	Data data // what the script needs
}

// row is an exchange with the later actions on its axis.
type row struct {
	Exchange *Exchange
	Ticks    []Tick
}

// data is what the page's script gets, as JSON.
type data struct {
	Pictures []string  `json:"pictures"` // base64 with the characters of URLs, which JSON in HTML leaves as they are
	Types    []string  `json:"types"`
	Ratios   []float64 `json:"ratios"` // width by height
	Most     int       `json:"most"`   // how wide a picture may be shown, in CSS px
	Steps    []frame   `json:"steps"`
	Text     string    `json:"text"` // the steps, for the clipboard
}

// frame is a step of the film strip.
type frame struct {
	N        int    `json:"n"`
	Time     string `json:"time"`
	Text     string `json:"text"`
	About    string `json:"about"`
	Shot     int    `json:"shot"`
	Mark     *Mark  `json:"mark,omitempty"`
	Links    []link `json:"links,omitempty"`
	Problem  bool   `json:"problem,omitempty"`
	Warning  bool   `json:"warning,omitempty"`
	NotDone  bool   `json:"notDone,omitempty"`
	Blurb    string `json:"blurb"`    // what the picture shows
	Requests string `json:"requests"` // "3 requests"
}

// link leads to a part of the page.
type link struct {
	To   string `json:"to"`
	Text string `json:"text"`
	Bad  bool   `json:"bad,omitempty"`
}

func (r *Report) data() data {
	d := data{Text: r.StepsText(), Most: PictureWidth(len(r.Steps)) * 3 / 2}
	for _, p := range r.Pictures {
		d.Pictures = append(d.Pictures, base64.URLEncoding.EncodeToString(p.Data))
		d.Types = append(d.Types, p.Type)
		d.Ratios = append(d.Ratios, p.Width/p.Height)
	}
	for i := range r.Steps {
		d.Steps = append(d.Steps, r.frame(&r.Steps[i]))
	}
	if r.End != nil {
		f := r.frame(r.End)
		f.Blurb = "The page at the end of the run."
		d.Steps = append(d.Steps, f)
	}
	return d
}

func (r *Report) frame(s *Step) frame {
	f := frame{
		N: s.N, Time: clock(s.T), Text: s.Text, Shot: s.Shot, Mark: s.Mark, Problem: s.Failed || s.Blocked,
		Warning: s.Differs, NotDone: !s.Done, Links: r.links(s),
	}
	if s.Line > 0 {
		f.About = fmt.Sprintf("line %d · %s", s.Line, s.ID)
	}
	switch {
	case !s.Done:
		f.Blurb = "The run ended before this action."
	case s.Shot < 0:
		f.Blurb = "There is no picture of this action."
	case s.Before:
		f.Blurb = "The page right before the action."
	default:
		f.Blurb = "The page after the action."
	}
	if s.Requests > 0 {
		f.Requests = Count(s.Requests, "request")
	}
	return f
}

// links lead from a step to what followed it.
func (r *Report) links(s *Step) []link {
	var out []link
	for i, f := range r.Failures {
		if f.Step == s.N && f.Occurred {
			out = append(out, link{fmt.Sprintf("#failure-%d", i+1), f.Text, true})
		}
	}
	for _, d := range r.Divergences {
		if d.Step == s.N && len(out) < 12 {
			out = append(out, link{fmt.Sprintf("#divergence-%d", d.N), d.Text, d.Blocking})
		}
	}
	return out
}

// StepsText is the steps to reproduce as plain text, for a ticket: the title, where it was, one step a line, such as "1. Open
// /cart.", and what went wrong when it was recorded.
func (r *Report) StepsText() string {
	var b strings.Builder
	b.WriteString(r.Title + "\n")
	if r.Site != "" {
		b.WriteString("On " + r.Site + ":\n")
	}
	b.WriteByte('\n')
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%d. %s\n", s.N, s.Text)
	}
	for i, line := range r.Then() {
		if i == 0 {
			b.WriteString("\nWhat happens:\n")
		}
		b.WriteString("- " + line + "\n")
	}
	return b.String()
}

// mostThen is how many failures are told below the steps.
const mostThen = 20

// Then is what went wrong when the session was recorded, a line each, after which step.
func (r *Report) Then() []string {
	var out []string
	for i := range r.Failures {
		f := &r.Failures[i]
		if !f.Recorded || len(out) == mostThen {
			continue
		}
		text := f.Text
		if f.Step > 0 {
			text = fmt.Sprintf("after step %d: %s", f.Step, text)
		}
		out = append(out, text)
	}
	return out
}

// policy lets the page have pictures of its own and the style and script that it was written with, and nothing else:
// https://www.w3.org/TR/CSP3/#framework-directive-source-list.
func policy(style, script string) string {
	return "default-src 'none'; img-src data:; style-src '" + hash(style) + "'; script-src '" + hash(script) + "'; base-uri 'none'; form-action 'none'"
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// asset is a file of the page; a missing one is a mistake of the build.
func asset(name string) string {
	text, err := page.ReadFile("page/" + name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// clock is a time in ms since the start of the recording: "1:02.345".
func clock(ms float64) string {
	n := int64(math.Round(ms))
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	if h := n / 3600_000; h > 0 {
		return fmt.Sprintf("%s%d:%02d:%02d.%03d", sign, h, n/60_000%60, n/1000%60, n%1000)
	}
	return fmt.Sprintf("%s%d:%02d.%03d", sign, n/60_000, n/1000%60, n%1000)
}

// slug is a text as the name of a class.
func slug(v any) string { return strings.ReplaceAll(fmt.Sprint(v), " ", "-") }
