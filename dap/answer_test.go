package dap_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/player/playertest"
)

// curious is the shop of a fix that asks more than was recorded: "details" saves something.
func curious(w *playertest.World) {
	playertest.Shop(w)
	w.On("click details", func(*playback.Event) {
		w.Log("log", "details of 1 discount")
		w.Fetch("POST", "/api/save?tier=vip", `{"n":1}`, func(a playertest.Answer) {
			w.Vars["saved"] = fmt.Sprint(a.Status, string(a.Body), " at ", int(w.Now()))
		})
	})
}

// TestAnswers shows what a user can do about a request that was not recorded.
func TestAnswers(t *testing.T) {
	a := connect(t, func(a *adapter) { a.stage.App = curious })
	a.script("testdata/answers.txt")
	text, err := os.ReadFile(a.path)
	if err != nil {
		t.Fatal(err)
	}
	var added []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(playertest.RaceText, line) {
			added = append(added, line)
		}
	}
	if len(added) != 2 || strings.Count(string(text), "\n") != strings.Count(playertest.RaceText, "\n")+2 ||
		!strings.Contains(added[0], `"ev":"req"`) || !strings.Contains(added[1], `"ev":"res"`) ||
		!strings.Contains(added[0], `"authored":true`) || !strings.Contains(added[0], `"url":"https://shop.example/api/save?tier=vip"`) {
		t.Errorf("added to the file: %s", added)
	}
	if diags, err := playback.CheckFile(a.path); err != nil || len(diags) > 0 {
		t.Errorf("%v, %v", diags, err)
	}
}

// TestAllowed shows how a request that was not recorded reaches a server.
func TestAllowed(t *testing.T) {
	connect(t, func(a *adapter) { a.stage.App = curious }).script("testdata/allowed.txt")
}
