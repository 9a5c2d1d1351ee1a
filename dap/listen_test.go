package dap

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// listen serves on a free port and returns its address and token.
func listen(t *testing.T, v *Server) (addr, token string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- v.Listen(ctx, "127.0.0.1:0", w) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if _, err := fmt.Fscanf(bufio.NewReader(r), "listening on %s\ntoken %s\n", &addr, &token); err != nil {
		t.Fatal(err)
	}
	return addr, token
}

func TestListenRefusesOtherMachines(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "[::]:0", "example.com:0", "4711", "127.0.0.1"} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // should it listen after all, it ends at once
		if err := (&Server{}).Listen(ctx, addr, io.Discard); err == nil {
			t.Errorf("%s is listened on", addr)
		}
	}
}

// A web page can have a browser send a request to a local port: the first line of HTTP ends the connection.
func TestListenClosesOnHTTP(t *testing.T) {
	addr, _ := listen(t, &Server{})
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body := `{"seq":1,"type":"request","command":"initialize"}`
	fmt.Fprintf(c, "POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body) // it may be closed meanwhile
	if answer, _ := io.ReadAll(c); len(answer) > 0 {
		t.Errorf("answered %q", answer)
	}
}

func TestListenNeedsToken(t *testing.T) {
	addr, token := listen(t, &Server{Dir: t.TempDir()})
	launch := func(arguments string) (answer string) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		w := NewWire(c, c)
		if err := w.Write(map[string]any{"seq": 1, "type": "request", "command": "launch", "arguments": jsontext.Value(arguments)}); err != nil {
			t.Fatal(err)
		}
		body, err := w.Read()
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for _, arguments := range []string{`{}`, `{"token":""}`, `{"token":"x"}`, `{"token":5}`, `null`, `{"token":"` + token + `x"}`} {
		if a := launch(arguments); !strings.Contains(a, "is not the one that restep dap printed") {
			t.Errorf("%s: %s", arguments, a)
		}
	}
	// With the right one the launch gets further: to the playback, which is not there.
	if a := launch(`{"token":"` + token + `","program":"none.playback"}`); !strings.Contains(a, "there is no file") {
		t.Errorf("the right token: %s", a)
	}
}
