package dap

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"net"
	"sync"
)

// maxSessions is how many connections are served at a time; each may hold a browser.
const maxSessions = 8

// Listen serves sessions over TCP until ctx ends. It listens on loopback only and refuses any other address. The
// address and a random token are printed to out, a line each; a launch must carry the token in its configuration,
// since any program and any web page of this machine can reach the port.
func (v *Server) Listen(ctx context.Context, addr string, out io.Writer) error {
	if err := loopback(addr); err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	token := rand.Text()
	if _, err := fmt.Fprintf(out, "listening on %s\ntoken %s\n", l.Addr(), token); err != nil {
		l.Close()
		return err
	}
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	var sessions sync.WaitGroup
	defer sessions.Wait()
	slots := make(chan struct{}, maxSessions)
	for {
		c, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept a connection: %w", err)
		}
		select {
		case slots <- struct{}{}:
		default:
			c.Close()
			continue
		}
		sessions.Go(func() {
			defer func() { <-slots }()
			if err := v.serve(ctx, c, token); err != nil && v.Log != nil {
				v.Log.Warn("a connection was closed", "err", err)
			}
		})
	}
}

// loopback refuses addresses that other machines could reach.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q is no address: write HOST:PORT, such as 127.0.0.1:4711 (port 0 takes a free one)", addr)
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%q can be reached from other machines: listen on 127.0.0.1, [::1] or localhost", addr)
	}
	return nil
}

// admit compares a token in constant time. Sessions that were not opened by Listen need none.
func (s *Session) admit(token string) bool {
	return s.token == "" || subtle.ConstantTimeCompare([]byte(s.token), []byte(token)) == 1
}
