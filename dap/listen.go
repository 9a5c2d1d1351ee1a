package dap

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// Listen serves sessions over TCP until ctx ends. It listens on loopback only and refuses any other address: [ErrAddress]. The
// address and a random token are printed to out, a line each; a launch must carry the token in its configuration,
// since any program and any web page of this machine can reach the port.
func (v *Server) Listen(ctx context.Context, addr string, out io.Writer) error {
	return v.listen(ctx, addr, out, &door{token: rand.Text(), wait: tokenWait})
}

func (v *Server) listen(ctx context.Context, addr string, out io.Writer, d *door) error {
	if err := loopback(addr); err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "listening on %s\ntoken %s\n", l.Addr(), d.token); err != nil {
		l.Close()
		return err
	}
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	var sessions sync.WaitGroup
	defer func() {
		sessions.Wait()
		if n := d.rest(); n > 0 && v.Log != nil {
			v.Log.Warn("more connections were closed that had not sent the token", "count", n)
		}
	}()
	for {
		c, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept a connection: %w", err)
		}
		g := d.arrive(c)
		sessions.Go(func() {
			defer d.leave(g)
			if err := v.serve(ctx, c, g); err != nil && v.Log != nil {
				if n := d.closed(g, time.Now()); n > 0 {
					v.Log.Warn("a connection was closed", "err", g.reason(err), "count", n)
				}
			}
		})
	}
}

// ErrAddress is wrapped by the error for an address that Listen refuses.
var ErrAddress = errors.New("this is no address to listen on")

// loopback refuses addresses that other machines could reach.
func loopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%w: write HOST:PORT", ErrAddress)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%w: a port is a number up to 65535", ErrAddress)
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%w: other machines could reach it; write 127.0.0.1, [::1] or localhost", ErrAddress)
	}
	return nil
}
