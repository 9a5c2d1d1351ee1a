//go:build unix

package dap

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets the test binary be the app's server that tests start.
func TestMain(m *testing.M) {
	if addr := os.Getenv("RESTEP_TEST_SERVE"); addr != "" {
		fmt.Println("\x1b[32mserving\x1b[0m")
		l, err := net.Listen("tcp", addr)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		_ = http.Serve(l, http.NotFoundHandler()) // ends with the process
		return
	}
	os.Exit(m.Run())
}

// freeAddr returns an address that nothing listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// lines collects output.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) say(s string) { l.mu.Lock(); defer l.mu.Unlock(); l.all = append(l.all, s) }
func (l *lines) text() string { l.mu.Lock(); defer l.mu.Unlock(); return strings.Join(l.all, "") }

// A server started by a shell that started a shell: stopping it must reach the innermost process.
func TestDevServer(t *testing.T) {
	addr := freeAddr(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("RESTEP_TEST_SERVE=%s sh -c '%s; true'; true", addr, exe)
	var out lines
	v, err := startDevServer(t.Context(), &serverConfig{Command: command{Line: line}, URL: "http://" + addr}, out.say)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.text(), "serving") {
		t.Errorf("output: %q", out.text())
	}
	// A second session finds it running and starts nothing.
	again, err := startDevServer(t.Context(), &serverConfig{Command: command{Line: "exit 1"}, URL: "http://" + addr}, out.say)
	if err != nil || again.cmd != nil {
		t.Errorf("a server that runs already: %v", err)
	}
	again.stop()
	if !answers(t.Context(), "http://"+addr) {
		t.Error("a server of somebody else was ended")
	}
	begun := time.Now()
	v.stop()
	if d := time.Since(begun); d > 2*serverStop {
		t.Errorf("stopping took %v", d)
	}
	if answers(t.Context(), "http://"+addr) {
		t.Error("the server answers after it was stopped")
	}
}

func TestDevServerThatFails(t *testing.T) {
	var out lines
	_, err := startDevServer(t.Context(), &serverConfig{Command: command{Line: "echo no such script >&2; exit 3"}, URL: "http://" + freeAddr(t)}, out.say)
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(out.text(), "no such script") {
		t.Errorf("%v, output %q", err, out.text())
	}
	if _, err := startDevServer(t.Context(), &serverConfig{Command: command{Words: []string{"/nonexistent/server"}}, URL: "http://" + freeAddr(t)}, out.say); err == nil {
		t.Error("a command that is not there was started")
	}
}

func TestDevServerEndsWithTheSession(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var out lines
	started := make(chan struct{})
	say := func(s string) { out.say(s); close(started) }
	done := make(chan error, 1)
	go func() {
		_, err := startDevServer(ctx, &serverConfig{Command: command{Line: "echo up; exec sleep 600"}, URL: "http://" + freeAddr(t)}, say)
		done <- err
	}()
	<-started
	cancel()
	if err := <-done; err == nil {
		t.Error("the wait for a server that never answers succeeds")
	}
}

// The leash ends the group when its holder is gone; closing the pipe is what the end of the process does.
func TestLeash(t *testing.T) {
	cmd := shell("sleep 600 & sleep 600")
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	l, err := newLeash(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	l.end.Close()
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("the group ended with %v, want killed", err)
	}
	if err := l.cmd.Wait(); err != nil {
		t.Errorf("the leash: %v", err)
	}
}
