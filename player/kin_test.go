package player

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// Two requests of a family have the same digest just where comparing them field by field finds nothing.
func TestDigest(t *testing.T) {
	values := []string{`1`, `2`, `"1"`, `"a\" b"`, `null`, `"1763750000123"`, `"1763750000999"`, `"9f86d081884c7d65"`, `{"x":1}`, `[1,2]`, `[1]`}
	ignores := [][]string{nil, {"body.a"}, {"body.b", "query.v"}, {"body.a.x", "body.b[]"}}
	rnd := rand.New(rand.NewPCG(1, 2))
	random := func() call {
		body := ""
		for _, name := range []string{"a", "b", "c"} {
			if rnd.IntN(4) > 0 {
				body += fmt.Sprintf(`,%q:%s`, name, values[rnd.IntN(len(values))])
			}
		}
		if body != "" {
			body = "{" + body[1:] + "}"
		}
		return newCall("POST", fmt.Sprintf("http://a.test/x?v=%d", rnd.IntN(2)), "", []byte(body))
	}
	same := 0
	for range 20_000 {
		rec, live, ignore := random(), random(), ignores[rnd.IntN(len(ignores))]
		rec.noBody = rnd.IntN(4) == 0
		if rec.noBody {
			rec.fields = slices.DeleteFunc(rec.fields, func(f field) bool { return f.path != "query.v" })
		}
		got := rec.digest(ignore, rec.noBody) == live.digest(ignore, rec.noBody)
		diffs := rec.differences(&live, ignore)
		if got != (len(diffs) == 0) {
			t.Fatalf("%v and %v without %v: same digest %v, %s", rec.fields, live.fields, ignore, got, describe(diffs))
		}
		if got {
			same++
		}
	}
	if same < 100 {
		t.Errorf("only %d pairs were alike: the test says little", same)
	}
}

func TestAround(t *testing.T) {
	f := &family{members: []int{1, 4, 5, 9, 20}}
	odd := func(i int) bool { return i%2 == 1 }
	all := func(int) bool { return true }
	for _, c := range []struct {
		at, n int
		ok    func(int) bool
		want  []int
	}{
		{5, 2, all, []int{4, 5}}, {5, 3, all, []int{1, 4, 5}}, {0, 2, all, []int{1, 4}}, {30, 2, all, []int{9, 20}},
		{5, 2, odd, []int{1, 5}}, {5, 9, odd, []int{1, 5, 9}}, {5, 0, all, nil},
	} {
		if got := f.around(c.at, c.n, c.ok); !slices.Equal(got, c.want) {
			t.Errorf("%d around %d: %v, want %v", c.n, c.at, got, c.want)
		}
	}
	if got := (&family{}).around(3, 2, all); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}
