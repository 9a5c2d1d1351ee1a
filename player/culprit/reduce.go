package culprit

import (
	"context"
	"slices"
	"sync"
)

// reducer finds a small part of a set that still passes a test: delta debugging (Zeller and Hildebrandt, "Simplifying and
// Isolating Failure-Inducing Input", 2002) by what can be left out, with chunks that are halved each by itself, so that a
// few needed items among many cost some tests each and not a pass over all.
type reducer struct {
	jobs int // tests at once, at least 1
	// test says whether a part passes. It is called by several goroutines, with positions in ascending order.
	test func(ctx context.Context, set []int) (bool, error)
	// groups are sets of items that may be needed only because of each other, the first to be tried first; nil: none.
	groups func(kept []int) [][]int
	// smaller hears of each part that passed and is smaller than those before, by the goroutine that called; nil: nobody.
	smaller func(set []int)

	kept  []int // the best part so far, ascending
	known map[string]bool
}

// reduce leaves chunks out of kept, the first ones first, and halves those that cannot be left out, until no single item
// and no group can be: the part is 1-minimal. After an error kept is still the best part.
func (r *reducer) reduce(ctx context.Context, chunks [][]int) error {
	for len(chunks) > 0 {
		wave := r.wave(&chunks)
		passed, err := r.wavePasses(ctx, wave)
		if err != nil {
			return err
		}
		rest, err := r.take(ctx, wave, passed)
		if err != nil {
			return err
		}
		chunks = append(rest, chunks...)
		for i, c := range wave {
			if !passed[i] && len(c) > 1 {
				chunks = append(chunks, c[len(c)/2:], c[:len(c)/2])
			}
		}
	}
	for again := true; again; {
		if err := r.sweep(ctx); err != nil {
			return err
		}
		var err error
		if again, err = r.together(ctx); err != nil {
			return err
		}
	}
	return nil
}

// together tries to leave out groups of items, none of which can be left out alone, and reports whether one could be.
func (r *reducer) together(ctx context.Context) (any bool, err error) {
	if r.groups == nil {
		return false, nil
	}
	list := r.groups(r.kept)
	for len(list) > 0 {
		wave := r.wave(&list)
		passed, err := r.wavePasses(ctx, wave)
		if err != nil {
			return any, err
		}
		rest, err := r.take(ctx, wave, passed)
		if err != nil {
			return any, err
		}
		list = append(rest, list...)
		any = any || slices.Contains(passed, true)
	}
	return any, nil
}

// wave takes the next chunks off the list, without what was left out meanwhile.
func (r *reducer) wave(chunks *[][]int) (wave [][]int) {
	for len(*chunks) > 0 && len(wave) < r.jobs {
		c := r.left((*chunks)[0])
		*chunks = (*chunks)[1:]
		if len(c) > 0 {
			wave = append(wave, c)
		}
	}
	return wave
}

// take leaves out the chunks of a wave that passed, all at once where that passes too, else the first; it returns the
// others, which are to be tried again.
func (r *reducer) take(ctx context.Context, wave [][]int, passed []bool) (rest [][]int, err error) {
	var good [][]int
	for i, c := range wave {
		if passed[i] {
			good = append(good, c)
		}
	}
	if len(good) > 1 {
		all := slices.Concat(good...)
		ok, err := r.passes(ctx, [][]int{r.without(all)})
		if err != nil {
			return nil, err
		}
		if ok[0] {
			r.keep(r.without(all))
			return nil, nil
		}
	}
	if len(good) == 0 {
		return nil, nil
	}
	r.keep(r.without(good[0]))
	return good[1:], nil
}

// sweep tries each single item against what is left in the end: what was needed earlier may have been so only beside
// something that is gone.
func (r *reducer) sweep(ctx context.Context) error {
	for again := true; again; {
		again = false
		singles := [][]int{}
		for _, x := range r.kept {
			singles = append([][]int{{x}}, singles...) // the last first
		}
		for len(singles) > 0 && !again {
			wave := r.wave(&singles)
			passed, err := r.wavePasses(ctx, wave)
			if err != nil {
				return err
			}
			if _, err := r.take(ctx, wave, passed); err != nil {
				return err
			}
			again = slices.Contains(passed, true)
		}
	}
	return nil
}

// wavePasses tests kept without each chunk.
func (r *reducer) wavePasses(ctx context.Context, wave [][]int) ([]bool, error) {
	sets := make([][]int, len(wave))
	for i, c := range wave {
		sets[i] = r.without(c)
	}
	return r.passes(ctx, sets)
}

// passes tests parts, all at once; what was tested before is not again.
func (r *reducer) passes(ctx context.Context, sets [][]int) ([]bool, error) {
	passed, errs := make([]bool, len(sets)), make([]error, len(sets))
	var wait sync.WaitGroup
	for i, set := range sets {
		if ok, tested := r.known[setKey(set)]; tested {
			passed[i] = ok
			continue
		}
		wait.Go(func() { passed[i], errs[i] = r.test(ctx, set) })
	}
	wait.Wait()
	for i, set := range sets {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if r.known == nil {
			r.known = map[string]bool{}
		}
		r.known[setKey(set)] = passed[i]
	}
	return passed, nil
}

func (r *reducer) keep(set []int) {
	r.kept = set
	if r.smaller != nil {
		r.smaller(slices.Clone(set))
	}
}

// without is what is kept but for some items.
func (r *reducer) without(items []int) []int {
	drop := setOf(items)
	return slices.DeleteFunc(slices.Clone(r.kept), func(x int) bool { return drop[x] })
}

// left are those of some items that are kept.
func (r *reducer) left(items []int) []int {
	kept := setOf(r.kept)
	return slices.DeleteFunc(slices.Clone(items), func(x int) bool { return !kept[x] })
}

func setOf(items []int) map[int]bool {
	set := make(map[int]bool, len(items))
	for _, x := range items {
		set[x] = true
	}
	return set
}

// setKey is the same for equal parts.
func setKey(set []int) string {
	var key []byte
	for _, x := range set {
		key = append(key, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
	}
	return string(key)
}
