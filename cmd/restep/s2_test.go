package main

import (
	"net/http"
	"os"
	"slices"
	"testing"

	"restep/player/playback"
)

// TestReactAdmin replays the session s2 against the admin app that `make s2` builds, with no server for its API. The
// page also wants a style sheet of another host, whose failure was recorded, and a connection to a third.
func TestReactAdmin(t *testing.T) {
	needBrowser(t)
	dist := os.Getenv("RESTEP_S2")
	if dist == "" {
		t.Skip("SKIP: RESTEP_S2 does not name the built app; make s2 builds it from npm and runs this test")
	}
	app := serveSite(t, http.FileServer(http.Dir(dist)))
	for _, s := range sessions("s2", "S2-react-admin", "own-react-admin-edit.flow.json") {
		t.Run(s.name, func(t *testing.T) {
			wire := setTripwire(t)
			file, _ := s.merge(t, wire.url, "19213", "19223")
			waits(t, file, "s2n", "s3", "s7", "s11")
			run := playThrice(t, file, app.url, 8)
			// The flow ends before a comment is deleted, and the lists are asked for again.
			run.differs(t, slices.Repeat([]playback.DivergenceKind{playback.RequestMissing}, 4)...)
			wire.untouched(t)
		})
	}
	app.servedOnly(t, "/api/", "/_sink/")
}
