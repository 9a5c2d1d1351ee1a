package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"restep/player/culprit"
	"restep/player/playback"
	"restep/player/report"
)

// exploreCmd plays a recording in other orders of its answers.
type exploreCmd struct {
	causeFlags
	Race bool   `help:"Have answers come in other orders, and say which of them fail."`
	Runs int    `default:"64" placeholder:"N" help:"Play so many orders at most, with the recorded one (${default})."`
	Seed uint64 `default:"1" placeholder:"N" help:"Draw the orders that are left to chance from this seed (${default})."`
}

// Validate is called by kong after parsing.
func (c *exploreCmd) Validate() error {
	if !c.Race {
		return errors.New("say what to explore: --race")
	}
	if c.Runs < 2 {
		return fmt.Errorf("--runs %d: at least two", c.Runs)
	}
	return c.causeFlags.Validate()
}

// exploreResult is what `restep explore --json` prints.
type exploreResult struct {
	File      string         `json:"file"`
	Recorded  exploreOrder   `json:"recorded"`
	Left      string         `json:"left,omitzero"` // where the recorded order left the recording, as every other one may
	Flip      *exploreOrder  `json:"flip,omitzero"` // the smallest change that turns the outcome
	Orders    []exploreOrder `json:"orders"`        // the smallest changes first
	Waits     []exploreWait  `json:"waits"`         // requests, or messages of the app, that were seen to wait for an answer
	Answers   int            `json:"answers"`       // that can be moved, with messages of sockets and streams
	Complete  bool           `json:"complete"`      // every order by one move was played
	Runs      int            `json:"runs"`
	Seed      uint64         `json:"seed"`
	Output    string         `json:"output,omitzero"`
	ElapsedMS float64        `json:"elapsedMs"`
}

// exploreOrder is an order of answers in the output.
type exploreOrder struct {
	Outcome  culprit.Outcome       `json:"outcome"`
	Text     string                `json:"text,omitzero"` // what is otherwise than recorded, for people
	Moves    []exploreMove         `json:"moves,omitzero"`
	Failures []playback.RunFailure `json:"failures"`
}

// exploreMove is an answer that comes before another event than it was recorded before; empty: at the end.
type exploreMove struct {
	Answer string `json:"answer"`
	Before string `json:"before,omitzero"`
}

// exploreWait is a request that is made only when an answer has come.
type exploreWait struct {
	Answer  string `json:"answer"`
	Request string `json:"request"`
}

// Run explores, and writes the order that turns the outcome where that was asked for.
func (c *exploreCmd) Run(e *env) error {
	begun := time.Now()
	s, err := c.open(e)
	if err != nil {
		return err
	}
	defer s.close()
	x, err := culprit.Explore(e.ctx, s.lab, s.file, culprit.ExploreOptions{
		Jobs: c.jobs(), Runs: c.Runs, Seed: c.Seed, Only: c.Failure, Progress: c.progress(e),
	})
	if x == nil {
		return playError(e.ctx, err)
	}
	r, failed := c.result(s.file, x)
	if failed != nil {
		return failed
	}
	flip := x.Flip()
	var confirmed error
	if flip != nil && c.Output != "" {
		r.Output = c.Output
		confirmed = c.save(e, s, flip, err == nil)
	}
	r.ElapsedMS = float64(time.Since(begun).Microseconds()) / 1000
	if err := c.print(e, r); err != nil {
		return err
	}
	switch {
	case confirmed != nil:
		return confirmed
	case err != nil:
		why := "interrupted"
		if e.ctx.Err() == nil {
			why = err.Error()
		}
		return &exitError{code: exitCannot, err: errors.New(why + ": there are more orders")}
	case flip == nil && c.Output != "":
		return &exitError{code: exitFailed, err: fmt.Errorf("no order turns the outcome: %s was not written", c.Output)}
	case flip != nil && flip.Outcome == culprit.Fails:
		return &exitError{code: exitFailed}
	}
	return nil
}

// save writes the order that turns the outcome, and plays it once more where again is set.
func (c *exploreCmd) save(e *env, s *search, flip *culprit.Order, again bool) error {
	run, err := c.write(e, s, flip.File, c.Output, again)
	if err != nil || run == nil {
		return err
	}
	if fails := len(run.Failures.Live) > 0; fails != (flip.Outcome == culprit.Fails) {
		return &exitError{
			code: exitFailed, err: fmt.Errorf("the file that was written ends otherwise than before: its verdict is %s", run.Verdict),
			hint: "Runs of this session may differ: restep play --runs 3 " + c.File + " looks whether they do.",
		}
	}
	return nil
}

