package watch

import (
	"crypto/sha256"
	"hash/maphash"
	"regexp"
	"slices"
)

// A document may be another one each time that it is asked for: a server puts the time, a token against forgery or a number
// of the request into it. It has changed where it differs in what two answers of now have in common.

// seed makes the numbers of words; they are compared within this process only.
var seed = maphash.MakeSeed()

// word is what such a value is one of: letters, digits, and what encodings of bytes have besides.
var word = regexp.MustCompile(`[\pL\pN+/=_.-]+|[^\pL\pN+/=_.-]+`)

// wordsOf cuts a document into words and what is between them, a number each.
func wordsOf(content []byte) []uint64 {
	var out []uint64
	for _, w := range word.FindAll(unstamped(content), -1) {
		out = append(out, maphash.Bytes(seed, w))
	}
	return out
}

// differs reports whether a document that was old has changed, given two answers of now. Two that have not the same number
// of words say nothing.
func differs(old, now, again []uint64) bool {
	if len(now) != len(again) {
		return false
	}
	if len(old) != len(now) {
		return true
	}
	for i := range old {
		if old[i] != now[i] && now[i] == again[i] {
			return true
		}
	}
	return false
}

// ref is a script or a style sheet that a document names.
var ref = regexp.MustCompile(`(?:src|href)\s*=\s*["']?([^"'\s>]+\.(?:m?js|css)\b[^"'\s>]*)`)

// refsOf digests which scripts and style sheets a document names. Builds for production name them after their content.
func refsOf(content []byte) digest {
	var all []string
	for _, m := range ref.FindAllSubmatch(unstamped(content), -1) {
		all = append(all, string(m[1]))
	}
	slices.Sort(all)
	h := sha256.New()
	for _, r := range slices.Compact(all) {
		h.Write([]byte(r + "\n")) // a hash never fails
	}
	return digest(h.Sum(nil))
}
