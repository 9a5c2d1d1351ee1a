package dap

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// listen serves on a free port and returns its address and token.
func listen(t *testing.T, v *Server) (addr, token string) {
	t.Helper()
	return listenAt(t, v, &door{token: "T0KEN", wait: time.Hour}), "T0KEN"
}

// listenAt serves behind a door and returns the address.
func listenAt(t *testing.T, v *Server, d *door) (addr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- v.listen(ctx, "127.0.0.1:0", w, d) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	token := ""
	if _, err := fmt.Fscanf(bufio.NewReader(r), "listening on %s\ntoken %s\n", &addr, &token); err != nil || token != d.token {
		t.Fatal(token, err)
	}
	return addr
}

func TestListenRefusesOtherMachines(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "[::]:0", "example.com:0", "4711", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:"} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // should it listen after all, it ends at once
		if err := (&Server{}).Listen(ctx, addr, io.Discard); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", addr, err)
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

// caller is a client of a listener.
type caller struct {
	net.Conn
	t *testing.T
	w *Wire
}

func call(t *testing.T, addr string) caller {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return caller{c, t, NewWire(c, c)}
}

// launch sends a launch and returns the answer.
func (c caller) launch(arguments string) (answer string) {
	c.t.Helper()
	if err := c.w.Write(map[string]any{"seq": 1, "type": "request", "command": "launch", "arguments": jsontext.Value(arguments)}); err != nil {
		c.t.Fatal(err)
	}
	body, err := c.w.Read()
	if err != nil {
		c.t.Fatal(err)
	}
	return string(body)
}

// initialize sends the first request of every client and waits for the answer.
func (c caller) initialize() {
	c.t.Helper()
	if err := c.w.Write(map[string]any{"seq": 0, "type": "request", "command": "initialize", "arguments": map[string]any{}}); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.w.Read(); err != nil {
		c.t.Fatal(err)
	}
}

// closed waits until the adapter has closed the connection without a word.
func (c caller) closed() {
	c.t.Helper()
	if n, err := c.Read(make([]byte, 1)); n > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Errorf("the connection is not closed: %d bytes, %v", n, err)
	}
}

func TestListenNeedsToken(t *testing.T) {
	addr, token := listen(t, &Server{Dir: t.TempDir()})
	for _, arguments := range []string{`{}`, `{"token":""}`, `{"token":"x"}`, `{"token":5}`, `null`, `{"token":"` + token + `x"}`, `{"program":5}`} {
		if a := call(t, addr).launch(arguments); !strings.Contains(a, "is not the one that restep dap printed") {
			t.Errorf("%s: %s", arguments, a)
		}
	}
	// With the right one the launch gets further: to the playback, which is not there.
	c := call(t, addr)
	if a := c.launch(`{"token":"` + token + `","program":"none.playback"}`); !strings.Contains(a, "there is no file") {
		t.Errorf("the right token: %s", a)
	}
	// A mistake in the rest of the configuration is told as such, and can be mended.
	if a := c.launch(`{"token":"` + token + `","program":5}`); !strings.Contains(a, `\"program\" cannot be a number`) {
		t.Errorf("the right token: %s", a)
	}
}

// Connections that say nothing do not keep the owner of the token out: the oldest makes room.
func TestListenSilentConnections(t *testing.T) {
	addr, token := listen(t, &Server{Dir: t.TempDir()})
	launch := `{"token":"` + token + `","program":"none.playback"}`
	owner := call(t, addr)
	owner.launch(launch)
	var silent []caller
	for range maxStrangers {
		silent = append(silent, call(t, addr))
	}
	for range 3 {
		if a := call(t, addr).launch(launch); !strings.Contains(a, "there is no file") {
			t.Errorf("the owner is answered %s", a)
		}
	}
	silent[0].closed()
	if a := owner.launch(launch); !strings.Contains(a, "there is no file") {
		t.Errorf("a session that was admitted is answered %s", a)
	}
}

