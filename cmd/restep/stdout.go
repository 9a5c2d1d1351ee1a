package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// exitPipe is the status of a command whose reader has gone, as of one that SIGPIPE ended: 128 and the signal's number.
const exitPipe = 141

// results is standard output as the commands see it. It keeps the first error, so that no command looks at each of its
// prints: run does, once, by outcome. It belongs to one goroutine.
type results struct {
	w    io.Writer
	stop context.CancelFunc // ends the command: nobody sees what else it finds out
	err  error
}

// Write implements [io.Writer]. After an error nothing more is written.
func (r *results) Write(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.w.Write(p)
	if err != nil {
		r.err = err
		r.stop()
	}
	return n, err
}

// outcome is how a command ends that returned err: results that could not be written count more than what they said,
// except that git bisect has a status of its own for what could not be tried.
func (r *results) outcome(err error) error {
	if r.err == nil {
		return err
	}
	x := &exitError{
		code: exitCannot, err: fmt.Errorf("write to standard output: %w", cause(r.err)),
		hint: "What was printed is not complete.",
	}
	if errors.Is(r.err, syscall.EPIPE) || errors.Is(r.err, io.ErrClosedPipe) {
		x = &exitError{code: exitPipe} // head and less have seen enough: that is not worth a word
	}
	if own := (*exitError)(nil); errors.As(err, &own) && own.code == bisectSkip {
		x.code = bisectSkip
	}
	return x
}
