// Package demo is the shop that `restep demo` replays: its TypeScript sources, a recorded session that ends in an
// error, and the server that stands in for the developer's own one.
//
// The bug needs a session to be seen. The till asks for a price when it opens, and again when a member card is
// entered. In the recording the first answer is slow: it comes after the second one, replaces the member's price,
// and "Pay now" then reads the discounts that only members have.
//
// The package knows nothing of players and editors. Its server has no API: at replay every call is answered from
// the recording.
package demo

import (
	"embed"
	"io/fs"
)

//go:generate make -C ../../.. demo-recording

//go:embed app
var files embed.FS

//go:embed demo.playback
var recording []byte

// Recording is the playback file of the session.
func Recording() []byte { return recording }

// Source is the shop as it went to production: index.html and src with the bug in src/quote.ts.
func Source() fs.FS {
	app, err := fs.Sub(files, "app")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return app
}
