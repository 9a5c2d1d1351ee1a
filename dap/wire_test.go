package dap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-dap"
)

func TestWireReads(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Content-Length: 2\r\n\r\n{}", "{}"},
		{"extra header", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}", "{}"},
		{"other case", "content-length:2\r\n\r\n{}", "{}"},
		{"bare line feeds", "Content-Length: 2\n\n{}", "{}"},
		{"empty", "Content-Length: 0\r\n\r\n", ""},
		{"bytes, not characters", "Content-Length: 6\r\n\r\n\"ßü\"", "\"ßü\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			// One byte at a time: writes may be split anywhere.
			body, err := NewWire(iotest.OneByteReader(strings.NewReader(c.in)), nil).Read()
			if err != nil || string(body) != c.want {
				t.Errorf("read %q, %v; want %q", body, err, c.want)
			}
		})
	}
}

func TestWireRefuses(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"end", "", io.EOF},
		{"end in a header", "Content-Len", io.ErrUnexpectedEOF},
		{"end after a header", "Content-Length: 2\r\n", io.ErrUnexpectedEOF},
		{"end in a body", "Content-Length: 5\r\n\r\n{}", io.ErrUnexpectedEOF},
		{"a web page", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", ErrFraming},
		{"a proxy request", "GET http://localhost/ HTTP/1.1\r\n", ErrFraming},
		{"no length", "Content-Type: x\r\n\r\n", ErrFraming},
		{"a negative length", "Content-Length: -1\r\n\r\n", ErrFraming},
		{"a length that is no number", "Content-Length: ten\r\n\r\n", ErrFraming},
		{"two lengths", "Content-Length: 3\r\ncontent-length: 2\r\n\r\n{}", ErrFraming},
		{"a large length", "Content-Length: 99999999999\r\n\r\n", ErrFraming},
		{"an endless header", strings.Repeat("X-Y: z\r\n", 10_000), ErrFraming},
		{"an endless line", strings.Repeat("x", 1<<20), ErrFraming},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := NewWire(strings.NewReader(c.in), nil).Read(); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// writes counts the writes that a message takes.
type writes struct {
	bytes.Buffer
	n int
}

func (w *writes) Write(p []byte) (int, error) { w.n++; return w.Buffer.Write(p) }

func TestWireWrites(t *testing.T) {
	var out writes
	w := NewWire(nil, &out)
	message := response{Type: "response", Body: dap.VariablesResponseBody{Variables: []dap.Variable{{Name: "broken \xff", Value: "größe"}}}}
	if err := w.Write(message); err != nil {
		t.Fatal(err)
	}
	if out.n != 1 {
		t.Errorf("a message took %d writes", out.n)
	}
	body, err := NewWire(&out.Buffer, nil).Read()
	if err != nil {
		t.Fatal(err)
	}
	want := "{\"seq\":0,\"type\":\"response\",\"request_seq\":0,\"success\":false,\"command\":\"\"," +
		"\"body\":{\"variables\":[{\"name\":\"broken \ufffd\",\"value\":\"größe\",\"variablesReference\":0}]}}"
	if string(body) != want {
		t.Errorf("wrote %s\nwant  %s", body, want)
	}
}

// Schema: an array is never null, and a percentage of 0 is one.
func TestEncodingKeepsTheSchema(t *testing.T) {
	zero := 0
	for _, c := range []struct {
		body any
		want string
	}{
		{dap.StackTraceResponseBody{}, `{"stackFrames":[]}`},
		{dap.ThreadsResponseBody{}, `{"threads":[]}`},
		{breakpoints{}, `{"breakpoints":[]}`},
		{progress{ID: "p", Percentage: &zero}, `{"progressId":"p","percentage":0}`},
		{stopped{Reason: "step", ThreadID: 1}, `{"reason":"step","threadId":1,"allThreadsStopped":false}`},
	} {
		var out bytes.Buffer
		if err := NewWire(nil, &out).Write(c.body); err != nil {
			t.Fatal(err)
		}
		if _, got, _ := strings.Cut(out.String(), "\r\n\r\n"); got != c.want {
			t.Errorf("%T: %s, want %s", c.body, got, c.want)
		}
	}
}

func FuzzWire(f *testing.F) {
	f.Add([]byte("Content-Length: 2\r\n\r\n{}"))
	f.Add([]byte("A: b\r\nContent-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		w := NewWire(bytes.NewReader(in), nil)
		for read := 0; ; {
			body, err := w.Read()
			if err != nil {
				return
			}
			if read += len(body); read > len(in) {
				t.Fatal(fmt.Errorf("read more than there is"))
			}
		}
	})
}
