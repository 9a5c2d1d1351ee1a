package chrome

import (
	"context"
	"errors"

	"restep/player/browser"
)

// inquiry is an expression of our own that the page evaluates. Its answer may come late: while a dialog is open, no
// page answers.
type inquiry struct {
	done chan struct{} // closed when it was answered; guards what follows
	text string        // "" where it is no string, or the document has just gone
	err  error         // the browser is gone
}

// ask has an expression evaluated in the main world. A goroutine, which ends with the page, waits for the answer.
func (t *tab) ask(expr string) *inquiry {
	q := &inquiry{done: make(chan struct{})}
	reply, err := t.session.Send("Runtime.evaluate", params{"expression": expr, "returnByValue": true})
	if t.page.ctx.Err() != nil {
		err = errClosed
	}
	if err != nil {
		q.err = err
		close(q.done)
		return q
	}
	t.page.work.Go(func() {
		defer close(q.done)
		var r struct {
			Result struct {
				Value any `json:"value"`
			} `json:"result"`
		}
		err := reply.Wait(t.page.ctx, &r)
		var refused *browser.Error
		if errors.Is(err, browser.ErrGone) || errors.As(err, &refused) {
			return
		}
		q.text, _ = r.Result.Value.(string)
		q.err = err
	})
	return q
}

// answer waits for the answer to an inquiry; ok is false where a dialog holds it up.
func (t *tab) answer(ctx context.Context, q *inquiry) (text string, ok bool, err error) {
	ctx, cancel := t.within(ctx)
	defer cancel()
	if t.open() != nil {
		return "", false, nil
	}
	for {
		select {
		case <-q.done:
			return q.text, true, q.err
		case <-t.dialogCh:
			if t.open() != nil {
				return "", false, nil
			}
		case <-ctx.Done():
			if overdue(ctx) {
				return "", false, t.silent()
			}
			return "", false, ctx.Err()
		}
	}
}

// evaluate asks for what is of no interest later: where a dialog opens, the answer is "".
func (t *tab) evaluate(ctx context.Context, expr string) (string, error) {
	text, _, err := t.answer(ctx, t.ask(expr))
	return text, err
}
