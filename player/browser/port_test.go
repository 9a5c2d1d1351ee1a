package browser

import (
	"errors"
	"net"
	"os"
	"testing"
)

// A browser without its port would leave tools with whatever else listens there.
func TestPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if _, err := Find(os.Getenv); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	var used *PortError
	if b, err := Start(t.Context(), Options{Headless: true, Port: port}); !errors.As(err, &used) || used.Port != port {
		t.Errorf("a port in use: %v, %v", b, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	start(t, Options{Port: port})
	b, err := Connect(t.Context(), port)
	if err != nil {
		t.Fatalf("it is not there when Start returns: %v", err)
	}
	if pid := b.PID(); pid != 0 {
		t.Errorf("the process of a browser that was not started here is %d", pid)
	}
	b.Close()
}
