package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
)

// busyApp is an app that asks, stores and says something all the time.
func busyApp() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/data" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"n":%q,"text":"%s"}`, r.URL.Query().Get("n"), strings.Repeat("long ", 600))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><meta name=commit content=abc123><title>busy</title><script>
			let n = 0;
			const ask = async () => {
				localStorage.setItem('n', ++n);
				console.log('asking', n);
				await (await fetch('/data?n=' + n)).text();
				setTimeout(ask, 2);
			};
			ask();
		</script>`)
	})
}

func TestRecordCommand(t *testing.T) {
	needBrowser(t)
	t.Setenv(maskKeyEnv, "a key of this test")
	app := serveSite(t, busyApp()).url
	file := filepath.Join(t.TempDir(), "a.playback")
	code, out, errs := command(t, "record", app, "-o", file, "--headless", "--for", "500ms", "--title", "busy", "--drop", "/nothing*")
	if code != exitOK || out != "" {
		t.Fatalf("status %d, stdout %q, stderr %s", code, out, errs)
	}
	for _, want := range []string{"Recording " + app + " into " + file, "Recorded 1 action and ", "Next: restep play " + file} {
		if !strings.Contains(errs, want) {
			t.Errorf("it says %q, not %q", errs, want)
		}
	}
	f, err := playback.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := f.Header()
	if h.Title != "busy" || h.Commit != "abc123" || h.App != app || h.Viewport.Width == 0 || h.Timezone == "" || h.Seed == 0 || len(h.Rules) != 1 {
		t.Errorf("header %+v", h)
	}
	if code, _, errs := command(t, "check", file); code != exitOK {
		t.Errorf("check: %s", errs)
	}
	if code, out, errs := command(t, "play", file, "--app", app); code != exitOK {
		t.Errorf("play: status %d %s %s", code, out, errs)
	}
}

func TestRecordRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.playback")
	text := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(text, []byte("no playback"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no output", []string{"http://localhost:1"}, exitUsage, "--output"},
		{"nothing", nil, exitUsage, "where the session begins, and with -o"},
		{"no URL", []string{"file:///etc/passwd", "-o", file}, exitUsage, "no URL of an app"},
		{"other file", []string{"http://localhost:1", "-o", text, "--headless"}, exitUsage, "is no playback"},
		{"no time", []string{"http://localhost:1", "-o", file, "--headless", "--for", "0s"}, exitUsage, "--for 0s leaves no time"},
		{"time that has gone", []string{"http://localhost:1", "-o", file, "--headless", "--for=-1s"}, exitUsage, "--for -1s leaves no time"},
		{"no port", []string{"http://localhost:1", "-o", file, "--headless", "--remote-debugging-port", "70000"}, exitUsage, "--remote-debugging-port 70000: a port"},
		{"no display", []string{"http://localhost:1", "-o", file}, exitCannot, "no display"},
		{"profile is a file", []string{"http://localhost:1", "-o", file, "--headless", "--profile", text}, exitUsage, "--profile"},
		{"rules", []string{"http://localhost:1", "-o", file, "--headless", "--mask", text}, exitUsage, "--mask"},
		{"no browser", []string{"http://localhost:1", "-o", file, "--headless", "--browser", "/no/such"}, exitCannot, "/no/such"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("DISPLAY", "")
			t.Setenv("WAYLAND_DISPLAY", "")
			code, _, errs := command(t, append([]string{"record"}, c.args...)...)
			if code != c.code || !strings.Contains(errs, c.says) {
				t.Errorf("status %d, %s", code, errs)
			}
		})
	}
}
