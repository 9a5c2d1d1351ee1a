// Package dap is the debug adapter: it translates between the Debug Adapter Protocol and [player.Player].
//
// It owns the connection, the requests, breakpoints as editors see them, and the shape of frames, scopes and values.
// It deliberately does not know how a playback is played, what a browser is, or where one comes from: the [Server] is
// given a function that opens a [player.Stage].
//
// The source of a session is the playback file; the arrow stands on the event that runs next, and after a failure on the
// failing effect. What each request means is said at its handler; there is one file a feature, and [handlers] is the table.
//
// Facts about clients in comments were measured with nvim-dap, VS Code, Helix 25.01 and dape.
package dap
