package sources

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestReplacer compares with the library's replacer, which takes the first text that fits, on texts of few letters, in
// which keys begin like others and overlap; some keys are removed on the way.
func TestReplacer(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	word := func(least, most int) string {
		b := make([]byte, least+random.IntN(most-least))
		for i := range b {
			b[i] = "abc"[random.IntN(3)]
		}
		return string(b)
	}
	for round := range 300 {
		least := []int{1, 4, 8}[round%3] // the ways to look where a key may begin
		var r Replacer
		keys := map[string]string{}
		for i := range 1 + random.IntN(40) {
			k := word(least, 12)
			keys[k] = fmt.Sprintf("<%d>", i)
			r.Add(k, keys[k])
			if random.IntN(4) == 0 {
				delete(keys, k)
				r.Remove(k)
			}
		}
		list := slices.SortedFunc(func(yield func(string) bool) {
			for k := range keys {
				if !yield(k) {
					return
				}
			}
		}, func(a, b string) int { return len(b) - len(a) })
		var pairs []string
		for _, k := range list {
			pairs = append(pairs, k, keys[k])
		}
		text := word(0, 400)
		if got, want := r.Replace(text), strings.NewReplacer(pairs...).Replace(text); got != want || r.Len() != len(keys) {
			t.Fatalf("%q with %q:\n%s\nwant\n%s", text, pairs, got, want)
		}
	}
}

// TestReplacerFixed: bytes that are no text stay as many as they are.
func TestReplacerFixed(t *testing.T) {
	var r Replacer
	r.Add("secret-1", "standin1")
	r.Add("secret-22", "longer stand-in")
	data := []byte("\xff\x00secret-1\x00secret-22 secret-1")
	if !r.Fixed(data) || !bytes.Equal(data, []byte("\xff\x00standin1\x00secret-22 standin1")) {
		t.Errorf("%q", data)
	}
	if data := []byte("nothing"); r.Fixed(data) {
		t.Errorf("%q", data)
	}
}
