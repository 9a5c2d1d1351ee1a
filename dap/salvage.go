package dap

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// notUnderstood deals with a body that is no message of the protocol; why says what is wrong with it. The protocol leaves
// open what becomes of it. Its length was right, so that the stream goes on behind it: the session does too. A client that
// waits for an answer gets one, which takes the number of the request; without that, only the log can tell.
func (s *Session) notUnderstood(body []byte, why error) {
	r, kind, ok := salvage(body)
	if ok && kind != "response" && kind != "event" {
		s.respond(r, nil, fail(codeMalformed, "this is no request as the protocol says: %v", why))
		return
	}
	s.log.Warn("a message is not understood", "err", why)
}

// salvage reads the number, the command and the type of a message as far as it is JSON; ok says that it has a number.
func salvage(body []byte) (r request, kind string, ok bool) {
	d := jsontext.NewDecoder(bytes.NewReader(body), decoding())
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return r, "", false
	}
	for {
		name, err := d.ReadToken()
		if err != nil || name.Kind() != '"' {
			return r, kind, ok
		}
		key := name.String() // valid until the next read
		value, err := d.ReadValue()
		if err != nil {
			return r, kind, ok
		}
		switch key {
		case "seq":
			ok = json.Unmarshal(value, &r.seq, decoding()) == nil
		case "command":
			r.command = stringOf(value)
		case "type":
			kind = stringOf(value)
		}
	}
}

// stringOf is the string that a value is; "" for any other.
func stringOf(v jsontext.Value) (s string) {
	if v.Kind() != '"' || json.Unmarshal(v, &s, decoding()) != nil {
		return ""
	}
	return s
}
