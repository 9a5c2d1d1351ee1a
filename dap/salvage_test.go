package dap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// A body that is no message is answered where it has a number, and the session goes on in any case.
func TestMalformedMessages(t *testing.T) {
	for _, c := range []struct {
		name, body string
		seq        int    // of the request that is answered; -1: none
		command    string // and its command
		says       string // the answer, or the log
	}{
		{"arguments that are no JSON", `{"seq":7,"type":"request","command":"next","arguments":{"threadId":}}`, 7, "next", "this is no request as the protocol says"},
		{"torn", `{"seq":0,"type":"request","command":"next","arguments":{"thr`, 0, "next", "no request"},
		{"a command of another type", `{"seq":7,"type":"request","command":5}`, 7, "", "no request"},
		{"no type", `{"seq":7,"command":"next"}`, 7, "next", `its type is ""`},
		{"another type", `{"type":"reqest","seq":7,"command":"next"}`, 7, "next", `its type is "reqest"`},
		{"a number as text", `{"seq":"7","type":"request","command":"next"}`, 7, "next", "no request"},
		{"an array", `[1]`, -1, "", "not understood"},
		{"nothing", ``, -1, "", "not understood"},
		{"an answer that is broken", `{"seq":7,"type":"response","request_seq":x}`, -1, "", "not understood"},
		{"an answer", `{"seq":7,"type":"response","request_seq":1,"success":true,"command":"runInTerminal"}`, -1, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			ours, theirs := net.Pipe()
			done := make(chan error, 1)
			v := &Server{Log: slog.New(slog.NewTextHandler(&log, nil))}
			go func() { done <- v.Serve(t.Context(), theirs) }()
			go fmt.Fprintf(ours, "Content-Length: %d\r\n\r\n%sContent-Length: %d\r\n\r\n%s", len(c.body), c.body, len(bye), bye)
			w := NewWire(ours, ours)
			if c.seq >= 0 {
				a := answerOf(t, w)
				if a.Success || a.RequestSeq != c.seq || a.Command != c.command || !strings.Contains(a.Message, c.says) {
					t.Errorf("answered %+v", a)
				}
			}
			if a := answerOf(t, w); !a.Success || a.RequestSeq != 8 {
				t.Errorf("the request behind it is answered %+v", a)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
			if c.seq < 0 && !strings.Contains(log.String(), c.says) || c.says == "" && log.Len() > 0 {
				t.Errorf("logged %s", &log)
			}
		})
	}
}

// A request whose number cannot be repeated cannot be answered: the session ends, and nobody waits.
func TestRequestsWithoutNumber(t *testing.T) {
	for _, body := range []string{
		`{"seq":1.5,"type":"request","command":"next"}`,
		`{"seq":"1.5","type":"request","command":"next"}`,
		`{"seq":{},"command":"next"}`,
		`{"seq":99999999999999999999,"type":"request","command":"next"}`,
		`{"type":"request","command":x,"seq":7}`,
	} {
		ours, theirs := net.Pipe()
		done := make(chan error, 1)
		go func() { done <- new(Server).Serve(t.Context(), theirs) }()
		fmt.Fprintf(ours, "Content-Length: %d\r\n\r\n%s", len(body), body)
		if answer, err := io.ReadAll(ours); len(answer) > 0 || err != nil {
			t.Errorf("%s: answered %q, %v", body, answer, err)
		}
		if err := <-done; !errors.Is(err, ErrFraming) {
			t.Errorf("%s: the session ends with %v", body, err)
		}
	}
}

// bye is a good request, which ends the session.
const bye = `{"seq":8,"type":"request","command":"disconnect"}`

func answerOf(t *testing.T, w *Wire) (a response) {
	t.Helper()
	body, err := w.Read()
	if err == nil {
		err = json.Unmarshal(body, &a)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}
