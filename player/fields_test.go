package player

import "testing"

// Requests of any form are taken apart without a panic, and bounded.
func FuzzCall(f *testing.F) {
	f.Add("POST", "/x?a=1&a=2", "application/json", `{"a":[1,{"b":null}],"query":"{x}"}`)
	f.Add("GET", "http://[::1", "", "{")
	f.Add("POST", "/", "application/x-www-form-urlencoded", "a=%zz&b")
	f.Fuzz(func(t *testing.T, method, url, contentType, body string) {
		c := newCall(method, url, contentType, []byte(body))
		if len(c.fields) > fieldsMax {
			t.Errorf("%d fields", len(c.fields))
		}
		if d := c.differences(&c, nil); len(d) > 0 && !duplicated(c.fields) {
			t.Errorf("differs from itself: %s", describe(d))
		}
	})
}

// duplicated reports whether two fields have the same path.
func duplicated(fields []field) bool {
	seen := map[string]bool{}
	for _, f := range fields {
		if seen[f.path] {
			return true
		}
		seen[f.path] = true
	}
	return false
}
