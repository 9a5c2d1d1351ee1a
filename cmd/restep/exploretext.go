package main

import (
	"cmp"
	"fmt"
	"net/url"

	"restep/player/culprit"
	"restep/player/playback"
	"restep/player/report"
)

// moveText says where an answer comes: "POST /cart (e9) answered before GET /prices (e4)", "the message e12 of /live after POST
// /cart (e9)". What is later than recorded and stands behind another answer is told by that.
func moveText(f *playback.File, m culprit.Move) (string, error) {
	what, err := eventText(f, m.Answer)
	if err != nil {
		return "", err
	}
	if !message(f.Kind(m.Answer)) {
		what += " answered"
	}
	if m.Before > m.Answer && f.Kind(m.Before-1).Delivered() {
		where, err := eventText(f, m.Before-1)
		return what + " after " + where, err
	}
	if m.Before >= f.Len() {
		return what + " after everything else", nil
	}
	where, err := eventText(f, m.Before)
	return what + " before " + where, err
}

func message(k playback.Kind) bool { return k == playback.WS || k == playback.SSE }

// eventText names an event: an answer by its request, a message by its socket, an action by what the user did.
func eventText(f *playback.File, pos int) (string, error) {
	e, err := f.Event(pos)
	if err != nil {
		return "", err
	}
	switch {
	case e.Kind.Action():
		return fmt.Sprintf("%s (%s)", report.Phrase(f.Header().App, e), e.ID), nil
	case e.Kind.Delivered() && f.Of(pos) >= 0:
		req, err := f.Event(f.Of(pos))
		if err != nil {
			return "", err
		}
		switch {
		case message(e.Kind) && e.CloseBy != 0:
			return fmt.Sprintf("the end of %s (%s)", pathText(req.URL), e.ID), nil
		case message(e.Kind):
			return fmt.Sprintf("the message%s of %s (%s)", saidText(e), pathText(req.URL), e.ID), nil
		}
		return fmt.Sprintf("%s %s (%s)", cmp.Or(req.Method, "GET"), pathText(req.URL), e.ID), nil
	case e.Kind == playback.Req:
		return fmt.Sprintf("the request %s %s (%s)", cmp.Or(e.Method, "GET"), pathText(e.URL), e.ID), nil
	}
	return fmt.Sprintf("%s %s", e.Kind, e.ID), nil
}

// saidText is what a message says, where that stands in its line as text.
func saidText(e *playback.Event) string {
	text := e.Text
	if b := e.Body; b != nil && b.Text != nil {
		text = *b.Text
	} else if b != nil && b.JSON != nil {
		text = string(b.JSON)
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf(" %q", clipText(text))
}

// pathText is a URL without its origin.
func pathText(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return s
	}
	return u.RequestURI()
}
