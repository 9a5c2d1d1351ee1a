package sources

import (
	"regexp"
	"strings"
)

// columnName is the name of a column in a table that nothing but its first line tells.
var columnName = regexp.MustCompile(`^"?[A-Za-z_][\w .-]{0,40}"?$`)

// table masks separated values (RFC 4180) whose first line names a column as secret: what stands in that column, and
// what the other cells look like. typed says that the text is said to be a table. It returns false for other texts.
func (m *Masker) table(s string, typed bool, c scope) (string, bool) {
	first, rest, _ := strings.Cut(s, "\n")
	first = strings.TrimSuffix(first, "\r")
	if len(first) > 4000 || rest == "" {
		return s, false
	}
	sep := separator(first)
	names := strings.Split(first, sep)
	secret := false
	for i, name := range names {
		if !typed && !columnName.MatchString(name) {
			return s, false
		}
		names[i] = strings.Trim(name, "\ufeff\" ")
		secret = secret || m.secretName(names[i])
	}
	second, _, _ := strings.Cut(rest, "\n")
	if !secret || !typed && (len(names) < 2 || strings.Count(second, sep) != len(names)-1) {
		return s, false
	}
	e := edit{s: s}
	column := 0
	for at := len(s) - len(rest); at < len(s); {
		end := cellEnd(s, at, sep[0])
		if column < len(names) {
			e.replace(at, end, m.cell(names[column], s[at:end], c))
		}
		column++
		if end < len(s) && s[end] != sep[0] {
			column = 0
			if strings.HasPrefix(s[end:], "\r\n") {
				end++
			}
		}
		at = end + 1
	}
	return e.String(), true
}

// separator returns what stands between the names of the columns.
func separator(line string) string {
	best := ","
	for _, sep := range []string{";", "\t", "|"} {
		if strings.Count(line, sep) > strings.Count(line, best) {
			best = sep
		}
	}
	return best
}

// cellEnd returns where the cell ends that begins at a place.
func cellEnd(s string, at int, sep byte) int {
	quoted := s[at] == '"'
	if quoted {
		at++
	}
	for ; at < len(s); at++ {
		switch {
		case quoted && s[at] == '"':
			quoted = false // a second one behind it opens the quotes again
		case !quoted && s[at] == '"' && s[at-1] == '"':
			quoted = true
		case !quoted && (s[at] == sep || s[at] == '\n' || strings.HasPrefix(s[at:], "\r\n")):
			return at
		}
	}
	return at
}

// cell masks the cell of a column.
func (m *Masker) cell(column, s string, c scope) string {
	plain := s
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		plain = strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	out := plain
	if m.isSecret(column, plain, scope{request: true}) { // a cell is no text about a password
		out = m.secretOf(column, plain)
	} else {
		out = m.value(plain, c)
	}
	switch {
	case out == plain:
		return s
	case plain != s || strings.ContainsAny(out, "\",;\t|\n"):
		return `"` + strings.ReplaceAll(out, `"`, `""`) + `"`
	}
	return out
}
