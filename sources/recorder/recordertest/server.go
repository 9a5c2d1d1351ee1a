package recordertest

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
)

// FreePort returns a port of the loopback interface that nothing listens on, for the debugging port of a browser.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Talk serves a WebSocket (RFC 6455): it says hello, echoes each message, and after the message "bye" closes with 4001.
func Talk(w http.ResponseWriter, r *http.Request) {
	conn, rw, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	send := func(op byte, data []byte) {
		rw.Write(append([]byte{0x80 | op, byte(len(data))}, data...))
		rw.Flush()
	}
	send(1, []byte("hello"))
	for {
		op, data, err := message(rw.Reader)
		switch {
		case err != nil:
			return
		case op == 8: // the client closes
			send(8, data)
			return
		case string(data) == "bye":
			send(8, binary.BigEndian.AppendUint16(nil, 4001))
			message(rw.Reader)
			return
		}
		send(op, data)
	}
}

// message reads a short frame of a client.
func message(r *bufio.Reader) (op byte, data []byte, err error) {
	var head [6]byte // with the mask
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	data = make([]byte, head[1]&127)
	if _, err = io.ReadFull(r, data); err != nil {
		return 0, nil, err
	}
	for i := range data {
		data[i] ^= head[2+i%4]
	}
	return head[0] & 15, data, nil
}

// Drip serves a stream of events and ends it.
func Drip(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("content-type", "text/event-stream")
	for _, text := range []string{"data: one\n\n", "event: price\nid: 7\ndata: 12\ndata: 50\n\n: nothing\n\n", "data: last\r\n\r\n"} {
		io.WriteString(w, text)
		w.(http.Flusher).Flush()
	}
}
