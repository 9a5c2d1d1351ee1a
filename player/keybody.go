package player

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// keyPair is a name and a value, both escaped.
type keyPair struct{ name, value string }

func sortPairs(list []keyPair) {
	slices.SortStableFunc(list, func(a, b keyPair) int { return cmp.Compare(a.name, b.name) })
}

func joinPairs(list []keyPair) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String()
}

// formPairs parses the pairs of a query or form, sorted by name.
func formPairs(s string) []keyPair {
	var list []keyPair
	for piece := range strings.SplitSeq(s, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(strings.ReplaceAll(piece, "+", "%20"), "=")
		list = append(list, keyPair{respell(name, ""), respell(value, "")})
	}
	sortPairs(list)
	return list
}

// bodyKey is kind and content of a body that is not empty.
func bodyKey(contentType string, body []byte) string {
	essence, _, _ := strings.Cut(contentType, ";")
	essence = strings.Trim(asciiLower(essence), " \t")
	if essence == "multipart/form-data" {
		if key, ok := multipartKey(contentType, body); ok {
			return "multipart " + key
		}
	}
	if !utf8.Valid(body) {
		return "binary " + digestKey(body)
	}
	start := bytes.TrimLeft(body, " \t\r\n")
	if strings.Contains(essence, "json") || len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		if key, ok := jsonKey(body); ok {
			return "json " + key
		}
	}
	undeclared := essence == "" || essence == "text/plain"
	if essence == "application/x-www-form-urlencoded" || undeclared && formLike.Match(body) {
		return "form " + queryKey(formPairs(string(body)))
	}
	return "text " + shortKey(string(body))
}

// formLike matches content that is a form though nothing says so.
var formLike = regexp.MustCompile(`^[\w.~*%+\-[\]]+=[\w.~*%+\-]*(&[\w.~*%+\-[\]]+=[\w.~*%+\-]*)*$`)

// The parts of multipart content; headers are matched in lower case.
var (
	partBoundary  = regexp.MustCompile(`;[ \t]*partBoundary=(?:"([^"]*)"|([^;, \t]*))`)
	partDelimiter = regexp.MustCompile(`^--[^\r\n]+`)
	partGap       = regexp.MustCompile(`\r?\n\r?\n`)
	partName      = regexp.MustCompile(`(?m)^content-disposition:[^\r\n]*?[; \t]name="([^"\r\n]*)"`)
	partFile      = regexp.MustCompile(`(?m)^content-disposition:[^\r\n]*[; \t]filename\*?=`)
)

// multipartKey reports whether the body is multipart content.
func multipartKey(contentType string, body []byte) (string, bool) {
	var delimiter []byte
	if m := partBoundary.FindStringSubmatchIndex(asciiLower(contentType)); m != nil {
		i := 2
		if m[2] < 0 {
			i = 4
		}
		delimiter = []byte("--" + contentType[m[i]:m[i+1]])
	} else {
		delimiter = partDelimiter.Find(body)
	}
	if len(delimiter) <= 2 {
		return "", false
	}
	var list []keyPair
	_, rest, found := bytes.Cut(body, delimiter)
	for found && !bytes.HasPrefix(rest, []byte("--")) {
		var part []byte
		if part, rest, found = bytes.Cut(rest, delimiter); !found {
			break
		}
		if p, ok := partKey(part); ok {
			list = append(list, p)
		}
	}
	sortPairs(list)
	return shortKey(joinPairs(list)), len(list) > 0
}

// partKey reads what stands between two delimiters.
func partKey(b []byte) (keyPair, bool) {
	start, end := 1, len(b)-1
	if bytes.HasPrefix(b, []byte("\r\n")) {
		start = 2
	}
	if bytes.HasSuffix(b, []byte("\r\n")) {
		end = len(b) - 2
	}
	if end < start {
		return keyPair{}, false
	}
	b = b[start:end]
	gap := partGap.FindIndex(b)
	if gap == nil {
		return keyPair{}, false
	}
	headers := lowerBytes(b[:gap[0]])
	name := partName.FindSubmatchIndex(headers)
	if name == nil {
		return keyPair{}, false
	}
	value := b[gap[1]:]
	p := keyPair{name: spellBytes(b[name[2]:name[3]]), value: "@" + digestKey(value)}
	if !partFile.Match(headers) {
		p.value = spellBytes(value)
	}
	return p, true
}

func lowerBytes(b []byte) []byte {
	b = bytes.Clone(b)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

// spellBytes writes bytes as escaped text, or as their digest where they are not text.
func spellBytes(b []byte) string {
	if !utf8.Valid(b) {
		return "@" + digestKey(b)
	}
	return literalKey(string(b))
}
