package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
)

// What a file holds comes from strangers: shown as it is it could move the cursor, colour the screen, or have a terminal
// show it in another order than it has (Unicode's bidirectional controls, https://trojansource.codes). --json and --body
// are for programs and print everything as it is.

// printable makes recorded text safe for one line of a terminal.
func printable(s string) string { return escape(s, "") }

// printableLines is printable for text of several lines.
func printableLines(s string) string { return escape(s, "\n\t") }

// escape writes what a terminal would not show as a character as JSON does, but for the characters of keep.
func escape(s, keep string) string {
	bad := func(r rune) bool { return unsafe(r) && !strings.ContainsRune(keep, r) }
	if strings.IndexFunc(s, bad) < 0 {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	var b strings.Builder
	for _, r := range s { // a byte that is no UTF-8 is U+FFFD
		switch {
		case !bad(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		default:
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, u)
			}
		}
	}
	return b.String()
}

// unsafe reports whether a character controls a terminal, is invisible, or ends a line. The joiners that emoji and several
// scripts are written with do neither.
func unsafe(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
	switch r {
	case zeroWidthNonJoiner, zeroWidthJoiner:
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// safeText is standard error: all that goes there is for people, messages about the content of files too.
type safeText struct{ w io.Writer }

// Write writes whole messages.
func (s safeText) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.w, printableLines(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
