package sources

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// shaper makes stand-ins: format(HMAC-SHA256(key, kind, value)).
//
// Every letter and digit is replaced by another of its class and everything else stays, so that what validates the
// value accepts the stand-in. In longer ones the last characters are a checksum over the others, by which the key's
// owner recognises a stand-in.
type shaper struct{ key []byte }

const (
	digits = "0123456789"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	hexLow = "0123456789abcdef"
	hexUp  = "0123456789ABCDEF"

	// checked is how many characters a value has at least for its stand-in to carry a checksum of checkLen.
	checked  = 16
	checkLen = 5

	// maxHashed is the length in bytes above which the hash of a value stands for it.
	maxHashed = 1024
)

// shape returns the stand-in of a value that has no format of its own.
func (s shaper) shape(kind, value string) string {
	t := template(value)
	for round := uint32(0); ; round++ {
		out := s.fill(t, value, kind, round)
		// A stand-in that is the value itself would hide nothing; it happens only to very short values.
		if out != value || len(alphabets(t)) == 0 || round == 8 {
			return out
		}
	}
}

// standsIn reports whether a value is a stand-in that shape made with this key.
func (s shaper) standsIn(value string) bool {
	t := template(value)
	runes := []rune(value)
	free := alphabets(t)
	if len(free) < checked {
		return false
	}
	want := append([]rune(nil), runes...)
	s.check(want, t, free)
	return string(want) == value
}

// template says for each rune from which letters its replacement comes; "" leaves it.
func template(value string) []string {
	runes := []rune(value)
	t := make([]string, len(runes))
	hexDigits := hexOf(value)
	allDigits := strings.Trim(value, digits) == ""
	for i, r := range runes {
		switch {
		case hexDigits != "" && r < 128 && strings.ContainsRune(hexDigits, r):
			t[i] = hexDigits
		case r >= '0' && r <= '9':
			t[i] = digits
			if i == 0 && allDigits {
				t[i] = digits[1:] // a number may not begin with 0
			}
		case r >= 'a' && r <= 'z', r > 127:
			t[i] = lower
		case r >= 'A' && r <= 'Z':
			t[i] = upper
		}
	}
	if isUUID(value) { // version and variant are no part of the secret
		t[14], t[19] = "", ""
	}
	return t
}

// fill replaces every free rune of the template.
func (s shaper) fill(t []string, value, kind string, round uint32) string {
	out := []rune(value)
	free := alphabets(t)
	stream := s.stream(kind, value, round)
	for _, i := range free {
		out[i] = rune(t[i][int(stream())%len(t[i])])
	}
	if len(free) >= checked {
		s.check(out, t, free)
	}
	return string(out)
}

// check sets the last free runes to the checksum of the others.
func (s shaper) check(out []rune, t []string, free []int) {
	tail := free[len(free)-checkLen:]
	rest := append([]rune(nil), out...)
	for _, i := range tail {
		rest[i] = 0
	}
	stream := s.stream("check", string(rest), 0)
	for _, i := range tail {
		out[i] = rune(t[i][int(stream())%len(t[i])])
	}
}

// stream returns bytes derived from the key and a value, without end.
func (s shaper) stream(kind, value string, round uint32) func() byte {
	if len(value) > maxHashed { // it goes into every block
		sum := sha256.Sum256([]byte(value))
		value = string(sum[:])
	}
	var block []byte
	var counter uint32
	return func() byte {
		if len(block) == 0 {
			mac := hmac.New(sha256.New, s.key)
			mac.Write(binary.BigEndian.AppendUint32(nil, round))
			mac.Write(binary.BigEndian.AppendUint32(nil, counter))
			mac.Write([]byte(kind))
			mac.Write([]byte{0})
			mac.Write([]byte(value))
			block = mac.Sum(nil)
			counter++
		}
		b := block[0]
		block = block[1:]
		return b
	}
}

// email returns the stand-in of an e-mail address. Its host is one that can receive no mail.
func (s shaper) email(value string) string {
	const letters = 10
	stream := s.stream("email", strings.ToLower(value), 0)
	out := []byte{lower[int(stream())%len(lower)]}
	for len(out) < letters {
		const all = lower + digits
		out = append(out, all[int(stream())%len(all)])
	}
	return string(out) + "@example.com"
}

// card returns the stand-in of a card number: the same brand digit, grouping and length, and it passes the checksum. It
// does not depend on the grouping: apps show a number in groups and send it without.
func (s shaper) card(value string) string {
	plain := cardPlain(value)
	out := []rune(plain)
	stream := s.stream("card", plain, 0)
	for i := 1; i < len(out)-1; i++ {
		out[i] = rune(digits[int(stream())%10])
	}
	s.sealCard(out)
	grouped := []rune(value)
	for n, i := range digitsOf(value) {
		grouped[i] = out[n]
	}
	return string(grouped)
}

// cardStandsIn reports whether a card number is a stand-in of this key.
func (s shaper) cardStandsIn(value string) bool {
	plain := cardPlain(value)
	want := []rune(plain)
	s.sealCard(want)
	return string(want) == plain
}

// cardPlain is a card number without its grouping.
func cardPlain(value string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, value)
}

// sealCard sets the last digits of a card number to the checksum that tells a stand-in, and then its check digit.
func (s shaper) sealCard(out []rune) {
	t := make([]string, len(out))
	for i := range t {
		t[i] = digits
	}
	free := digitsOf(string(out))
	out[len(out)-1] = 0 // it follows from the others
	s.check(out, t, free[1:len(free)-1])
	setLuhn(out, free)
}

// setLuhn sets the last digit so that the number passes the Luhn checksum. Places are those of the digits.
func setLuhn(out []rune, places []int) {
	last := places[len(places)-1]
	for d := '0'; d <= '9'; d++ {
		out[last] = d
		if luhn(string(out)) {
			return
		}
	}
}

// luhn checks the digits of a card number; other characters do not count.
func luhn(s string) bool {
	sum, n := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		n++
	}
	return n > 0 && sum%10 == 0
}

// digitsOf returns the places of the digits of a text of ASCII.
func digitsOf(s string) []int {
	var at []int
	for i, r := range []rune(s) {
		if r >= '0' && r <= '9' {
			at = append(at, i)
		}
	}
	return at
}

// alphabets returns the places of a template that are replaced.
func alphabets(t []string) []int {
	var free []int
	for i, a := range t {
		if a != "" {
			free = append(free, i)
		}
	}
	return free
}

// hexOf returns the hexadecimal digits that a value is written in, or "" where it is something else.
func hexOf(value string) string {
	plain := strings.ReplaceAll(value, "-", "")
	if len(plain) < 8 || strings.Trim(plain, digits) == "" {
		return ""
	}
	for _, a := range []string{hexLow, hexUp} {
		if strings.Trim(plain, a) == "" {
			return a
		}
	}
	return ""
}

func isUUID(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' && hexOf(s) != ""
}
