package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"restep/dap/daptest"
)

// Tests of what is left when restep ends in the middle of a run, in real processes.

// leaveLimit is how long processes may take to be gone on a busy machine. What is promised is less, and logged.
const leaveLimit = 20 * time.Second

// victim is a restep that plays, with all that it has started.
type victim struct {
	t     *testing.T
	cmd   *exec.Cmd
	mark  string // in the environment of everything that it starts
	temp  string // where its browser's profile is
	file  string
	app   string        // its URL
	asked chan struct{} // gets one when the app's page was asked for: the browser plays
	seen  map[int]running
}

// newVictim prepares a run that lasts: the second action is due after a minute of real time.
func newVictim(t *testing.T) *victim {
	t.Helper()
	needBrowser(t)
	v := &victim{t: t, mark: "RESTEP_TEST_RUN=" + rand.Text(), asked: make(chan struct{}, 100), seen: map[int]running{}}
	temp, err := os.MkdirTemp("", "rk-") // a short name: the browser has sockets there
	if err != nil {
		t.Fatal(err)
	}
	v.temp = temp
	t.Cleanup(func() { os.RemoveAll(temp) })
	v.app = serveSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>app</title>")
		v.asked <- struct{}{}
	})).url
	v.file = filepath.Join(t.TempDir(), "long.playback")
	text := `{"playback":1,"app":"` + v.app + `"}
{"t":0,"ev":"open","id":"e1","url":"` + v.app + `/"}
{"t":60000,"ev":"reload","id":"e2"}
`
	if err := os.WriteFile(v.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	v.cmd = process(t)
	v.cmd.Env = append(os.Environ(), v.mark, "TMPDIR="+temp)
	t.Cleanup(func() { // a test that fails leaves nothing either
		for pid := range v.alive() {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	return v
}

// plays waits until the browser has asked for the app, and notes the processes that there are then.
func (v *victim) plays() {
	v.t.Helper()
	select {
	case <-v.asked:
	case <-time.After(dapLimit):
		v.t.Fatal("the browser does not open the app")
	}
	v.seen = v.alive()
	browsers := 0
	for _, p := range v.seen {
		if strings.Contains(p.line, "--user-data-dir="+v.temp) {
			browsers++
		}
	}
	if browsers == 0 || len(v.profiles()) != 1 {
		v.t.Fatalf("no browser with a profile in %s runs, so that nothing would be tested: %v", v.temp, v.seen)
	}
}

// profiles are the folders of browsers.
func (v *victim) profiles() []string {
	found, err := filepath.Glob(filepath.Join(v.temp, "restep-browser-*"))
	if err != nil {
		v.t.Fatal(err)
	}
	return found
}

// running is a process.
type running struct {
	pid, parent int
	began       string // in clock ticks since the machine started: a pid may be used again
	line        string // its command line
	ours        bool
}

// alive are the processes of the victim, itself included: those that carry its mark, use its folder, were seen before, or
// descend from one of these. A zombie has ended.
func (v *victim) alive() map[int]running {
	v.t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		v.t.Fatal(err)
	}
	all, found := []running{}, map[int]running{}
	for _, dir := range dirs {
		if p, ok := v.process(dir); ok {
			all = append(all, p)
		}
	}
	for more := true; more; {
		more = false
		for _, p := range all {
			_, known := found[p.pid]
			_, child := found[p.parent]
			if !known && (p.ours || child) {
				found[p.pid], more = p, true
			}
		}
	}
	return found
}

// process reads a folder of /proc. What has ended meanwhile, or may not be read, is empty.
func (v *victim) process(dir string) (p running, ok bool) {
	stat, _ := os.ReadFile(dir + "/stat")
	line, _ := os.ReadFile(dir + "/cmdline")
	environ, _ := os.ReadFile(dir + "/environ")
	_, rest, _ := bytes.Cut(stat, []byte(") ")) // the name before may hold anything
	fields := strings.Fields(string(rest))
	if len(fields) < 20 || strings.Contains("ZX", fields[0]) {
		return p, false
	}
	p.pid, _ = strconv.Atoi(filepath.Base(dir))
	p.parent, _ = strconv.Atoi(fields[1])
	p.began, p.line = fields[19], strings.ReplaceAll(string(line), "\x00", " ")
	p.ours = bytes.Contains(environ, []byte(v.mark)) || strings.Contains(p.line, v.temp) ||
		v.cmd.Process != nil && p.pid == v.cmd.Process.Pid || v.seen[p.pid].began == p.began
	return p, true
}

// gone waits until no process of the victim is left.
func (v *victim) gone() {
	v.t.Helper()
	begun := time.Now()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		left := v.alive()
		if len(left) == 0 {
			v.t.Logf("all processes were gone after %v", time.Since(begun).Round(time.Millisecond))
			return
		}
		if time.Since(begun) > leaveLimit {
			v.t.Fatalf("still running: %+v", left)
		}
		<-tick.C
	}
}

// A run that is killed leaves no browser. One that is asked to end also leaves no profile, and says so by its status.
func TestPlayEndsWithItsBrowser(t *testing.T) {
	for _, c := range []struct {
		signal syscall.Signal
		status int // -1: of the signal
		says   string
	}{
		{syscall.SIGKILL, -1, ""},
		{syscall.SIGINT, exitCannot, "restep: error: interrupted\n"},
		{syscall.SIGTERM, exitCannot, "restep: error: interrupted\n"},
	} {
		t.Run(c.signal.String(), func(t *testing.T) {
			v := newVictim(t)
			v.cmd.Args = append(v.cmd.Args, "play", v.file, "--realtime")
			var errOut bytes.Buffer
			v.cmd.Stderr = &errOut
			if err := v.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			v.plays()
			if err := v.cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			if status := exitStatus(t, v.cmd.Wait()); status != c.status || errOut.String() != c.says {
				t.Errorf("exit status %d, want %d; it says %q", status, c.status, &errOut)
			}
			v.gone()
			if left := v.profiles(); c.signal != syscall.SIGKILL && len(left) > 0 {
				t.Errorf("left over: %v", left)
			}
		})
	}
}

// The debugger too, however it ends, and with it the app's server and what that has started.
func TestDapEndsWithAllThatItStarted(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*testing.T, *victim, *daptest.Client, context.Context)
		kept int // profiles
	}{
		{"killed", func(t *testing.T, v *victim, c *daptest.Client, _ context.Context) {
			if err := v.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			c.Close() // says how the process ended
		}, 1},
		{"asked to end", func(t *testing.T, v *victim, c *daptest.Client, ctx context.Context) {
			if err := v.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := c.Wait(ctx); err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Errorf("restep dap: %v", err)
			}
		}, 0},
		{"disconnected", func(t *testing.T, v *victim, c *daptest.Client, ctx context.Context) {
			begun := time.Now()
			if err := c.Disconnect(ctx); err != nil {
				t.Fatal(err)
			}
			took := time.Since(begun)
			if t.Logf("disconnect took %v, of 1.5 s", took.Round(time.Millisecond)); took > leaveLimit/2 {
				t.Errorf("disconnect took %v", took)
			}
			if err := c.Close(); err != nil {
				t.Errorf("restep dap: %v", err)
			}
		}, 0},
		{"left by its editor", func(t *testing.T, _ *victim, c *daptest.Client, _ context.Context) {
			if err := c.Close(); err != nil {
				t.Errorf("restep dap: %v", err)
			}
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVictim(t)
			v.cmd.Args = append(v.cmd.Args, "dap")
			ctx, cancel := context.WithTimeout(t.Context(), dapLimit)
			defer cancel()
			client, err := daptest.Start(v.cmd)
			if err != nil {
				t.Fatal(err)
			}
			server := freeAddress(t)
			v.launch(ctx, client, server)
			v.plays()
			servers := 0
			for _, p := range v.seen {
				if strings.Contains(p.line, "devserver "+server) {
					servers++
				}
			}
			if servers < 2 {
				t.Fatalf("the app's server and its shell do not run: %+v", v.seen)
			}
			c.end(t, v, client, ctx)
			v.gone()
			if left := v.profiles(); len(left) != c.kept {
				t.Errorf("left over: %v", left)
			}
		})
	}
}

// launch begins a session that runs on by itself, with a server that a shell started in the background of another.
func (v *victim) launch(ctx context.Context, client *daptest.Client, server string) {
	v.t.Helper()
	self, err := os.Executable()
	if err != nil {
		v.t.Fatal(err)
	}
	devserver := filepath.Join(v.t.TempDir(), "devserver") // the name by which the test binary is one
	if err := os.Symlink(self, devserver); err != nil {
		v.t.Fatal(err)
	}
	call := func(command string, arguments any) {
		v.t.Helper()
		if err := client.Call(ctx, command, arguments, nil); err != nil {
			v.t.Fatal(err)
		}
	}
	call("initialize", map[string]any{"adapterID": "restep"})
	call("launch", map[string]any{
		"program": v.file, "app": v.app, "headless": true, "speed": "realtime",
		"server": map[string]any{"command": fmt.Sprintf("sh -c '%s %s & wait' & wait", devserver, server), "url": "http://" + server},
	})
	call("configurationDone", nil)
}

// freeAddress is an address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
