package culprit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// TestReduceFindsTheNeeded has a test that passes where all needed items are there, and counts its calls.
func TestReduceFindsTheNeeded(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ n, needed, most int }{{1, 1, 4}, {212, 0, 3}, {212, 1, 20}, {212, 12, 140}, {1000, 5, 120}} {
		for _, jobs := range []int{1, 4} {
			t.Run(fmt.Sprint(c.n, c.needed, jobs), func(t *testing.T) {
				want := random.Perm(c.n)[:c.needed]
				slices.Sort(want)
				var mu sync.Mutex
				tests := 0
				r := &reducer{jobs: jobs, kept: upTo(c.n)}
				r.test = func(_ context.Context, set []int) (bool, error) {
					mu.Lock()
					tests++
					mu.Unlock()
					return !slices.ContainsFunc(want, func(x int) bool { return !slices.Contains(set, x) }), nil
				}
				if err := r.reduce(t.Context(), [][]int{upTo(c.n)}); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(r.kept, want) {
					t.Errorf("kept %v, want %v", r.kept, want)
				}
				t.Logf("%d tests", tests)
				if tests > c.most {
					t.Errorf("%d tests, want at most %d", tests, c.most)
				}
			})
		}
	}
}

// TestReduceIsMinimal has tests that are not monotone: whatever comes out passes, and without any one item does not.
func TestReduceIsMinimal(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 7))
		pairs := [][2]int{} // both or none
		for range 5 {
			pairs = append(pairs, [2]int{random.IntN(40), random.IntN(40)})
		}
		need := random.IntN(40)
		passes := func(set []int) bool {
			for _, p := range pairs {
				if slices.Contains(set, p[0]) != slices.Contains(set, p[1]) {
					return false
				}
			}
			return slices.Contains(set, need)
		}
		r := &reducer{jobs: 1 + int(seed%3), kept: upTo(40)}
		r.test = func(_ context.Context, set []int) (bool, error) { return passes(set), nil }
		r.smaller = func(set []int) {
			if !passes(set) {
				t.Errorf("seed %d: %v does not pass", seed, set)
			}
		}
		if err := r.reduce(t.Context(), [][]int{upTo(20), upTo(40)[20:]}); err != nil {
			t.Fatal(err)
		}
		for _, x := range r.kept {
			if passes(r.without([]int{x})) {
				t.Errorf("seed %d: %v passes without %d", seed, r.kept, x)
			}
		}
	}
}

// TestReduceGroups has pairs of which neither can go alone, anywhere among the others: with groups none stays.
func TestReduceGroups(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 3))
		order := random.Perm(30)
		pairs, need := order[:10], order[10]
		passes := func(set []int) bool {
			for i := 0; i < len(pairs); i += 2 {
				if slices.Contains(set, pairs[i]) != slices.Contains(set, pairs[i+1]) {
					return false
				}
			}
			return slices.Contains(set, need)
		}
		r := &reducer{jobs: 1 + int(seed%3), kept: upTo(30)}
		r.test = func(_ context.Context, set []int) (bool, error) { return passes(set), nil }
		r.groups = func(kept []int) (out [][]int) {
			for i := 0; i < len(pairs); i += 2 {
				out = append(out, pairs[i:i+2])
			}
			return out
		}
		if err := r.reduce(t.Context(), [][]int{upTo(30)}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.kept, []int{need}) {
			t.Errorf("seed %d: kept %v, want %d", seed, r.kept, need)
		}
	}
}

// TestReduceKeepsTheBest ends in the middle by an error.
func TestReduceKeepsTheBest(t *testing.T) {
	stop := errors.New("stop")
	tests := 0
	r := &reducer{jobs: 1, kept: upTo(64)}
	r.test = func(_ context.Context, set []int) (bool, error) {
		if tests++; tests > 5 {
			return false, stop
		}
		return slices.Contains(set, 3), nil
	}
	if err := r.reduce(t.Context(), [][]int{upTo(64)}); err != stop {
		t.Fatalf("the error is %v", err)
	}
	if len(r.kept) == 64 || !slices.Contains(r.kept, 3) {
		t.Errorf("kept %v", r.kept)
	}
}
