package chrome

import (
	"context"
	"errors"
	"fmt"
	"os"

	"restep/player"
	"restep/player/browser"
)

// leastParcel is the size, in bytes of content, from which the answers of a window travel in a file. The DevTools pipe
// takes 19 ms for a MB however it is used; a file takes about 2 ms and 3 ms for each MB (measured with 20 MB).
const leastParcel = 256 << 10

// parcels holds the object through which a document gets a file.
const parcels = "restep-parcels"

// span is where in a file some content is: from the first byte to behind the last one.
type span [2]int

// parcel hands the content of answers to the document that the tab shows in a file, which the document reads while its
// clock stands still. It returns where in it the content of each answer is, or nil where there is too little of it, or
// where the document has just gone: then the content goes with the answers.
func (t *tab) parcel(ctx context.Context, answers []player.Answer) ([]span, error) {
	size := 0
	for i := range answers {
		size += len(answers[i].Body)
	}
	if size < leastParcel {
		return nil, nil
	}
	ctx, cancel := t.within(ctx)
	defer cancel()
	mailbox, err := t.session.Send("Runtime.evaluate", params{
		"expression": "globalThis.__restep?.mailbox?.()", "objectGroup": parcels,
	})
	if err != nil {
		return nil, err
	}
	name, spans, err := pack(t.page.proc.Profile(), answers)
	if err != nil {
		return nil, fmt.Errorf("hand over answers: %w", err)
	}
	defer os.Remove(name)
	err = t.deliver(ctx, mailbox, name)
	var refused *browser.Error
	switch {
	case err != nil && overdue(ctx):
		return nil, t.silent()
	case errors.Is(err, browser.ErrGone), errors.As(err, &refused):
		return nil, nil
	}
	return spans, err
}

// deliver puts a file into a mailbox, a file input that belongs to no document, and has the page script read it.
func (t *tab) deliver(ctx context.Context, mailbox *browser.Pending, name string) error {
	var box struct {
		Result struct {
			ID string `json:"objectId"`
		} `json:"result"`
	}
	if err := mailbox.Wait(ctx, &box); err != nil {
		return err
	}
	if box.Result.ID == "" {
		return browser.ErrGone // no page script: the document is being replaced
	}
	defer t.session.Go("Runtime.releaseObjectGroup", params{"objectGroup": parcels})
	if err := t.session.Call(ctx, "DOM.setFileInputFiles", params{"files": []string{name}, "objectId": box.Result.ID}, nil); err != nil {
		return err
	}
	var read struct {
		Exception *struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	err := t.session.Call(ctx, "Runtime.callFunctionOn", params{
		"objectId": box.Result.ID, "functionDeclaration": "function() { return globalThis.__restep.unpack(this) }", "awaitPromise": true,
	}, &read)
	if err == nil && read.Exception != nil {
		return &browser.Error{Method: "Runtime.callFunctionOn", Message: read.Exception.Text}
	}
	return err
}

// pack writes the content of answers, one after the other, into a new file in dir.
func pack(dir string, answers []player.Answer) (name string, spans []span, err error) {
	f, err := os.CreateTemp(dir, "answers-")
	if err != nil {
		return "", nil, err
	}
	spans = make([]span, len(answers))
	at := 0
	for i := range answers {
		n, err := f.Write(answers[i].Body)
		if err != nil {
			return "", nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
		spans[i] = span{at, at + n}
		at += n
	}
	return f.Name(), spans, f.Close()
}
