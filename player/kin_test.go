package player

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
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

// torn is a file on a disk that fails.
type torn struct {
	*strings.Reader
	fails bool
}

func (r *torn) ReadAt(p []byte, off int64) (int, error) {
	if r.fails {
		return 0, errors.New("the disk fails")
	}
	return r.Reader.ReadAt(p, off)
}

// Recorded requests that cannot be read any more are told once, however many live ones resemble them.
func TestUnreadableFamily(t *testing.T) {
	text := `{"playback":1}
{"t":1,"ev":"req","id":"e1","method":"GET","url":"https://api.example/x?a=1"}
{"t":1,"ev":"req","id":"e2","method":"GET","url":"https://api.example/x?a=2"}
`
	r := &torn{Reader: strings.NewReader(text)}
	f, err := playback.Read("t.playback", r, int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCatalog(f, Options{App: testApp})
	if err != nil {
		t.Fatal(err)
	}
	r.fails = true
	for range 2 { // each pass tells it
		x := newRouter(c, nil, nil)
		for i := range 5 {
			x.Route(LiveRequest{Method: "GET", URL: fmt.Sprintf("https://api.example/x?b=%d", i)})
		}
		if len(x.errs) != 2 {
			t.Errorf("%d errors of 2 requests: %v", len(x.errs), x.errs)
		}
		x.move(0)
		x.Route(LiveRequest{Method: "GET", URL: "https://api.example/x?b=9"})
		if _, err := x.move(0); err != nil {
			t.Errorf("told again: %v", err)
		}
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
