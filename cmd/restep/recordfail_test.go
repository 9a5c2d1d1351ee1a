package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder"
)

// plainApp is one page.
func plainApp(t *testing.T) string {
	return serveSite(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><link rel=icon href=data:,><title>plain</title>")
	})).url
}

// closedPort is a port at which nothing listens.
func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// A page of the browser that says that there is no app is no recording of it.
func TestRecordUnreachable(t *testing.T) {
	needBrowser(t)
	t.Setenv(maskKeyEnv, "a key of this test")
	file := filepath.Join(t.TempDir(), "a.playback")
	app := "http://127.0.0.1:" + strconv.Itoa(closedPort(t))
	code, _, errs := command(t, "record", app+"/?token=hidden", "-o", file, "--headless", "--for", "1s")
	if code != exitCannot || strings.Count(errs, app+"/ cannot be opened: net::ERR_CONNECTION_REFUSED") != 2 || strings.Contains(errs, "Next:") || strings.Contains(errs, "hidden") {
		t.Errorf("status %d, %s", code, errs)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file of nothing is left: %v", err)
	}
}

// What was recorded before is replaced only where that is asked for, and only by a recording of the app.
func TestRecordReplaces(t *testing.T) {
	needBrowser(t)
	t.Setenv(maskKeyEnv, "a key of this test")
	dir := t.TempDir()
	file := filepath.Join(dir, "a.playback")
	before, err := os.ReadFile(demoFile(t))
	if err == nil {
		err = os.WriteFile(file, before, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	gone, app := "http://127.0.0.1:"+strconv.Itoa(closedPort(t)), plainApp(t)
	for _, c := range []struct {
		name, url, says string
		code            int
		force, replaced bool
	}{
		{name: "not asked for", url: app, code: exitUsage, says: file + " is there: it is not replaced without --force"},
		{name: "nothing to record", url: gone, force: true, code: exitCannot, says: "Nothing was kept."},
		{name: "asked for", url: app, force: true, code: exitOK, says: "a.new.playback, which replaces " + file + " in the end", replaced: true},
	} {
		args := []string{"record", c.url, "-o", file, "--headless", "--for", "1s"}
		if c.force {
			args = append(args, "--force")
		}
		code, _, errs := command(t, args...)
		if code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%s: status %d, %s", c.name, code, errs)
		}
		now, err := os.ReadFile(file)
		if err != nil || (string(now) == string(before)) == c.replaced {
			t.Errorf("%s: %d bytes where %d were: %v", c.name, len(now), len(before), err)
		}
		if list, _ := os.ReadDir(dir); len(list) != 1 {
			t.Errorf("%s: files %v", c.name, list)
		}
	}
	if code, _, errs := command(t, "check", file); code != exitOK {
		t.Errorf("check: %s", errs)
	}
}

// A name and password in the URL are for the browser, not for the terminal.
func TestRecordHidesUserInfo(t *testing.T) {
	needBrowser(t)
	t.Setenv(maskKeyEnv, "a key of this test")
	file := filepath.Join(t.TempDir(), "a.playback")
	app := strings.Replace(plainApp(t), "http://", "http://ana:hunter22@", 1)
	code, _, errs := command(t, "record", app, "-o", file, "--headless", "--for", "1s")
	if code != exitOK || strings.Contains(errs, "hunter22") {
		t.Errorf("status %d, %s", code, errs)
	}
}

func TestRecordPortInUse(t *testing.T) {
	needBrowser(t)
	t.Setenv(maskKeyEnv, "a key of this test")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	code, _, errs := command(t, "record", "localhost:1", "-o", filepath.Join(t.TempDir(), "a.playback"), "--headless", "--remote-debugging-port", port)
	if code != exitCannot || !strings.Contains(errs, "--remote-debugging-port") || !strings.Contains(errs, port) || strings.Contains(errs, "Tools can") {
		t.Errorf("status %d, %s", code, errs)
	}
}

// The second of two recorders of one file is refused before it starts a browser.
func TestRecordFileInUse(t *testing.T) {
	t.Setenv(maskKeyEnv, "a key of this test")
	file := filepath.Join(t.TempDir(), "a.playback")
	first, err := playback.CreateDraft(file, &playback.Header{ID: "first"})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	code, _, errs := command(t, "record", "localhost:1", "-o", file, "--headless", "--browser", "/no/such")
	if code != exitCannot || !strings.Contains(errs, file+" is being recorded by another process") {
		t.Errorf("status %d, %s", code, errs)
	}
}

// What ends the writing is told once, with what is left, and the browser has nothing to do with it.
func TestRecordWriteError(t *testing.T) {
	whole := demoFile(t)
	for file, says := range map[string]string{whole: "holds what was recorded until then", filepath.Join(t.TempDir(), "no.playback"): "Nothing was kept"} {
		for _, why := range []error{syscall.ENOSPC, syscall.ENOENT, syscall.EACCES} {
			c := recordCmd{Output: file, Profile: "p"}
			err := c.explain(&recorder.WriteError{Name: file, Err: fmt.Errorf("write playback: %w", &os.PathError{Op: "write", Path: file, Err: why})})
			var x *exitError
			if !errors.As(err, &x) || x.code != exitCannot || x.Error() != "cannot write "+file+": "+why.Error() || !strings.Contains(x.hint, says) {
				t.Errorf("%v: %v, %q", why, err, hintOf(err))
			}
		}
	}
}

// A rule that is misspelt hides nothing; which one it is stands in the message.
func TestRecordRulesError(t *testing.T) {
	for text, want := range map[string]string{
		`{"cs": [".customer"]}`:          `there is no key "cs"; the keys are css, headers and json`,
		`{"css": ".customer"}`:           `"css" is a string and must be a list of texts`,
		`{"css": [7]}`:                   `"css", item 1, is a number and must be a text`,
		`{"css": [".a"], "css": [".b"]}`: `"css" stands twice`,
		`["x"]`:                          `it is an array and must be an object`,
		`{"css": [".a"`:                  `it is not complete JSON`,
		`{"css": nothing}`:               `it is no JSON after byte 9`,
	} {
		file := filepath.Join(t.TempDir(), "rules.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := command(t, "record", "localhost:1", "-o", filepath.Join(t.TempDir(), "a.playback"), "--headless", "--mask", file)
		if code != exitUsage || !strings.Contains(errs, "--mask: "+file+": "+want+"\n") {
			t.Errorf("%s: status %d, %s", text, code, errs)
		}
	}
}

func TestOutputWhereNoFileCanBe(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIP: there is no /proc")
	}
	if code, _, errs := command(t, "record", "localhost:1", "-o", "/proc/a.playback", "--headless"); code != exitUsage || !strings.Contains(errs, "folder /proc: no file can be made in it") {
		t.Errorf("status %d, %s", code, errs)
	}
}
