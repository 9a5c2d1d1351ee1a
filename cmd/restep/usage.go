package main

import (
	"errors"
	"regexp"
	"slices"

	"github.com/alecthomas/kong"
)

// about is the program in the words of its help.
const about = `Debug production sessions step by step, in your editor, against your local app.

restep demo shows it in a minute. For a session of your own: record it with the Recorder and the Network panel of Chrome's
DevTools, make a playback of both exports with restep merge, and play it, or open it in your editor.

RESTEP_BROWSER names the browser, RESTEP_MASK_KEY the secret that stand-ins for credentials are derived from.`

// Help is what follows the description in restep play --help.
func (*playCmd) Help() string {
	return `The verdict is the outcome: matched (nothing failed, as recorded), gone (the file has a failure, and it did not occur),
reproduced (a recorded failure occurred), or diverged (the app went another way).

The exit status is 0 for matched and gone, 1 for the other verdicts, 2 for bad usage or a broken file, and 3 where it could
not run or its result could not be written. Nothing reaches a server but the app at --app and what --live lists.

Example: restep play checkout.playback --app http://localhost:5173`
}

// Help is what follows the description in restep minimize --help.
func (*minimizeCmd) Help() string {
	return `It plays parts of the session, several at once, until no action can be left out without losing the failure, alone or with
those that belong to it. It writes that as a playback of its own (NAME.min.playback where -o is left out), and plays it once
more. What an action caused goes with it; everything keeps its time and its id. Ctrl-C writes the best so far.

The exit status is 0 where it was found, 1 where no recorded failure occurs, 2 for bad usage or a broken file, and 3 where the
search ended before it was done.

Example: restep minimize checkout.playback --app http://localhost:5173`
}

// Help is what follows the description in restep explore --help.
func (*exploreCmd) Help() string {
	return `First two answers that were both awaited change places, then one comes some actions earlier or later, then several are
moved by lot; messages of sockets and event streams are among them. An answer never comes before its own request, nor behind a
request that was seen to wait for it; a message comes after the one before it on its connection, and after what the app had
sent or changed by then. Each order is played once; it fails, is fine, left the recording (the app asked what was never
recorded), or is impossible.

-o writes the session in the order of the smallest change that turns the outcome: one that fails where the recorded order does
not, and the other way round. The exit status is 1 where the recorded order is fine and another one fails, 2 for bad usage or a
broken file, and 3 where it could not play.

Example: restep explore checkout.playback --race --app http://localhost:5173`
}

// Help is what follows the description in restep dap --help.
func (*dapCmd) Help() string {
	return `Your editor starts it; the README shows how to set up VS Code, Neovim, Helix and Emacs, and restep demo writes a folder
that is set up.`
}

// Help is what follows the description in restep import --help.
func (*importCmd) Help() string {
	return `Example: restep import har checkout.har -o checkout.playback`
}

// Help is what follows the description in restep merge --help.
func (*mergeCmd) Help() string {
	return `Example: restep merge checkout.json checkout.har -o checkout.playback, where the first is a flow of the Recorder: what
the user did. It has no times; they come from the requests of the second.`
}

// badUsage is the error of a command line that the parser refuses, in words for people who do not know it. To git bisect run a
// status of 2 is a bad commit, and so would be every one.
func badUsage(err error, args []string) error {
	help := "restep --help"
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context != nil && p.Context.Selected() != nil {
		help = "restep " + p.Context.Selected().Name + " --help"
	}
	code := exitUsage
	if len(args) > 0 && args[0] == "play" && slices.Contains(args, "--bisect") {
		code = bisectSkip
	}
	return &exitError{code: code, err: errors.New(plainUsage(err.Error())), hint: "Run " + help + "."}
}

// plainUsage rewords what the parser says.
func plainUsage(text string) string {
	for _, r := range [...]struct{ from, to string }{
		{`^expected one of "demo".*`, "say what to do; restep demo is a good beginning"},
		{`^expected "<kind-and-files> \.\.\."`, "no file is named"},
		{`^expected "<files?>( \.\.\.)?"`, "no file is named"},
		{`^(--[a-z-]+): (expected [a-z]+ value but got "EOL"|missing value).*`, "$1 needs a value"},
		{`^(--[a-z-]+): expected a valid 64 bit int but got "(.*)"`, "$1 $2 is no number"},
		{`^[a-z]+: (--.*)`, "$1"},
	} {
		if from := regexp.MustCompile(r.from); from.MatchString(text) {
			return from.ReplaceAllString(text, r.to)
		}
	}
	return text
}
