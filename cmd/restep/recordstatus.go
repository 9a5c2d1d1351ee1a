package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"restep/sources/recorder"
)

// statusLine shows on a terminal how far a recording is, in one line that is written again and again. It holds numbers
// and nothing that was recorded.
type statusLine struct {
	to    *env
	shown bool
}

const clearLine = "\r\x1b[K"

func (l *statusLine) show(s recorder.Status) {
	if !l.to.tty {
		return
	}
	l.shown = true
	t := s.Elapsed.Round(time.Second)
	fmt.Fprintf(raw(l.to.stderr), "%s%d:%02d  %s, %s, %s, %s masked", clearLine, int(t.Minutes()), int(t.Seconds())%60,
		amount(s.Actions, "action"), amount(s.Requests, "request"), bytesText(s.Bytes), amount(s.Masked, "value"))
}

func (l *statusLine) clear() {
	if l.shown {
		io.WriteString(raw(l.to.stderr), clearLine) //nolint:errcheck // it is a terminal
	}
}

// raw is standard error for what moves the cursor.
func raw(w io.Writer) io.Writer {
	if safe, ok := w.(safeText); ok {
		return safe.w
	}
	return w
}

// amount is a number of things: "1 action", "2 actions".
func amount(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// bytesText is a number of bytes for people.
func bytesText(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000_000:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
