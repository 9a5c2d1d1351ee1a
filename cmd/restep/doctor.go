package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"restep/player/browser"
)

// doctorCmd checks what a replay needs of this machine.
type doctorCmd struct {
	Browser string `placeholder:"PATH" help:"The browser's executable."`
}

// finding is the outcome of one check.
type finding struct {
	level  level
	topic  string
	text   string
	advice string // what to do; empty: nothing
}

type level string

const (
	fine level = "ok"
	warn level = "warn"
	bad  level = "FAIL" // nothing can be replayed
)

// Run prints one line a check, with what to do below those that are not fine.
func (c *doctorCmd) Run(e *env) error {
	found := []finding{checkTemp(), checkLoopback(e.ctx)}
	path, f := c.findBrowser(e)
	found = append(found, f)
	if f.level != bad {
		found = append(found, checkStart(e.ctx, path)...)
	}
	found = append(found, checkSandbox(), checkDisplay(e))
	failed := 0
	for _, f := range found {
		fmt.Fprintf(e.stdout, "%-5s %-9s %s\n", f.level, f.topic, f.text)
		if f.advice != "" {
			fmt.Fprintf(e.stdout, "%-15s %s\n", "", strings.ReplaceAll(f.advice, "\n", "\n"+strings.Repeat(" ", 16)))
		}
		if f.level == bad {
			failed++
		}
	}
	if failed > 0 {
		return &exitError{code: exitCannot, err: fmt.Errorf("%s: restep cannot replay here", count(failed, "problem"))}
	}
	return nil
}

// findBrowser returns the executable that a replay would use.
func (c *doctorCmd) findBrowser(e *env) (string, finding) {
	path := c.Browser
	if path == "" {
		var err error
		if path, err = browser.Find(e.getenv); err != nil {
			return "", finding{bad, "browser", err.Error(), installHint}
		}
	} else if err := checkBrowser(path); err != nil {
		return "", finding{bad, "browser", err.Error(), installHint}
	}
	if strings.HasPrefix(path, "/snap/") {
		return path, finding{
			warn, "browser", path,
			"A snap sees neither the pipe nor the temporary folder of other programs. If it does not start below, install\n" +
				"Chrome from google.com/chrome, or set " + browser.EnvPath + " to another browser.",
		}
	}
	return path, finding{fine, "browser", path, ""}
}

// tested is the oldest major version of Chromium that the tests have run with.
const tested = 156

// checkStart starts the browser, which also makes its profile, and asks for its version.
func checkStart(ctx context.Context, path string) []finding {
	began := time.Now()
	b, err := browser.Start(ctx, browser.Options{Path: path, Headless: true})
	if err != nil {
		return []finding{{bad, "start", err.Error(), startAdvice(err)}}
	}
	took := time.Since(began)
	product := b.Version().Product
	out := []finding{{fine, "start", fmt.Sprintf("answers after %d ms", took.Milliseconds()), ""}, checkVersion(product)}
	if err := b.Close(); err != nil {
		out = append(out, finding{warn, "end", err.Error(), "Look for browser processes that are left over."})
	}
	return out
}

// checkVersion reads a product such as "Chrome/156.0.8078.79".
func checkVersion(product string) finding {
	m := regexp.MustCompile(`/(\d+)\.`).FindStringSubmatch(product)
	if m == nil {
		return finding{warn, "version", product, "restep is made for Chrome, Chromium and Edge."}
	}
	if major, err := strconv.Atoi(m[1]); err != nil || major < tested {
		return finding{warn, "version", product, fmt.Sprintf("restep is tested with %d and newer. Update the browser if a replay misbehaves.", tested)}
	}
	return finding{fine, "version", product, ""}
}

// startAdvice reads what a browser printed when it did not start.
func startAdvice(err error) string {
	text := err.Error()
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case strings.Contains(text, "sandbox"), strings.Contains(text, "namespace"):
		return sandboxAdvice
	case strings.Contains(text, "error while loading shared libraries"):
		return "Install the libraries that it names, or the distribution's own package of Chromium."
	}
	return "Start it by hand with --headless --dump-dom about:blank: what it prints says more."
}

const sandboxAdvice = `The browser's sandbox needs user namespaces. Allow them:
  sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0     (Ubuntu 23.10 and newer)
  sudo sysctl -w kernel.unprivileged_userns_clone=1                 (older Debian)
or use the distribution's package, which brings a permission of its own.`

// checkSandbox looks at what the browser's sandbox needs of Linux.
func checkSandbox() finding {
	switch {
	case runtime.GOOS != "linux":
		return finding{fine, "sandbox", "the browser's own", ""}
	case os.Getuid() == 0:
		return finding{
			warn, "sandbox", "off, because this is root",
			"Chromium has no sandbox for root. Play only sessions and apps that you trust, or use another user.",
		}
	case kernelSetting("kernel/unprivileged_userns_clone") == "0", kernelSetting("user/max_user_namespaces") == "0",
		kernelSetting("kernel/apparmor_restrict_unprivileged_userns") == "1":
		return finding{warn, "sandbox", "user namespaces are restricted here", "If the browser does not start above: " + sandboxAdvice}
	}
	return finding{fine, "sandbox", "user namespaces are allowed", ""}
}

// kernelSetting reads a file of /proc/sys; "" where it does not exist.
func kernelSetting(name string) string {
	text, _ := os.ReadFile("/proc/sys/" + name)
	return strings.TrimSpace(string(text))
}

// checkTemp makes sure that a profile can be made.
func checkTemp() finding {
	dir, err := os.MkdirTemp("", "restep-doctor-")
	if err != nil {
		return finding{bad, "temp", err.Error(), "Make it writable, or set TMPDIR to a folder that is."}
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(dir+"/probe", make([]byte, 1<<20), 0o600); err != nil {
		return finding{bad, "temp", err.Error(), "Free some space, or set TMPDIR to another folder."}
	}
	return finding{fine, "temp", os.TempDir(), ""}
}

// checkLoopback makes sure that local servers are possible.
func checkLoopback(ctx context.Context) finding {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return finding{bad, "loopback", err.Error(), "restep demo needs a port on 127.0.0.1."}
	}
	l.Close()
	return finding{fine, "loopback", "127.0.0.1", ""}
}

// checkDisplay says whether debugging can show a window.
func checkDisplay(e *env) finding {
	if hasDisplay(e) {
		return finding{fine, "display", "a window can be shown", ""}
	}
	return finding{fine, "display", "none: the browser runs without a window", ""}
}