// A client that speaks the protocol keeps its place until its launch, which may take a moment; where all do, the oldest
// goes.
func TestListenKeepsWhoSpeaks(t *testing.T) {
	addr, token := listen(t, &Server{Dir: t.TempDir()})
	owner := call(t, addr)
	owner.initialize()
	first := call(t, addr)
	for range 2 * maxStrangers {
		call(t, addr)
	}
	first.closed()
	if a := owner.launch(`{"token":"` + token + `","program":"none.playback"}`); !strings.Contains(a, "there is no file") {
		t.Errorf("the owner is answered %s", a)
	}
	patient := call(t, addr)
	patient.initialize()
	for range maxStrangers {
		call(t, addr).initialize()
	}
	patient.closed()
}

// However many strangers are closed, the log tells of them once a second, and of all in the end.
func TestDoorLogsLittle(t *testing.T) {
	d := &door{}
	begun := time.Now()
	told, lines := 0, 0
	for i := range 1000 {
		if n := d.closed(&guest{door: d}, begun.Add(time.Duration(i)*2500*time.Microsecond)); n > 0 {
			told += n
			lines++
		}
	}
	if lines != 3 || told+d.rest() != 1000 || told == 1000 {
		t.Errorf("in 2.5 s, %d lines tell of %d, and %d are left", lines, told, d.rest())
	}
	if n := d.closed(&guest{door: d, admitted: true}, begun); n != 1 {
		t.Errorf("one that had the token: %d", n)
	}
}

// A connection without the token ends by itself, also one that sends and does not read; the others stay.
func TestListenWaitsForTheToken(t *testing.T) {
	addr := listenAt(t, &Server{Dir: t.TempDir()}, &door{token: "T0KEN", wait: 1500 * time.Millisecond})
	launch := `{"token":"T0KEN","program":"none.playback"}`
	owner := call(t, addr)
	owner.launch(launch)
	silent, deaf := call(t, addr), call(t, addr)
	for { // until neither side takes any more, and then until the adapter has closed
		if err := deaf.w.Write(map[string]any{"seq": 1, "type": "request", "command": "initialize"}); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the connection is not closed")
			}
			break
		}
	}
	silent.closed()
	if a := owner.launch(launch); !strings.Contains(a, "there is no file") {
		t.Errorf("a session that was admitted is answered %s", a)
	}
}

// Those who have the token are limited in number, and told so.
func TestListenSessions(t *testing.T) {
	addr, token := listen(t, &Server{Dir: t.TempDir()})
	launch := `{"token":"` + token + `","program":"none.playback"}`
	var all []caller
	for range maxSessions {
		all = append(all, call(t, addr))
		all[len(all)-1].launch(launch)
	}
	if a := call(t, addr).launch(launch); !strings.Contains(a, "8 sessions are open already: end one of them") {
		t.Errorf("one more is answered %s", a)
	}
	all[0].Close()
	for begun := time.Now(); ; { // its session ends in a moment
		a := call(t, addr).launch(launch)
		if strings.Contains(a, "there is no file") {
			break
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("when one has ended, another is answered %s", a)
		}
	}
}

// The log says why a connection ended, not how a read failed.
func TestDoorSaysWhy(t *testing.T) {
	d := &door{wait: time.Minute}
	pipe := func() net.Conn { ours, theirs := net.Pipe(); t.Cleanup(func() { theirs.Close() }); return ours }
	first := d.arrive(pipe())
	for range maxStrangers {
		d.arrive(pipe())
	}
	if got := first.reason(net.ErrClosed); !strings.Contains(got.Error(), "had not sent the token when others came") {
		t.Errorf("dropped: %v", got)
	}
	if got := d.strangers[0].reason(os.ErrDeadlineExceeded); !strings.Contains(got.Error(), "no launch with the token came within 1m0s") {
		t.Errorf("late: %v", got)
	}
	if got := d.strangers[0].reason(ErrFraming); got != ErrFraming {
		t.Errorf("a web page: %v", got)
	}
}
