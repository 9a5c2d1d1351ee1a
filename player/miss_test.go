package player

import (
	"fmt"
	"testing"
)

// distinct are n recorded requests to one path, each with another body.
func distinct(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = post(fmt.Sprint("r", i), "https://shop.example/x", fmt.Sprintf(`{"item":{"n":%d,"name":"item %d"},"q":1}`, i, i))
	}
	return lines
}

// miss asks for what nobody recorded just so.
func miss(t testing.TB, r *router, i int) {
	q := LiveRequest{Method: "POST", URL: testApp + "/x", Body: fmt.Appendf(nil, `{"item":{"n":%d,"name":"item %d"},"q":2}`, i, i)}
	if route := r.Route(q); route.Do != Serve {
		t.Fatalf("request %d is not served", i)
	}
	if notes, err := r.move(0); err != nil || len(notes) != 1 {
		t.Fatalf("request %d: %d notes, %v", i, len(notes), err)
	}
}

// What a near miss costs does not grow with the number of requests to the same path. Allocations are counted, since
// every comparison makes some and time depends on the machine.
func TestCostOfNearMiss(t *testing.T) {
	cost := func(n int) float64 {
		r := testRouter(t, Options{}, "", distinct(n)...)
		i := 0
		miss(t, r, i) // reads what is like it, once
		return testing.AllocsPerRun(20, func() { i++; miss(t, r, i) })
	}
	few, many := cost(200), cost(4000)
	if many > 1.5*few {
		t.Errorf("a miss among 4000 requests makes %.0f allocations, one among 200 %.0f", many, few)
	}
}

func BenchmarkNearMisses(b *testing.B) {
	for _, n := range []int{300, 3000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			lines := distinct(n)
			for b.Loop() {
				r := testRouter(b, Options{}, "", lines...)
				for i := range n {
					miss(b, r, i)
				}
			}
		})
	}
}
