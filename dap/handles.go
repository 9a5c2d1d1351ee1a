package dap

// firstHandle keeps handles apart from the small numbers that clients use for threads and by mistake.
const firstHandle = 1000

// handles gives numbers to things that a client asks about later. They are valid until the next reset: the protocol
// lets frames and variables live only as long as the stop that they belong to.
type handles[T any] struct {
	next int
	of   map[int]T
}

// add returns the number of a thing; numbers are never used twice, so that a stale one is not taken for a new one.
func (h *handles[T]) add(v T) int {
	if h.of == nil {
		h.next, h.of = max(h.next, firstHandle), map[int]T{}
	}
	h.next++
	h.of[h.next] = v
	return h.next
}

func (h *handles[T]) get(n int) (T, bool) {
	v, ok := h.of[n]
	return v, ok
}

func (h *handles[T]) reset() { h.of = nil }
