package browser

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"
)

// PortError means that a browser has not got its debugging port. It would run on without.
type PortError struct {
	Port int
	Err  error
}

func (e *PortError) Error() string {
	return fmt.Sprintf("the debugging port %d cannot be opened: %v", e.Port, e.Err)
}

// Unwrap returns the cause.
func (e *PortError) Unwrap() error { return e.Err }

// portFree reports whether a port can be listened at on this machine; what listens there already would be taken for the
// browser. A number that is no port, which tests give to have a browser without one, is not looked at.
func portFree(ctx context.Context, port int) error {
	if port <= 0 {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return &PortError{Port: port, Err: err}
	}
	return l.Close()
}

// portTimeout bounds how long a browser that answers on its pipe may take to answer at its port.
const portTimeout = 10 * time.Second

// hasPort waits until the browser answers at its debugging port.
func (b *Browser) hasPort(ctx context.Context, port int) error {
	if port <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, portTimeout)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		_, err := endpoint(ctx, port)
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-b.Done():
			return &PortError{Port: port, Err: fmt.Errorf("the browser has ended%s", b.output.explain())}
		case <-ctx.Done():
			return &PortError{Port: port, Err: err}
		}
	}
}
