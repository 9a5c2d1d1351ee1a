package player

import "testing"

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"2f1acc6c-8a1c-4a8c-9a55-0d6c4b7d1e11", "00000000-8a1c-4a8c-9a55-0d6c4b7d1e11", true},
		{"1763750000123", "1763750000999", true}, {"1763750000", "1763750000999", false},
		{"2026-11-21T18:55:00Z", "2025-01-01T00:00:00.000+01:00", true}, {"2026-11-21", "2026-11-22", false},
		{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyIn0.def", true},
		{"9f86d081884c7d65", "0f86d081884c7d66", true}, {"deadbeefdeadbeef", "deadbeefdeadbeee", false}, // no digits
		{"01JDRACE00000000000000000A", "01JDRACE00000000000000000B", true},
		{"0.123456789012", "0.98765432101", true}, {"0.5", "0.25", false},
		{"a3F9kQ0pLmZ7xWv2RtB8", "b4G0lR1qMnA8yXw3SuC9", true},
		{"running-shoes-for-women", "running-shoes-for-men", false}, {"1", "2", false}, {"ana@example.com", "bob@example.com", false},
		{"", "", false},
	} {
		if got := sameVolatile(c.a, c.b); got != c.same {
			t.Errorf("%q %q: %v (%q, %q)", c.a, c.b, got, shape(c.a), shape(c.b))
		}
	}
}
