package report

import (
	"fmt"
	"slices"

	"restep/player"
	"restep/player/playback"
)

// Bounds of the messages of sockets and event streams.
const (
	mostMessages = 200 // of a connection that are shown
	mostMessage  = 600 // characters of one
)

// Message is one of a socket or an event stream, recorded and live.
type Message struct {
	T              float64 // ms since the start of the recording
	Out            bool    // the app sent it
	Text           string
	Recorded, Real bool
	Ahead          bool // the run ended before it
	Line           int
}

// Odd reports whether only one side has the message, as far as the run went.
func (m *Message) Odd() bool { return m.Recorded != m.Real && !m.Ahead }

// messages lists those of a connection, whose request is at pos and was made as live: the recorded ones, and what the app sent
// besides, but for its words where something that was recorded here is masked. Lines are those that answer the request.
func (b *builder) messages(x *Exchange, pos int, lines []int, live player.Seen) error {
	all, secret := 0, false
	add := func(m Message) {
		if all++; m.Odd() {
			x.Odd++
		}
		if len(x.Messages) < mostMessages && b.spent <= mostContents {
			b.spent += len(m.Text)
			x.Messages = append(x.Messages, m)
		}
	}
	for _, at := range lines {
		if k := b.File.Kind(at); k != playback.WS && k != playback.SSE {
			continue
		}
		e, err := b.File.Event(at)
		if err != nil {
			return fmt.Errorf("decode event %s (line %d): %w", b.File.ID(at), b.File.Line(at), err)
		}
		secret = secret || len(e.Masked) > 0
		_, real := b.Live[at]
		add(Message{
			T: e.T, Out: e.Dir == playback.Out, Text: b.message(e), Recorded: true, Real: real,
			Ahead: at >= b.Run.Coverage.Ran, Line: b.File.Line(at),
		})
	}
	if _, made := b.Live[pos]; made && live.Live != 0 {
		for _, s := range b.sent[live.Live] {
			text := "(not shown, since what was recorded here is masked)"
			if !secret {
				text = b.message(&s.Event)
			}
			add(Message{T: s.T, Out: true, Text: text, Real: true})
		}
	}
	if all == 0 {
		return nil
	}
	slices.SortStableFunc(x.Messages, func(m, n Message) int {
		switch {
		case m.T < n.T:
			return -1
		case m.T > n.T:
			return 1
		}
		return 0
	})
	x.Status, x.MoreMessages = Count(all, "message"), all-len(x.Messages)
	if x.Odd > 0 && x.Real != nil && x.State == Alike {
		x.State, x.Note = Differs, Count(x.Odd, "message")+" on one side only"
	}
	return nil
}

// message is what one says, or that it ends the connection.
func (b *builder) message(e *playback.Event) string {
	if e.CloseBy != 0 {
		return fmt.Sprintf("(closed: %d%s)", e.CloseBy, behind(" ", clip(e.Text, mostQuoted)))
	}
	text := e.Text
	if e.Body != nil {
		text = b.describe(e.Body)
	}
	if e.Name != "" {
		text = e.Name + ": " + text
	}
	return clip(text, mostMessage)
}

// sentBeside lists what the app sent without a recorded line, by the page's number of the socket.
func (b *builder) sentBeside() map[int][]player.Seen {
	out := map[int][]player.Seen{}
	for _, list := range b.Extra {
		for _, s := range list {
			if s.Kind == playback.WS && s.Dir == playback.Out && s.Live != 0 {
				out[s.Live] = append(out[s.Live], s)
			}
		}
	}
	return out
}
