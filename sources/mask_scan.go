package sources

import "strings"

// Looking for a form with a regular expression costs tens of nanoseconds for each byte. What follows finds where one
// can begin, and asks the expression there only.

// wordIndex finds words in short texts of small letters: by their first two.
type wordIndex [26 * 26][]string

func newWordIndex(words string) *wordIndex {
	var x wordIndex
	for w := range strings.FieldsSeq(words) {
		i := x.slot(w, 0)
		x[i] = append(x[i], w)
	}
	return &x
}

// slot returns the index of the two letters at a place, or -1.
func (x *wordIndex) slot(s string, at int) int {
	a, b := s[at]-'a', s[at+1]-'a'
	if a >= 26 || b >= 26 {
		return -1
	}
	return int(a)*26 + int(b)
}

// in reports whether a text contains one of the words.
func (x *wordIndex) in(s string) bool {
	for at := range len(s) - 1 {
		i := x.slot(s, at)
		if i < 0 {
			continue
		}
		for _, w := range x[i] {
			if strings.HasPrefix(s[at:], w) {
				return true
			}
		}
	}
	return false
}

// edit is a text that is being changed from its start to its end.
type edit struct {
	s    string
	from int // s[:from] is in out
	out  strings.Builder
}

// replace puts a text in place of s[start:end]. Calls are in the order of the text.
func (e *edit) replace(start, end int, text string) {
	if text == e.s[start:end] {
		return
	}
	e.out.WriteString(e.s[e.from:start])
	e.out.WriteString(text)
	e.from = end
}

func (e *edit) String() string {
	if e.from == 0 {
		return e.s
	}
	return e.out.String() + e.s[e.from:]
}

// isWord reports whether a character is one of those that \b stands between.
func isWord(c byte) bool { return classOf(c) >= 0 || c == '_' }

// replaceWords asks, where a word begins with one of these bytes, whether a form begins there: of what length, and
// from where on it is secret. It replaces the secrets.
func replaceWords(s, first string, form func(s string) (head, end int), mask func(head, secret string) string) string {
	var begins [256]bool
	for i := range len(first) {
		begins[first[i]] = true
	}
	e := edit{s: s}
	for i := 0; i < len(s); i++ {
		if !begins[s[i]] || i > 0 && isWord(s[i-1]) {
			continue
		}
		if head, end := form(s[i:]); end > 0 {
			e.replace(i+head, i+end, mask(s[i:i+head], s[i+head:i+end]))
			i += end - 1
		}
	}
	return e.String()
}

// run returns how many bytes at the start of a text are letters, digits or one of these.
func run(s, signs string) int {
	n := 0
	for n < len(s) && (classOf(s[n]) >= 0 || strings.IndexByte(signs, s[n]) >= 0) {
		n++
	}
	return n
}

// replaceAddresses replaces e-mail addresses.
func replaceAddresses(s string, f func(string) string) string {
	const longest = 320 // RFC 3696, errata 1690
	e := edit{s: s}
	for i := 0; i < len(s); i++ {
		n := strings.IndexAny(s[i:], "@%")
		if n < 0 {
			break
		}
		i += n
		behind := i + 1
		if s[i] == '%' {
			if !strings.HasPrefix(s[i:], "%40") {
				continue
			}
			behind += 2
		}
		if behind >= len(s) || classOf(s[behind]) < 0 {
			continue
		}
		start := i
		for start > max(e.from, i-64) && (classOf(s[start-1]) >= 0 || strings.IndexByte("._+-", s[start-1]) >= 0) {
			start--
		}
		if at := emailForm.FindStringIndex(s[start:min(len(s), i+longest)]); at != nil && start+at[0] < i {
			e.replace(start+at[0], start+at[1], f(s[start+at[0]:start+at[1]]))
			i = start + at[1] - 1
		}
	}
	return e.String()
}

// replaceNumbers replaces what cardForm matches in runs of digits, spaces and hyphens.
func replaceNumbers(s string, f func(string) string) string {
	e := edit{s: s}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		start, count := i, 0
		for ; i < len(s); i++ {
			if s[i] >= '0' && s[i] <= '9' {
				count++
			} else if s[i] != ' ' && s[i] != '-' || i+1 == len(s) || s[i+1] < '0' || s[i+1] > '9' {
				break
			}
		}
		if count < 15 || start >= 2 && ibanAt(s[start-2:]) > 0 {
			continue
		}
		around := max(start-1, 0) // with what stands before and behind, for \b
		for _, at := range cardForm.FindAllStringIndex(s[around:min(i+1, len(s))], -1) {
			e.replace(around+at[0], around+at[1], f(s[around+at[0]:around+at[1]]))
		}
	}
	return e.String()
}

// nextURL returns where the next absolute URL in a text begins and ends; it begins at -1 where there is none.
func nextURL(s string, from int) (start, end int) {
	for {
		n := strings.Index(s[from:], "://")
		if n < 0 {
			return -1, -1
		}
		sep := from + n
		from = sep + 3
		start = sep
		for start > max(0, sep-6) && classOf(s[start-1]) >= 0 && classOf(s[start-1]) < 2 {
			start--
		}
		switch strings.ToLower(s[start:sep]) {
		case "http", "https", "ws", "wss":
		default:
			continue
		}
		end = from
		for end < len(s) && s[end] > ' ' && strings.IndexByte("\"'<>\\^`{|}", s[end]) < 0 {
			end++
		}
		if end = sep + 3 + len(strings.TrimRight(s[sep+3:end], ".,;:!?)]*")); end > sep+3 {
			return start, end
		}
	}
}
