package har

import (
	"encoding/base64"
	"strings"
	"time"

	"restep/player/playback"
	"restep/sources"
)

// messages adds the messages of a WebSocket.
func (p *parser) messages(e *entry) {
	for i, m := range e.details.Sockets {
		ev := playback.Event{Kind: playback.WS, ID: e.id + "m" + itoa(i), Of: e.id, Dir: playback.In}
		if m.Type == "send" {
			ev.Dir = playback.Out
		}
		at := epoch(m.Time)
		if at.IsZero() {
			at, ev.Inferred = e.end(), true
		}
		ev.T = p.at(at)
		data := []byte(m.Data)
		switch m.Opcode {
		case 2:
			plain, err := base64.StdEncoding.DecodeString(m.Data)
			if err != nil {
				ev.Body = playback.NewHole("damaged", 0, "")
				p.add(sources.Line{Event: ev})
				continue
			}
			data = plain
			ev.Body = &playback.Body{Type: "application/octet-stream"}
		case 8, 9, 10:
			continue // control frames: the browser's own
		}
		content, err := p.rec.Keep(data)
		if err != nil {
			ev.Body = playback.NewHole("could not be kept on disk", int64(len(data)), "")
		}
		p.add(sources.Line{Event: ev, Content: content})
	}
}

// stream adds an answer that is a stream of events, message by message. Archives that have only the whole text do not
// say when each message came: they are spread evenly over the time in which the text came. It returns false where
// nothing is known of the messages.
func (p *parser) stream(e *entry, res playback.Event) bool {
	messages := e.details.Events
	inferred := false
	if len(messages) == 0 && e.resBody.content != nil {
		data, err := e.resBody.content.Bytes()
		if err != nil {
			return false
		}
		messages, inferred = parseStream(string(data)), true
	}
	if len(messages) == 0 {
		return false
	}
	begin := e.open()
	res.T, res.Body = p.at(begin), nil
	p.add(sources.Line{Event: res})
	step := e.end().Sub(begin) / time.Duration(len(messages))
	for i, m := range messages {
		at := epoch(m.Time)
		if at.IsZero() {
			at, inferred = begin.Add(step*time.Duration(i+1)), true
		}
		name := m.Name
		if name == "message" {
			name = ""
		}
		p.add(sources.Line{Event: playback.Event{
			T: p.at(at), Kind: playback.SSE, ID: e.id + "m" + itoa(i), Of: e.id, Dir: playback.In,
			Name: name, LastID: m.ID, Text: m.Data, Inferred: inferred,
		}})
	}
	return true
}

// parseStream reads text/event-stream: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
func parseStream(text string) []esMessage {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\ufeff"))
	var list []esMessage
	var m esMessage
	var data []string
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" {
			if data != nil {
				m.Data = strings.Join(data, "\n")
				list = append(list, m)
			}
			m, data = esMessage{ID: m.ID}, nil
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			m.Name = value
		case "data":
			data = append(data, value)
		case "id":
			if !strings.Contains(value, "\x00") {
				m.ID = value
			}
		}
	}
	return list
}
