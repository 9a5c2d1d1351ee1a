package sources

import "testing"

func TestOriginMap(t *testing.T) {
	m := newOriginMap([]Origin{
		{"http://127.0.0.1:1921", "http://short"},
		{"https://shop.example", "http://localhost:5173"},
		{"https://shop.example/api", "http://localhost:8080/v1"},
	})
	for in, want := range map[string]string{
		"https://shop.example/cart":        "http://localhost:5173/cart",
		"https://shop.example":             "http://localhost:5173",
		"https://shop.example/api/x?y":     "http://localhost:8080/v1/x?y",
		"https://shop.example/apis":        "http://localhost:5173/apis",
		"https://shop.example.org/":        "https://shop.example.org/",
		"https://shop.example:8443/":       "https://shop.example:8443/",
		"http://127.0.0.1:19214/":          "http://127.0.0.1:19214/",
		`<https://shop.example/?p=2>; rel`: `<http://localhost:5173/?p=2>; rel`,
	} {
		if got := m.text(in); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

func TestParseOrigin(t *testing.T) {
	for in, want := range map[string]Origin{
		"https://a.example=http://localhost:1":                 {"https://a.example", "http://localhost:1"},
		"https://a.example/?x=1=http://localhost:1/?y=2":       {"https://a.example/?x=1", "http://localhost:1/?y=2"},
		"https://localhost:<test-port>=http://localhost:8080/": {"https://localhost:<test-port>", "http://localhost:8080"},
		"a=b": {}, "": {}, "https://a.example": {}, "https://a.example=": {},
	} {
		if got, ok := ParseOrigin(in); got != want || ok != (want != Origin{}) {
			t.Errorf("ParseOrigin(%q) = %v, %v", in, got, ok)
		}
	}
}
