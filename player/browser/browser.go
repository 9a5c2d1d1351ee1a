// Package browser finds and starts Chromium and speaks the Chrome DevTools Protocol (CDP) with it: targets, sessions,
// commands and events. What it starts it drives over a pipe; a browser that runs already is reached through its debugging
// port ([Connect]). It knows nothing of playbacks.
//
// The transport and its messages are chromedp's; no other package imports chromedp. Sessions are flat and thin, because
// the player needs three things that chromedp's targets do not give: commands sent without waiting for their reply,
// events of child sessions (workers), and events in the order of the pipe, including against replies.
package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Options of a browser process. The zero value is a visible window with an empty throw-away profile.
type Options struct {
	Path     string   // executable; empty: see [Find]
	Headless bool     // no window
	Flags    []string // further command line flags, with their dashes
	// Reach lists the hosts ("host:port", "host") that the browser may connect to. All else meets a dead proxy: see
	// [fence]. nil: nothing can be reached.
	Reach []string
	// Open leaves the network as it is: every host can be reached, through the system's proxy. Reach does not count.
	Open bool
	// Data is a profile to use and to keep, such as one that is logged in; empty: a throw-away one. No other browser
	// may have it open: Start then returns an [*InUseError].
	Data string
	// Seed makes Math.random the same in every fresh context.
	Seed int64
	// Port opens a debugging port beside the pipe, for other tools; 0: none. Where the browser does not get it, [Start]
	// returns a [*PortError].
	Port int
	Log  *slog.Logger // nil: discarded
}

// Browser is a running Chromium. One of [Start] ends with [Browser.Close] or with this process; one of [Connect] goes on.
//
// Goroutines: wait (started by Start, ends when the process has ended; owns the process and the profile), read (started
// by Start and Connect, ends with the connection; hands replies to their callers and events to the handlers of sessions),
// drain (the process's stderr, ends with it).
type Browser struct {
	conn    *conn
	cmd     *exec.Cmd
	profile string
	exited  chan struct{} // closed when the process has ended and the profile is gone, and where there is no process
	version Version
	output  tail
	close   sync.Once
}

// Version tells which browser answers.
type Version struct {
	Product   string `json:"product"` // "Chrome/156.0.8078.79"
	UserAgent string `json:"userAgent"`
}

// startTimeout bounds the time from exec to the first answer; a cold start on a busy machine took up to 8 s here.
const startTimeout = 60 * time.Second

// Start starts a browser. The context only bounds the start. Errors carry what the browser printed.
func Start(ctx context.Context, o Options) (*Browser, error) {
	path := o.Path
	if path == "" {
		var err error
		if path, err = Find(os.Getenv); err != nil {
			return nil, err
		}
	}
	if err := lockedBy(o.Data); err != nil {
		return nil, err
	}
	if err := portFree(ctx, o.Port); err != nil {
		return nil, err
	}
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	b := &Browser{profile: profile, exited: make(chan struct{})}
	if err := b.start(path, arguments(o, profile)); err != nil {
		os.RemoveAll(profile)
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := b.Root().Call(ctx, "Browser.getVersion", nil, &b.version); err != nil {
		b.Close()
		return nil, fmt.Errorf("start %s: %w%s", path, err, b.output.explain())
	}
	if err := b.hasPort(ctx, o.Port); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// start runs the process. A goroutine that stays on its thread starts and reaps it: on Linux the browser is killed
// when the thread that started it ends (Pdeathsig, https://go.dev/issue/27505), so also when this process is killed.
func (b *Browser) start(path string, args []string) error {
	p, err := newPipes()
	if err != nil {
		return err
	}
	b.cmd = exec.Command(path, args...)
	b.cmd.Env = environment(b.profile)
	b.cmd.Stderr = &b.output
	b.cmd.WaitDelay = time.Second // grandchildren may hold stderr open
	if err := p.attach(b.cmd); err != nil {
		p.closeAll()
		return err
	}
	dieWithParent(b.cmd)
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := b.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		b.cmd.Wait() // how it ended is of no use: the pipe's end says when
		removeProfile(b.profile)
		close(b.exited)
	}()
	err = <-started
	p.closeChild()
	if err != nil {
		p.closeParent()
		return err
	}
	b.conn = newConn(p.fromBrowser, p.toBrowser)
	return nil
}

// environment has the browser put its temporary files into its profile, so that they go with it. It makes a Unix
// socket among them, whose path may have about 100 bytes.
func environment(profile string) []string {
	if len(profile) > 60 {
		return nil // that of this process
	}
	return append(os.Environ(), "TMPDIR="+profile)
}

// Version returns what the browser said of itself.
func (b *Browser) Version() Version { return b.version }

// Root returns the session of the browser itself (Target, Browser, Storage domains).
func (b *Browser) Root() *Session { return b.conn.root }

// Profile returns the browser's folder for what is temporary, which goes with it; "" after [Connect].
func (b *Browser) Profile() string { return b.profile }

// PID returns the process id of the browser; 0 after [Connect], since it may be anybody's.
func (b *Browser) PID() int {
	if b.cmd == nil {
		return 0
	}
	return b.cmd.Process.Pid
}

// Done is closed when the connection to the browser has ended.
func (b *Browser) Done() <-chan struct{} { return b.conn.done }

// Close ends the browser and removes its profile; after [Connect] it ends the connection alone. It may be called more
// than once and returns when what it ends is gone.
func (b *Browser) Close() error {
	b.close.Do(func() {
		b.conn.close(errClosed)
		if b.cmd == nil {
			return
		}
		b.cmd.Process.Kill()
		killGroup(b.cmd)
	})
	select {
	case <-b.exited:
		return nil
	case <-time.After(10 * time.Second):
		return errors.New("browser: the process does not end")
	}
}

var errClosed = errors.New("the browser was closed")

// tail keeps the end of what the browser prints, for error messages.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 8 << 10

var _ io.Writer = (*tail)(nil)

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if n := len(t.b) - tailSize; n > 0 {
		t.b = append(t.b[:0], t.b[n:]...)
	}
	return len(p), nil
}

func (t *tail) explain() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.b) == 0 {
		return ""
	}
	return "; it printed:\n" + strings.TrimSpace(string(t.b))
}

// profilePrefix names the throw-away profiles; the process id of their owner follows.
const profilePrefix = "restep-browser-"

// newProfile makes an empty profile folder, and removes those of owners that were killed.
func newProfile() (string, error) {
	sweepProfiles(os.TempDir())
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", profilePrefix, os.Getpid()))
	if err != nil {
		return "", fmt.Errorf("make a browser profile: %w", err)
	}
	return dir, nil
}

// sweepProfiles removes the profiles in dir whose owner no longer runs.
func sweepProfiles(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, profilePrefix+"*"))
	for _, p := range old {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(p), profilePrefix+"%d-", &pid); err == nil && !alive(pid) {
			os.RemoveAll(p)
		}
	}
}

// removeProfile removes a profile that children of the browser may still write to while they end.
func removeProfile(dir string) {
	for range 20 {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
