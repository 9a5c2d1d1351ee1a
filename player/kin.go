package player

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

const (
	// mostCompared is how many recorded requests a live one is compared with, where none is like it: those that were
	// recorded nearest to where the run is. An app may ask the same path thousands of times.
	mostCompared = 32
	// mostFields is about how many fields are compared for one live request.
	mostFields = 50_000
)

// kin finds the recorded requests that a live one resembles, without comparing it with all of them. Its lists hold
// indexes of catalog.reqs in file order. It knows nothing of who took what.
//
// A family is what fits: method, path and GraphQL operation agree, see [call.fits]. It is read when a live request
// first asks for it, since most are found by their keys.
type kin struct {
	cat   *catalog
	byKey map[string][]int // canonical key -> requests
	paths map[string][]int // method and path -> requests

	mu       sync.Mutex // guards what follows
	families map[string]*families
}

// families are the requests with one method and path, by GraphQL operation.
type families struct {
	ops  map[string]*family
	errs []error // of requests that cannot be decoded; they are in no family
}

// family are requests that fit each other.
type family struct {
	members []int
	views   []*view
}

// view is a way to look at requests: what is left of them without what does not count. All of a family that have the
// same things not counting are in one.
type view struct {
	ignore []string
	noBody bool
	alike  map[digest][]int
}

// digest is the hash of the fields of a request that count, with volatile values by their shapes.
type digest [16]byte

func newKin(c *catalog) *kin {
	k := &kin{cat: c, byKey: map[string][]int{}, paths: map[string][]int{}, families: map[string]*families{}}
	for i, x := range c.reqs {
		k.byKey[x.key] = append(k.byKey[x.key], i)
		p := pathKey(x.method, x.path)
		k.paths[p] = append(k.paths[p], i)
	}
	return k
}

// family returns the one of a live request, which may be empty, and those that were read with it; nil for none.
func (k *kin) family(live *call) (*family, *families) {
	key := pathKey(live.method, live.path)
	list, ok := k.paths[key]
	if !ok {
		return &family{}, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	all, ok := k.families[key]
	if !ok {
		all = k.read(list)
		k.families[key] = all
	}
	if f := all.ops[live.op]; f != nil {
		return f, all
	}
	return &family{}, all
}

// read takes requests with the same method and path apart. The lock is held.
func (k *kin) read(list []int) *families {
	all := &families{ops: map[string]*family{}}
	for _, i := range list {
		rec, ignore, err := k.cat.call(k.cat.reqs[i].pos)
		if err != nil {
			all.errs = append(all.errs, err)
			continue
		}
		f := all.ops[rec.op]
		if f == nil {
			f = &family{}
			all.ops[rec.op] = f
		}
		f.members = append(f.members, i)
		v := f.view(ignore, rec.noBody)
		d := rec.digest(v.ignore, v.noBody)
		v.alike[d] = append(v.alike[d], i)
	}
	return all
}

// view returns the one with the same things not counting; it makes it where there is none.
func (f *family) view(ignore []string, noBody bool) *view {
	slices.Sort(ignore)
	ignore = slices.Compact(ignore)
	i := slices.IndexFunc(f.views, func(v *view) bool { return v.noBody == noBody && slices.Equal(v.ignore, ignore) })
	if i < 0 {
		i = len(f.views)
		f.views = append(f.views, &view{ignore: ignore, noBody: noBody, alike: map[digest][]int{}})
	}
	return f.views[i]
}

// alike returns the first of the family for which ok holds and that differs from a live request in nothing that counts;
// -1 for none.
func (f *family) alike(live *call, ok func(i int) bool) int {
	best := -1
	for _, v := range f.views {
		for _, i := range v.alike[live.digest(v.ignore, v.noBody)] {
			if best >= 0 && i >= best {
				break
			}
			if ok(i) {
				best = i
				break
			}
		}
	}
	return best
}

// around returns at most n of the family for which ok holds, in file order: those nearest to an index of catalog.reqs.
func (f *family) around(at, n int, ok func(i int) bool) []int {
	var out []int
	above, _ := slices.BinarySearch(f.members, at)
	below := above - 1
	for len(out) < n && (below >= 0 || above < len(f.members)) {
		next := above
		if below >= 0 && (above >= len(f.members) || at-f.members[below] <= f.members[above]-at) {
			next = below
			below--
		} else {
			above++
		}
		if i := f.members[next]; ok(i) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// pathKey is the same for requests with the same method and path, where segments of one volatile shape are the same.
func pathKey(method string, path []string) string {
	var b strings.Builder
	b.WriteString(method)
	for _, s := range path {
		b.WriteByte('\n') // in neither a method nor the shape of a segment
		b.WriteString(blurred(s))
	}
	return b.String()
}

// blurred is a value as it counts: values are equal, or of the same volatile shape, where it is the same.
func blurred(s string) string {
	if x := shape(s); x != "" {
		return "\x00" + x
	}
	return s
}

// digest is the same for two requests of a family that have the same ignored fields where [call.differences] finds
// none. Without a body, its fields do not count.
func (c *call) digest(ignore []string, noBody bool) digest {
	lines := make([]string, 0, len(c.fields))
	for _, f := range c.fields {
		if ignored(f.path, ignore) || noBody && strings.HasPrefix(f.path, "body") {
			continue
		}
		lines = append(lines, fmt.Sprintf("%q %q", f.path, blurred(f.value)))
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, l := range lines {
		io.WriteString(h, l) // never fails; the quotes end a line
	}
	return digest(h.Sum(nil)[:len(digest{})])
}
