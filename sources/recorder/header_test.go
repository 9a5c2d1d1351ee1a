package recorder

import "testing"

func TestCookiesOfTheApp(t *testing.T) {
	for _, c := range []struct {
		app, domain string
		want        bool
	}{
		{"https://www.shop.example", "www.shop.example", true},
		{"https://www.shop.example", ".shop.example", true},
		{"https://shop.example", "api.shop.example", true},
		{"https://shop.co.example:8080", "bank.co.example", false},
		{"https://shop.example", "myshop.example", false},
		{"http://127.0.0.1:5173", "127.0.0.1", true},
		{"http://127.0.0.1:5173", "10.0.0.1", false},
		{"http://localhost:5173", "localhost", true},
	} {
		s := &session{app: c.app}
		if got := s.ofApp(c.domain); got != c.want {
			t.Errorf("a cookie of %s for %s: %t", c.domain, c.app, got)
		}
	}
}
