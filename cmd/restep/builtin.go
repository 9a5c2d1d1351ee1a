package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"runtime"

	"restep/player"
	"restep/player/browser"
	"restep/player/chrome"
)

// browserOptions are what commands let the user say about the browser.
type browserOptions struct {
	path   string // executable; empty: found
	headed bool
}

// openBrowser returns the stage of every command: a real Chromium. The closer ends it.
func openBrowser(ctx context.Context, e *env, o browserOptions) (player.Stage, io.Closer, error) {
	if o.headed && !hasDisplay(e) {
		return nil, nil, &exitError{
			code: exitCannot, err: errors.New("there is no display for a window"),
			hint: "Leave --headed out, or run the command under xvfb-run.",
		}
	}
	if o.path != "" {
		if err := checkBrowser(o.path); err != nil {
			return nil, nil, browserError(err)
		}
	}
	b, err := chrome.Start(ctx, chrome.Options{Path: o.path, Headless: !o.headed})
	if err != nil {
		return nil, nil, browserError(err)
	}
	return b, b, nil
}

// checkBrowser finds out whether the executable that the user names can be run.
func checkBrowser(path string) error {
	var no *exec.Error
	if _, err := exec.LookPath(path); errors.As(err, &no) {
		return fmt.Errorf("the browser %s cannot be run: %w", path, cause(no.Err))
	}
	return nil
}

// hasDisplay reports whether a window can be opened.
func hasDisplay(e *env) bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return true
	}
	return e.getenv("DISPLAY") != "" || e.getenv("WAYLAND_DISPLAY") != ""
}

// browserError says what to do about a browser that is not there or does not start.
func browserError(err error) error {
	hint := "restep doctor says what is wrong with the browser."
	if errors.Is(err, browser.ErrNotFound) || errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		hint = installHint
	}
	return &exitError{code: exitCannot, err: err, hint: hint}
}

const installHint = "Install Chromium (Debian: sudo apt-get install chromium), Chrome or Edge, or set " +
	browser.EnvPath + " to its executable."
