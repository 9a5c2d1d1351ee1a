// Package recorder records a session in a real browser into a playback file.
//
// A [Journal] is the file while it grows: it gives lines their ids and causes, masks what is secret before anything
// touches the disk, and puts the file into its final form. [Record] drives a Chromium in which a person works, and
// writes what they do and what follows. The page side is in js; it sees actions, errors, what is shown, and storage, and
// reports them as entries. The network, the console, dialogs, tabs and downloads are what the browser tells over the
// DevTools protocol.
//
// Where no browser is driven, apps include the page side themselves: [EmbedScript] is made of the same parts, with
// requests and the console as a page sees them, and a [Receiver] takes what it posts.
//
// The package deliberately knows nothing of replaying, and its page script never calls into the app.
package recorder
