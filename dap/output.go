package dap

import (
	"regexp"

	"github.com/google/go-dap"

	"restep/player"
)

// output shows a line of the run in the debug console, tied to its event, so that a click leads to it.
func (s *Session) output(p *play, o player.Output) {
	if s.phase == ended || p != s.play || p.muted {
		return
	}
	b := dap.OutputEventBody{Category: o.Category, Output: s.plain(o.Text)}
	if o.Pos >= 0 && o.Pos < p.file.Len() {
		b.Source, b.Line = s.source(p), s.toClientLine(p.file.Line(o.Pos))
		b.Column = s.toClientColumn(1)
	}
	s.send("output", b)
}

// important shows a line that the user must see; the text ends in a newline.
func (s *Session) important(text string) {
	s.send("output", dap.OutputEventBody{Category: "important", Output: s.plain(text)})
}

// serverOutput shows what the app's own server prints. It may be called from any goroutine.
func (s *Session) serverOutput(text string) {
	s.post(func() {
		if s.phase != ended {
			s.send("output", dap.OutputEventBody{Category: "stdout", Output: s.plain(text)})
		}
	})
}

// escapes are the sequences by which programs colour what they print (ECMA-48: CSI, OSC and two-character ones).
var escapes = regexp.MustCompile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\^_])|\x1b")

// plain takes escape sequences away for a client that does not announce that it understands them.
func (s *Session) plain(text string) string {
	if s.client.SupportsANSIStyling {
		return text
	}
	return escapes.ReplaceAllString(text, "")
}
