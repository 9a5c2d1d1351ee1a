package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"restep/player/playback"
)

// Judgement is how CI should take a run.
type Judgement struct {
	Good bool   // the exit status is 0: what went wrong was expected, or does not count
	Why  string // where it is not: why, in one sentence; empty: the report's reason
	When time.Time
	Took time.Duration
}

// WriteJUnit writes the report as JUnit XML, in the form that GitLab and Jenkins read: one suite for the file, a test case
// for each action, and one for the verdict.
//
// A case stands for an action, not for a failure or divergence, because CI systems know a test by its class and name from
// run to run: actions are there in every run of a file under the same name, so that "newly failed" and "fixed" mean what
// they say, and a red case says where in the session it happened. Actions that the run did not come to are skipped. What
// a good run found, because it was expected or does not count, is the output of its case and turns nothing red. Texts that
// XML cannot hold have replacement characters (https://www.w3.org/TR/xml/#charsets).
func (r *Report) WriteJUnit(w io.Writer, j Judgement) error {
	class := strings.TrimSuffix(filepath.Base(r.Name), ".playback")
	suite := junitSuite{
		Name: r.Title, File: r.Name, Time: secondsOf(j.Took), Properties: []junitProperty{{"verdict", verdictName(r.Verdict)}, {"reason", r.Reason}},
	}
	if !j.When.IsZero() {
		suite.Timestamp = j.When.UTC().Format("2006-01-02T15:04:05")
	}
	for i := range r.Steps {
		suite.Cases = append(suite.Cases, r.junitCase(&r.Steps[i], class, j.Good))
	}
	verdict := junitCase{Class: class, Name: "verdict", File: r.Name, Time: "0.000"}
	if j.Good {
		verdict.Out = r.Reason
	} else {
		why := r.Reason
		if j.Why != "" {
			why = visible(j.Why)
		}
		verdict.Failure = &junitFailure{Type: verdictName(r.Verdict), Message: why, Text: r.apart()}
	}
	suite.Cases = append(suite.Cases, verdict)
	return writeSuite(w, suite)
}

// JUnitError is what stands for a run that could not take place.
func JUnitError(w io.Writer, file string, err error) error {
	class := strings.TrimSuffix(filepath.Base(file), ".playback")
	text := visible(err.Error())
	return writeSuite(w, junitSuite{Name: class, File: file, Time: "0.000", Cases: []junitCase{{
		Class: class, Name: "verdict", File: file, Time: "0.000", Error: &junitFailure{Type: "cannot play", Message: text, Text: text},
	}}})
}

// junitCase is the case of a step.
func (r *Report) junitCase(s *Step, class string, good bool) junitCase {
	c := junitCase{Class: class, Name: fmt.Sprintf("%d. %s", s.N, s.Text), File: r.Name, Line: s.Line, Time: fmt.Sprintf("%.3f", s.Took/1000)}
	if !s.Done {
		c.Skipped = &junitSkipped{Message: "The run ended before this action."}
		return c
	}
	var bad, mild []string
	kind := ""
	for i := range r.Failures {
		if f := &r.Failures[i]; f.Step == s.N && f.Occurred {
			kind = first(kind, f.Kind)
			bad = append(bad, strings.Join(append([]string{f.Text}, f.Stack...), "\n    at "))
		}
	}
	for i := range r.Divergences {
		d := &r.Divergences[i]
		if d.Step != s.N {
			continue
		}
		text := string(d.Kind) + ": " + d.Text + sidesText(d.Rows)
		if !d.Blocking {
			mild = append(mild, text)
			continue
		}
		kind = first(kind, string(d.Kind))
		bad = append(bad, text)
	}
	if len(bad) > 0 && !good {
		message, _, _ := strings.Cut(bad[0], "\n")
		c.Failure = &junitFailure{Type: kind, Message: message, Text: strings.Join(bad, "\n\n")}
		bad = nil
	}
	c.Out = strings.Join(append(bad, mild...), "\n\n")
	return c
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// apart is what went wrong before the first action or at none.
func (r *Report) apart() string {
	var out []string
	for _, f := range r.Failures {
		if f.Step == 0 && f.Occurred {
			out = append(out, f.Text)
		}
	}
	for _, d := range r.Divergences {
		if d.Step == 0 {
			out = append(out, string(d.Kind)+": "+d.Text+sidesText(d.Rows))
		}
	}
	return strings.Join(append(out, r.Notes...), "\n")
}

// sidesText is a comparison as text: "-" before what was recorded, "+" before what is live.
func sidesText(rows []Row) string {
	var b strings.Builder
	for _, row := range rows {
		switch row.Kind {
		case Folded:
			fmt.Fprintf(&b, "\n  … %s", Count(row.Count, "line"))
		case Same:
			b.WriteString("\n  " + Text(row.Left))
		default:
			if row.Left != nil {
				b.WriteString("\n- " + Text(row.Left))
			}
			if row.Right != nil {
				b.WriteString("\n+ " + Text(row.Right))
			}
		}
	}
	return b.String()
}

// Text is what spans say together.
func Text(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

func verdictName(v playback.Verdict) string {
	if v == playback.NoVerdict {
		return "no verdict"
	}
	return string(v)
}

func secondsOf(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// writeSuite counts the cases and writes the document.
func writeSuite(w io.Writer, s junitSuite) error {
	s.Tests = len(s.Cases)
	for i := range s.Cases {
		switch c := &s.Cases[i]; {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	text, err := xml.MarshalIndent(junitSuites{
		Name: "restep", Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Skipped: s.Skipped, Time: s.Time, Suites: []junitSuite{s},
	}, "", "  ")
	if err == nil {
		_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	}
	if err != nil {
		return fmt.Errorf("write JUnit XML: %w", err)
	}
	return nil
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	File       string          `xml:"file,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property,omitempty"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Error   *junitFailure `xml:"error"`
	Skipped *junitSkipped `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}
