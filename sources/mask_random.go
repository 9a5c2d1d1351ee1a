package sources

import "strings"

// random reports whether a value of at least n characters looks as if a machine had drawn it: hexadecimal digits, a
// UUID, or letters and digits that change often, with a run that no sign interrupts. Words, slugs, and numbers are not
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
	for i := range len(s) {
		k := classOf(s[i])
		switch {
		case k < 0 && strings.IndexByte("-_.~+/=:|", s[i]) < 0:
			return false
		case k < 0:
			run = 0
			continue
		}
		count[k]++
		total++
		run++
		longest = max(longest, run)
		if last >= 0 && k != last {
			changes++
		}
		last = k
	}
	if longest < min(n, 12) || total == count[2] {
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

// distinct reports whether a value, where it is the whole of a value elsewhere, means the same thing there. It has six
// characters, with letters and digits or with digits alone; what an answer calls a token must look random.
func distinct(s string, request bool) bool {
	if len(s) < 6 || len(s) > 8<<10 || label(s) || isOpen(s) || !strings.ContainsAny(s, digits) {
		return false
	}
	if strings.Trim(s, digits) == "" {
		return len(s) != len("1700000000000") // ms since 1970
	}
	return request || random(s, 8)
}

// telling reports whether a personal value is one that its stand-in can replace everywhere: of several parts, or with
// digits. A single word may mean something else where it stands again.
func telling(s string) bool {
	if len(s) < 6 || len(s) > 1000 || isOpen(s) {
		return false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ._@|:-", r) })
	return len(parts) > 1 || strings.ContainsAny(s, digits)
}
