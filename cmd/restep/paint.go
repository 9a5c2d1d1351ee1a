package main

// paint is how results are printed for people. The zero value colours nothing.
type paint struct {
	on    bool // in colours
	width int  // columns of the terminal, 0: not known
}

// paintFor colours what goes to a terminal, unless the user wants none: https://no-color.org.
func paintFor(e *env) paint {
	return paint{
		on:    e.outTTY && e.getenv("NO_COLOR") == "" && e.getenv("TERM") != "dumb",
		width: terminalColumns(e.getenv),
	}
}

func (p paint) bad(s string) string    { return p.in("31", s) }
func (p paint) warn(s string) string   { return p.in("33", s) }
func (p paint) good(s string) string   { return p.in("32", s) }
func (p paint) soft(s string) string   { return p.in("2", s) }
func (p paint) strong(s string) string { return p.in("1", s) }

// in wraps a text in an attribute of ECMA-48, and takes it back at the end.
func (p paint) in(attribute, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + attribute + "m" + s + "\x1b[0m"
}

// terminalColumns is how wide lines may be that stand beside each other.
func terminalColumns(getenv func(string) string) int {
	n := 0
	for _, c := range getenv("COLUMNS") {
		if c < '0' || c > '9' || n > 1000 {
			return defaultColumns
		}
		n = n*10 + int(c-'0')
	}
	if n < 40 {
		return defaultColumns
	}
	return min(n, 240)
}

const defaultColumns = 110
