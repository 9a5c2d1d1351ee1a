package dap_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"restep/player/playertest"
)

// hotApp is the shop of playertest with a server and one source file, cart.html. A page that is opened is mended when the
// file says so.
type hotApp struct {
	*adapter
	url   string
	file  string
	asked atomic.Int32 // requests that the server got
	fails atomic.Bool  // it does not build
}

func connectHot(t *testing.T, g *gate) *hotApp {
	t.Helper()
	h := &hotApp{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked.Add(1)
		if h.fails.Load() {
			http.Error(w, "cart.html:1:1: it does not build", http.StatusInternalServerError)
			return
		}
		http.ServeFile(w, r, h.file)
	}))
	t.Cleanup(server.Close)
	h.url = server.URL
	h.adapter = connect(t, func(a *adapter) {
		if g != nil {
			gated(g)(a)
		}
		a.stage.App = func(w *playertest.World) {
			if content, _ := os.ReadFile(h.file); strings.Contains(string(content), "mended") {
				playertest.FixedShop(w)
			} else {
				playertest.Shop(w)
			}
		}
	})
	h.file = filepath.Join(h.server.Dir, "cart.html")
	h.save("broken")
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(h.file, long, long); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, m := range h.All() {
				t.Logf("%s%s %v %.300s", m.Event, m.Command, m.Success, m.Body)
			}
		}
	})
	return h
}