// progress tells a terminal how far it is.
func (c *exploreCmd) progress(e *env) func(culprit.Progress) {
	if !e.tty {
		return nil
	}
	return func(p culprit.Progress) { fmt.Fprintf(e.stderr, "restep: %d of %s\n", p.Runs, count(p.Of, "run")) }
}

// result puts what was found into words.
func (c *exploreCmd) result(f *playback.File, x *culprit.Explored) (*exploreResult, error) {
	r := &exploreResult{
		File: c.File, Left: x.Left, Orders: []exploreOrder{}, Waits: []exploreWait{}, Answers: x.Answers, Complete: x.All, Runs: 1 + len(x.Orders), Seed: c.Seed,
	}
	var err error
	if r.Recorded, err = orderResult(f, &x.Recorded); err != nil {
		return nil, usageError(err, checkHint(c.File))
	}
	flip := x.Flip()
	for i := range x.Orders {
		o, err := orderResult(f, &x.Orders[i])
		if err != nil {
			return nil, usageError(err, checkHint(c.File))
		}
		r.Orders = append(r.Orders, o)
		if &x.Orders[i] == flip {
			r.Flip = &o
		}
	}
	for pos := range f.Len() {
		if req, ok := x.Needs[pos]; ok {
			r.Waits = append(r.Waits, exploreWait{f.ID(pos), f.ID(req)})
		}
	}
	return r, nil
}

func orderResult(f *playback.File, x *culprit.Order) (exploreOrder, error) {
	o := exploreOrder{Outcome: x.Outcome, Failures: x.Failures}
	if o.Failures == nil {
		o.Failures = []playback.RunFailure{}
	}
	var texts []string
	for _, m := range x.Moves {
		text, err := moveText(f, m)
		if err != nil {
			return o, err
		}
		texts = append(texts, text)
		move := exploreMove{Answer: f.ID(m.Answer)}
		if m.Before < f.Len() {
			move.Before = f.ID(m.Before)
		}
		o.Moves = append(o.Moves, move)
	}
	o.Text = strings.Join(texts, ", ")
	return o, nil
}

func (c *exploreCmd) print(e *env, r *exploreResult) error {
	if c.JSON {
		return printJSON(e, r)
	}
	p := paintFor(e)
	told := func(o *exploreOrder) string {
		if o.Outcome != culprit.Fails {
			return string(o.Outcome)
		}
		return string(o.Outcome) + ": " + printable(report.FailureText(&o.Failures[0]))
	}
	switch {
	case r.Flip != nil:
		fmt.Fprintf(e.stdout, "%s\n", p.strong(printable(r.Flip.Text)+": "+told(r.Flip)))
	case r.Answers == 0:
		fmt.Fprintf(e.stdout, "%s\n", p.strong("There is no answer that could come at another place."))
	default:
		fmt.Fprintf(e.stdout, "%s\n", p.strong("No other order changes the outcome."))
	}
	fmt.Fprintf(e.stdout, "as recorded: %s\n", told(&r.Recorded))
	if r.Left != "" {
		fmt.Fprintf(e.stdout, "%s\n", p.warn("but the app leaves the recording there: "+printable(r.Left)))
	}
	fmt.Fprintln(e.stdout)
	counts := map[culprit.Outcome]int{}
	for i := range r.Orders {
		o := &r.Orders[i]
		counts[o.Outcome]++
		fmt.Fprintf(e.stdout, "  %-10s  %s\n", o.Outcome, printable(o.Text))
	}
	lost := ""
	if n := counts[culprit.Lost]; n > 0 {
		lost = fmt.Sprintf(", %d lost the page", n)
	}
	fmt.Fprintf(e.stdout, "\n%s played in %.1f s: %d fail, %d fine, %d left the recording, %d impossible%s\n", count(len(r.Orders), "other order"), r.ElapsedMS/1000,
		counts[culprit.Fails], counts[culprit.Fine], counts[culprit.Left], counts[culprit.Impossible], lost)
	if !r.Complete {
		fmt.Fprintln(e.stdout, "There are more orders by one move: --runs plays more")
	}
	if r.Output != "" {
		fmt.Fprintf(e.stdout, "%s is the session in the order of the first line\n", printable(r.Output))
	}
	return nil
}
