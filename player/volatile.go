package player

import (
	"regexp"
	"strconv"
	"strings"
)

// Shapes of values that differ from run to run without meaning anything. Two values of the same shape count as equal
// where requests are matched; values of no shape must be equal.
var shapes = [...]struct {
	name string
	re   *regexp.Regexp
}{
	{"uuid", regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)},
	{"date", regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$`)},
	{"http date", regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$`)},
	{"jwt", regexp.MustCompile(`^eyJ[\w-]+\.[\w-]+\.[\w-]*$`)},
	{"ulid", regexp.MustCompile(`^0[0-9A-HJKMNP-TV-Z]{25}$`)},
	{"random", regexp.MustCompile(`^0\.\d{10,20}$`)}, // Math.random()
}

// shape names the volatile shape of a value, "" for none.
func shape(s string) string {
	if len(s) < 10 || len(s) > 4096 {
		return ""
	}
	for _, x := range shapes {
		if x.re.MatchString(s) {
			return x.name
		}
	}
	if t, ok := epoch(s); ok {
		return t
	}
	return token(s)
}

// epoch recognises s and ms since 1970 between the years 2001 and 2065, with a fraction or without.
func epoch(s string) (string, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) > 9 {
		return "", false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	switch {
	case err != nil:
		return "", false
	case n >= 1e9 && n < 3e9:
		return "epoch s", true
	case n >= 1e12 && n < 3e12:
		return "epoch ms", true
	}
	return "", false
}

// token recognises nonces: hex of 16 digits and more, and runs of 20 letters and digits that mix both. Words, slugs
// and sentences are none.
func token(s string) string {
	digits, lower, upper, hex, other := 0, 0, 0, 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
			hex++
		case c >= 'a' && c <= 'z':
			lower++
			if c <= 'f' {
				hex++
			}
		case c >= 'A' && c <= 'Z':
			upper++
			if c <= 'F' {
				hex++
			}
		case strings.IndexByte("-_+/=.", c) >= 0:
			other++
		default:
			return ""
		}
	}
	switch {
	case hex == len(s) && len(s) >= 16 && digits > 0 && digits < len(s):
		return "hex " + strconv.Itoa(len(s))
	case len(s) >= 20 && digits >= 3 && lower > 0 && upper > 0 && other*8 <= len(s):
		return "token"
	}
	return ""
}

// sameVolatile reports whether two different values are of the same volatile shape.
func sameVolatile(a, b string) bool {
	s := shape(a)
	return s != "" && s == shape(b)
}

var (
	idLike    = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|\b[0-9a-fA-F]*[0-9][0-9a-fA-F]{6,}\b`)
	digitRun  = regexp.MustCompile(`\d+`)
	spaceRun  = regexp.MustCompile(`\s+`)
	tokenLike = regexp.MustCompile(`\b[\w-]{20,}\b`)
)

// SameMessage reports whether two messages say the same but for ids and digits, as those of one failure do in several runs.
func SameMessage(a, b string) bool { return a == b || blank(a) == blank(b) }

// blank replaces ids and digits, so that two messages of the same failure are equal.
func blank(s string) string {
	s = idLike.ReplaceAllString(s, "#")
	s = tokenLike.ReplaceAllStringFunc(s, func(t string) string {
		if shape(t) != "" {
			return "#"
		}
		return t
	})
	s = digitRun.ReplaceAllString(s, "#")
	return strings.TrimSpace(spaceRun.ReplaceAllString(s, " "))
}