func (h *hotApp) save(content string) {
	h.t.Helper()
	if err := os.WriteFile(h.file, []byte(content), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hotApp) start(more map[string]any) {
	h.t.Helper()
	c := h.launch(map[string]any{"app": h.url, "checkpointMemory": 0}) // a gate is shut while nothing runs
	for k, v := range more {
		c[k] = v
	}
	if _, err := h.Begin(h.ctx, c, nil); err != nil {
		h.t.Fatal(err)
	}
}

// says waits for a line of the console.
func (h *hotApp) says(want string) {
	h.t.Helper()
	for {
		m, err := h.Event(h.ctx, "output")
		if err != nil {
			h.t.Fatalf("%q is not said: %v", want, err)
		}
		var o struct {
			Output string `json:"output"`
		}
		if err := m.Decode(&o); err != nil {
			h.t.Fatal(err)
		}
		if strings.Contains(o.Output, want) {
			return
		}
	}
}

// on checks the line of the next stop and what is said of it.
func (h *hotApp) on(line int, description, text string) {
	h.t.Helper()
	m, err := h.Event(h.ctx, "stopped")
	if err != nil {
		h.t.Fatal(err)
	}
	var s struct {
		Description string `json:"description"`
		Text        string `json:"text"`
		Preserve    bool   `json:"preserveFocusHint"`
	}
	if err := m.Decode(&s); err != nil {
		h.t.Fatal(err)
	}
	if !s.Preserve { // the user is in the file that was saved
		h.t.Error("the stop shows the playback")
	}
	if s.Description != description || s.Text != text {
		h.t.Errorf("the stop is %+v, want %q, %q", s, description, text)
	}
	if got, err := h.Line(h.ctx); err != nil || got != line {
		h.t.Fatalf("on line %d, want %d (%v)", got, line, err)
	}
}

const replayed = "Replayed with your change (cart.html)"

// A saved file brings the session back to where it stands. A client that can ask anew for what it shows is not told that the
// session runs meanwhile: the frames that it has are those of the place as it is now.
func TestSavedFileReplays(t *testing.T) {
	g := &gate{}
	h := connectHot(t, g)
	h.start(nil)
	h.goes("continue", 23) // the end
	frames, err := h.Stack(h.ctx)
	if err != nil {
		t.Fatal(err)
	}
	h.Take("output")
	g.advance.shut = true
	h.save("mended")
	<-g.advance.entered
	close(g.advance.release)
	h.says("restep: replayed with your change (cart.html): TypeError: gone\n")
	h.on(23, replayed, "End of the recording: diverged") // a bug line cannot be checked in memory
	if m, err := h.Event(h.ctx, "invalidated"); err != nil || !strings.Contains(string(m.Body), "variables") {
		t.Errorf("invalidated: %s, %v", m.Body, err)
	}
	h.ask("scopes", map[string]any{"frameId": frames[0].Id}, nil)
	if n := len(h.Take("continued")); n != 0 {
		t.Errorf("the session was resumed %d times", n)
	}
	h.save("broken")
	h.says("new: TypeError")
	h.on(23, replayed, "End of the recording: reproduced")
	h.save("broken ")
	h.says("no difference up to here")
	h.on(23, replayed, "End of the recording: reproduced")
}

// A client that cannot ask anew is told that the session runs.
func TestSavedFileResumes(t *testing.T) {
	h := connectHot(t, nil)
	h.ask("initialize", map[string]any{"adapterID": "restep"}, nil)
	h.ask("launch", h.launch(map[string]any{"app": h.url}), nil)
	h.ask("configurationDone", nil, nil)
	if _, err := h.Stopped(h.ctx); err != nil {
		t.Fatal(err)
	}
	h.goes("next", 6)
	h.save("mended")
	if _, err := h.Event(h.ctx, "continued"); err != nil {
		t.Fatal(err)
	}
	h.on(6, replayed, "")
}

// A step that the user makes while a saved file is replayed is made after it.
func TestStepWhileReplaying(t *testing.T) {
	g := &gate{}
	h := connectHot(t, g)
	h.start(nil)
	h.goes("next", 6)
	g.advance.shut = true
	h.save("mended")
	<-g.advance.entered
	h.ask("next", map[string]any{"threadId": 1}, nil)
	close(g.advance.release)
	h.says("replayed with your change (cart.html)")
	if s, err := h.Stopped(h.ctx); err != nil || s.Reason != "step" {
		t.Fatalf("stopped: %+v, %v", s, err)
	}
	if got, err := h.Line(h.ctx); err != nil || got == 6 {
		t.Fatalf("on line %d (%v), want the next", got, err)
	}
}

// A move that is under way when a file is saved ends where it would have with the new code from its beginning.
func TestSavedFileInterruptsAMove(t *testing.T) {
	g := &gate{}
	h := connectHot(t, g)
	h.start(nil)
	h.ask("setExceptionBreakpoints", map[string]any{"filters": []string{"uncaught"}}, nil)
	h.goes("next", 6)
	g.advance.shut = true
	h.ask("continue", map[string]any{"threadId": 1}, nil)
	<-g.advance.entered
	asked := h.asked.Load()
	h.save("mended")
	for range 3 { // the change is seen, or it comes when the move has ended
		g.advance.release <- struct{}{}
		<-g.advance.entered
	}
	close(g.advance.release)
	h.says("replayed with your change (cart.html)")
	if m := h.Take("stopped"); len(m) == 0 { // its stop is on its way
		if _, err := h.Stopped(h.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if h.asked.Load() == asked {
		t.Error("the server was not asked for the new code")
	}
}

// What does not build is said, and nothing else happens; the next save tries again.
func TestSavedFileDoesNotBuild(t *testing.T) {
	h := connectHot(t, nil)
	h.start(nil)
	h.goes("next", 6)
	h.fails.Store(true)
	h.save("mended {")
	h.says("cart.html cannot be replayed, since the app's server refuses it; the next save tries again:\ncart.html:1:1: it does not build\n")
	if got := len(h.Take("continued")); got != 0 {
		t.Errorf("the session was resumed %d times", got)
	}
	h.fails.Store(false)
	h.save("mended")
	h.on(6, replayed, "")
}

// Without hot replay nothing is watched, and nobody asks the app's server.
func TestHotReplayOff(t *testing.T) {
	h := connectHot(t, nil)
	h.start(map[string]any{"hotReplay": "off"})
	h.goes("continue", 23)
	h.save("mended")
	h.goes("stepBack", 20)
	if n := h.asked.Load(); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
}

func TestHotReplayConfiguration(t *testing.T) {
	for _, c := range []struct {
		more map[string]any
		want string
	}{
		{map[string]any{"hotReplay": "always"}, `"hotReplay" is "always": write "restart", "hmr" or "off"`},
		{map[string]any{"sourceMapPathOverrides": map[string]any{"a/*": "/*/*"}}, `"sourceMapPathOverrides": "a/*": "/*/*": one * on each side at most`},
	} {
		a := connect(t, nil)
		a.ask("initialize", map[string]any{"adapterID": "restep"}, nil)
		if got := a.refused("launch", a.launch(c.more)); got != c.want {
			t.Errorf("%v: %s", c.more, got)
		}
	}
}

// A playback that is saved is replayed to the same event, and its breakpoints go with their events.
func TestSavedPlayback(t *testing.T) {
	for name, resend := range map[string]bool{"the client says nothing": false, "the client sends its breakpoints again": true} {
		t.Run(name, func(t *testing.T) {
			h := connectHot(t, nil)
			h.start(nil)
			h.breaks(9, 17)
			h.goes("continue", 9)
			lines := strings.SplitAfter(playertest.RaceText, "\n")
			added := `{"t":450,"ev":"hover","id":"new","on":{"testid":"email"}}` + "\n"
			h.write(strings.Join(lines[:5], "") + added + strings.Join(lines[5:], ""))
			if resend {
				h.breaks(10, 18)
			}
			h.says("replaying race.playback as it was saved")
			if _, err := h.Stopped(h.ctx); err != nil {
				t.Fatal(err)
			}
			if got, err := h.Line(h.ctx); err != nil || got != 10 {
				t.Fatalf("on line %d, want 10 (%v)", got, err)
			}
			h.goes("continue", 18)
			h.write("no playback\n")
			h.says("the playback as it was saved cannot be played; the next save tries again")
			h.goes("stepBack", 14)
		})
	}
}
