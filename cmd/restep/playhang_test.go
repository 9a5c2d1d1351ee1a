package main

import (
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// TestPlayHang plays an app that gets into an endless loop: that is what this version of it does, not something that
// kept the run from happening.
func TestPlayHang(t *testing.T) {
	app := func(w *playertest.World) {
		playertest.Shop(w)
		w.On("click details", func(*playback.Event) { w.Hang() })
	}
	c := &playCmd{File: "race.playback", Runs: 2}
	r := &replay{
		file: playertest.Race(), stage: &playertest.Stage{App: app}, options: player.Options{App: "http://127.0.0.1:5173"}, until: -1,
	}
	result, err := c.repeat(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if d := result.Run.Divergences; result.Run.Verdict != playback.Diverged || len(d) == 0 || d[len(d)-1].Kind != playback.PageHangs || d[len(d)-1].ID != "e11" {
		t.Errorf("verdict %s with %+v", result.Run.Verdict, d)
	}
	if got := c.status(result); got != exitFailed {
		t.Errorf("exit status %d, want %d", got, exitFailed)
	}
	c.Bisect = true
	if got := c.status(result); got != bisectSkip {
		t.Errorf("with --bisect: exit status %d, want %d", got, bisectSkip)
	}
}
