package dap

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// notUnderstood deals with a body that is no message of the protocol; why says what is wrong with it. The protocol leaves
// open what becomes of it. Its length was right, so that the stream goes on behind it: the session does too. A client that
// waits for an answer gets one, which takes the number of the request; one that waits and whose number cannot be repeated
// is told by the end of the session, since it would wait for ever.
func (s *Session) notUnderstood(body []byte, why error) {
	r, kind, n := salvage(body)
	switch {
	case kind == "response" || kind == "event":
	case n == numbered:
		s.respond(r, nil, fail(codeMalformed, "this is no request as the protocol says: %v", why))
		return
	case n == misnumbered || kind == "request":
		s.over, s.refused = true, fmt.Errorf("%w: a request without a number to answer it by: %v", ErrFraming, why)
		return
	}
	s.log.Warn("a message is not understood", "err", why)
}

// numbering is what a broken message says of its number.
type numbering int

const (
	unnumbered  numbering = iota // nothing that can be read
	numbered                     // a number
	misnumbered                  // something that is no number of a message
)

// salvage reads the number, the command and the type of a message as far as it is JSON.
func salvage(body []byte) (r request, kind string, n numbering) {
	d := jsontext.NewDecoder(bytes.NewReader(body), decoding())
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return r, "", unnumbered
	}
	for {
		name, err := d.ReadToken()
		if err != nil || name.Kind() != '"' {
			return r, kind, n
		}
		key := name.String() // valid until the next read
		value, err := d.ReadValue()
		if err != nil {
			return r, kind, n
		}
		switch key {
		case "seq":
			n = numbered
			if r.seq, err = seqOf(value); err != nil {
				n = misnumbered
			}
		case "command":
			r.command = stringOf(value)
		case "type":
			kind = stringOf(value)
		}
	}
}

// seqOf is the number that a value is or spells.
func seqOf(v jsontext.Value) (int, error) {
	if text := stringOf(v); text != "" {
		return strconv.Atoi(text)
	}
	return strconv.Atoi(string(v))
}

// stringOf is the string that a value is; "" for any other.
func stringOf(v jsontext.Value) (s string) {
	if v.Kind() != '"' || json.Unmarshal(v, &s, decoding()) != nil {
		return ""
	}
	return s
}
