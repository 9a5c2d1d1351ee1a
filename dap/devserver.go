package dap

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"time"
)

const (
	serverWait = 2 * time.Minute        // until its URL answers
	serverPoll = 100 * time.Millisecond // between two looks
	serverStop = 700 * time.Millisecond // to end by itself before it is killed
	outputLine = 4 << 10                // bytes of its output that make one event
)

// devServer is the app's own development server, which a session started. It ends with the session, also when this
// process is killed, together with all that is in its process group; what it moves into a session of its own (setsid)
// outlives it. Its goroutine is run, which starts it, reads its output and waits for its end.
type devServer struct {
	cfg    serverConfig
	cmd    *exec.Cmd
	leash  *leash
	exited chan struct{} // closed after err is set and all output was said
	err    error
}

// startDevServer starts a server and waits until its URL answers. Where it answers already, nothing is started: the
// user has a server running. say gets its output, a line each.
func startDevServer(ctx context.Context, c *serverConfig, say func(string)) (*devServer, error) {
	v := &devServer{cfg: *c}
	if answers(ctx, c.URL) {
		say(fmt.Sprintf("%s answers already: using the server that runs there\n", c.URL))
		return v, nil
	}
	v.cmd = c.Command.shell()
	v.cmd.Dir = c.Cwd
	ownGroup(v.cmd)
	dieWithThread(v.cmd)
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the app's server: %w", err)
	}
	v.cmd.Stderr = v.cmd.Stdout
	v.exited = make(chan struct{})
	started := make(chan error, 1)
	go v.run(out, say, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the app's server: %w", err)
	}
	if v.leash, err = newLeash(v.cmd.Process.Pid); err != nil {
		killGroup(v.cmd.Process.Pid)
		return nil, fmt.Errorf("watch over the app's server: %w", err)
	}
	if err := v.await(ctx); err != nil {
		v.stop()
		return nil, err
	}
	return v, nil
}

// shell is the command to run: words as they are, a line by the shell.
func (c command) shell() *exec.Cmd {
	if len(c.Words) > 0 {
		return exec.Command(c.Words[0], c.Words[1:]...)
	}
	return shell(c.Line)
}

// run starts the server, tells started how that went, and says what it prints until it ends. It stays on its thread, with
// which the server would die.
func (v *devServer) run(out io.Reader, say func(string), started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(v.exited)
	err := v.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	r := bufio.NewReaderSize(out, outputLine)
	for {
		line, err := r.ReadSlice('\n')
		if len(line) > 0 {
			say(string(line))
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	v.err = v.cmd.Wait()
}

// await waits until the URL answers or the server has ended.
func (v *devServer) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, serverWait)
	defer cancel()
	tick := time.NewTicker(serverPoll)
	defer tick.Stop()
	for {
		if answers(ctx, v.cfg.URL) {
			return nil
		}
		select {
		case <-v.exited:
			return fmt.Errorf("the app's server ended before %s answered (%v): its output is in the debug console", v.cfg.URL, v.err)
		case <-ctx.Done():
			return fmt.Errorf("the app's server was started, but %s does not answer: %w", v.cfg.URL, ctx.Err())
		case <-tick.C:
		}
	}
}

// answers reports whether anything answers at a URL, whatever it says.
func answers(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true}, // no proxy: the server is this machine's
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	a, err := client.Do(q)
	if err != nil {
		return false
	}
	a.Body.Close()
	return true
}

// fits reports whether the server is what a configuration asks for, and alive.
func (v *devServer) fits(c *serverConfig) bool {
	if c == nil || !reflect.DeepEqual(v.cfg, *c) || filepath.Clean(c.Cwd) != filepath.Clean(v.cfg.Cwd) {
		return false
	}
	if v.cmd == nil {
		return true
	}
	select {
	case <-v.exited:
		return false
	default:
		return true
	}
}

// stop ends the server with everything that it started, and waits for that.
func (v *devServer) stop() {
	if v.cmd == nil {
		return
	}
	endGroup(v.cmd.Process.Pid)
	select {
	case <-v.exited:
	case <-time.After(serverStop):
	}
	killGroup(v.cmd.Process.Pid) // also what outlived the first process
	v.leash.off()
	select {
	case <-v.exited:
	case <-time.After(serverStop):
	}
}
