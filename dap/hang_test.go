package dap_test

import (
	"testing"

	"restep/player/playback"
	"restep/player/playertest"
)

// An app in an endless loop stops the session with a description; it can be looked at, taken back and started again.
func TestHang(t *testing.T) {
	connect(t, func(a *adapter) {
		a.stage.App = func(w *playertest.World) {
			playertest.Shop(w)
			w.On("click details", func(*playback.Event) { w.Hang() })
		}
	}).script("testdata/hang.txt")
}
