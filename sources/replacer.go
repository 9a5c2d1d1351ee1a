package sources

import (
	"slices"
	"strings"
)

// Replacer puts texts in place of others wherever they stand; of those that begin at one place it takes the longest, and
// what it has put in is not looked at again. It does what [strings.NewReplacer] does with the longest texts first, but
// takes one more at the cost of a place in a list, where that would be built anew: a recording that goes on learns
// secrets all the time. The time of a replacement grows with the text, and hardly with what is looked for. The zero
// value replaces nothing.
type Replacer struct {
	with    map[string]string
	list    []string // the keys of with, in order
	heads   *filter  // hashes of the first headLen bytes of the keys: where none of them can begin
	ends    *filter  // the same for the bytes behind those, of keys that have as many
	short   bool     // a key is shorter than headLen, so that heads says nothing
	middle  bool     // a key is shorter than twice that, so that ends says nothing
	longest int      // bytes of the longest key there ever was
}

const (
	headLen  = 4
	headBits = 1 << 16
)

// filter has a bit for each hash.
type filter [headBits / 64]uint64

// hashHead hashes the bytes that a text begins with; it must have headLen.
func hashHead(s string) uint32 {
	n := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	return n * 2654435761 >> 16 // the golden ratio: Knuth, The Art of Computer Programming, 6.4
}

// Add has a text replaced by another from now on.
func (r *Replacer) Add(old, with string) {
	if old == "" {
		return
	}
	if r.with == nil {
		r.with, r.heads, r.ends = map[string]string{}, new(filter), new(filter)
	}
	if _, ok := r.with[old]; !ok {
		i, _ := slices.BinarySearch(r.list, old)
		r.list = slices.Insert(r.list, i, old)
	}
	r.with[old] = with
	r.longest = max(r.longest, len(old))
	r.short = r.short || len(old) < headLen
	r.middle = r.middle || len(old) < 2*headLen
	if len(old) >= headLen {
		h := hashHead(old)
		r.heads[h/64] |= 1 << (h % 64)
	}
	if len(old) >= 2*headLen {
		h := hashHead(old[headLen:])
		r.ends[h/64] |= 1 << (h % 64)
	}
}

// Remove has a text stay from now on.
func (r *Replacer) Remove(old string) {
	if _, ok := r.with[old]; !ok {
		return
	}
	delete(r.with, old)
	if i, ok := slices.BinarySearch(r.list, old); ok {
		r.list = slices.Delete(r.list, i, i+1)
	}
}

// Len is how many texts are replaced.
func (r *Replacer) Len() int { return len(r.list) }

// Longest is how many bytes the longest text has that is, or was, replaced.
func (r *Replacer) Longest() int { return r.longest }

// Replace returns the text with everything replaced; the text itself where nothing is.
func (r *Replacer) Replace(s string) string {
	if len(r.list) == 0 {
		return s
	}
	e := edit{s: s}
	for i := 0; i < len(s); i++ {
		if !r.begins(s[i:]) {
			continue
		}
		if old := r.at(s[i:]); old != "" {
			e.replace(i, i+len(old), r.with[old])
			i += len(old) - 1
		}
	}
	return e.String()
}

// Find reports whether something would be replaced in a text.
func (r *Replacer) Find(s string) bool {
	for i := 0; i < len(s) && len(r.list) > 0; i++ {
		if r.begins(s[i:]) && r.at(s[i:]) != "" {
			return true
		}
	}
	return false
}

// Fixed replaces, in place, what has as many bytes as what replaces it, and reports whether it did. It is for content of
// which pieces come: a text that begins in the last Longest-1 bytes may go on behind them.
func (r *Replacer) Fixed(data []byte) bool {
	if len(r.list) == 0 {
		return false
	}
	s, found := string(data), false
	for i := 0; i < len(s); i++ {
		if !r.begins(s[i:]) {
			continue
		}
		if old := r.at(s[i:]); old != "" && len(old) == len(r.with[old]) {
			copy(data[i:], r.with[old])
			i += len(old) - 1
			found = true
		}
	}
	return found
}

// begins reports whether one of the keys may begin a text.
func (r *Replacer) begins(s string) bool {
	if r.short {
		return true
	}
	if len(s) < headLen {
		return false
	}
	if h := hashHead(s); r.heads[h/64]&(1<<(h%64)) == 0 {
		return false
	}
	if r.middle || len(s) < 2*headLen {
		return true
	}
	h := hashHead(s[headLen:])
	return r.ends[h/64]&(1<<(h%64)) != 0
}

// at returns the longest key that begins a text, or "". The last key in order that does not stand behind the text is the
// one, or has at least its beginning in common with it.
func (r *Replacer) at(s string) string {
	s = s[:min(len(s), r.longest)]
	for s != "" {
		n, found := slices.BinarySearch(r.list, s)
		if found {
			return s
		}
		if n == 0 {
			return ""
		}
		key := r.list[n-1]
		if strings.HasPrefix(s, key) {
			return key
		}
		common := 0
		for common < min(len(s), len(key)) && s[common] == key[common] {
			common++
		}
		s = s[:common]
	}
	return ""
}
