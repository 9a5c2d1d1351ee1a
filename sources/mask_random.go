package sources

import (
	"regexp"
	"strings"
)

// random reports whether a value of at least n characters looks as if a machine had drawn it: hexadecimal digits, a
// UUID, or letters and digits that change often, not only at the signs between them. Words, slugs, and numbers are not
// random.
func random(s string, n int) bool {
	if len(s) < n || len(s) > 8<<10 {
		return false
	}
	if isUUID(s) {
		return true
	}
	var count [3]int                 // lower, upper, digit
	last, changes, total := -1, 0, 0 // of the kinds of characters
	run, longest := 0, 0
	turns, drawn := 0, 0 // within the run; characters of runs that change often by themselves
	for i := range len(s) {
		k := classOf(s[i])
		switch {
		case k < 0 && strings.IndexByte("-_.~+/=:|", s[i]) < 0:
			return false
		case k < 0:
			run, turns = 0, 0
			continue
		}
		if run > 0 && k != last && (last != 1 || k != 0) { // a capital begins a word
			turns++
		}
		count[k]++
		total++
		run++
		longest = max(longest, run)
		if i+1 == len(s) || classOf(s[i+1]) < 0 {
			if turns >= 2 && turns*4 >= run {
				drawn += run
			}
		}
		if last >= 0 && k != last {
			changes++
		}
		last = k
	}
	if max(longest, drawn) < min(n, 12) || total == count[2] {
		return false
	}
	if count[2] >= 2 {
		return changes*5 >= total
	}
	// Drawn letters change their case every second time; in camelCase each word has but one capital.
	return count[0] > 0 && count[1] > 0 && total >= 16 && changes*5 >= total*2
}

// classOf says whether a character is a small letter (0), a capital (1), a digit (2) or something else (-1).
func classOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return 0
	case c >= 'A' && c <= 'Z':
		return 1
	case c >= '0' && c <= '9':
		return 2
	}
	return -1
}

// unmistakable reports whether a value is too long and mixed to be a word or number that means something else.
func unmistakable(s string) bool {
	return len(s) >= 12 && len(s) <= 8<<10 && strings.ContainsAny(s, digits) &&
		strings.ContainsFunc(s, func(r rune) bool { return r < 128 && classOf(byte(r)) >= 0 && classOf(byte(r)) < 2 }) &&
		!strings.ContainsAny(s, " \t\r\n")
}

// slugForm is made of words and numbers: SKU-2024-00017-XL, day-1.
var slugForm = regexp.MustCompile(`^(?:\d+|[A-Z]?[a-z]+|[A-Z]+)(?:[-_./: ]+(?:\d+|[A-Z]?[a-z]+|[A-Z]+))*$`)

// slug reports whether a value is of slugForm.
func slug(s string) bool { return len(s) <= 200 && slugForm.MatchString(s) }

// telling reports whether a personal value is one that its stand-in can replace everywhere: of several parts, or with
// digits. A single word or a short number may mean something else where it stands again.
func telling(s string) bool {
	if len(s) < 6 || len(s) > 1000 || isOpen(s) || len(s) < 8 && strings.Trim(s, digits) == "" {
		return false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ._@|:-", r) })
	return len(parts) > 1 || strings.ContainsAny(s, digits)
}
