package dap

import (
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
)

const patternFile = `{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/cart"}
{"t":5,"ev":"page","id":"e2","url":"https://shop.example/cart"}
{"t":10,"ev":"click","id":"e3","on":{"testid":"pay","name":"Pay now","css":"main > button#pay"}}
{"t":11,"ev":"req","id":"e4","cause":"e3","method":"POST","url":"https://api.shop.example/api/orders?x=1"}
{"t":12,"ev":"res","id":"e5","of":"e4","status":503}
{"t":13,"ev":"console","id":"e6","level":"error","text":"payment failed"}
{"t":14,"ev":"error","id":"e7","name":"TypeError","message":"total is null"}
{"t":15,"ev":"route","id":"e8","url":"https://shop.example/checkout/2"}
{"t":20,"ev":"click","id":"e9","on":{"css":"#cancel"}}
`

func TestPatterns(t *testing.T) {
	f, err := playback.Read("", strings.NewReader(patternFile), int64(len(patternFile)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pattern string
		want    []int
	}{
		{"click", []int{2, 8}},
		{"click #pay", []int{2}},
		{"click Pay*", []int{2}},
		{"click button#pay", []int{2}},
		{"POST /api/*", []int{3}},
		{"POST /api/orders?x=1", []int{3}},
		{"POST /api/orders", []int{3}},
		{"POST https://api.*", []int{3}},
		{"GET /api/*", nil},
		{"http", []int{4}},
		{"http 5*", []int{4}},
		{"http 4*", nil},
		{"console.error", []int{5}},
		{"console.error payment*", []int{5}},
		{"console.log", nil},
		{"error TypeError", []int{6}},
		{"navigate", []int{0, 1, 7}},
		{"navigate /checkout/*", []int{7}},
		{"navigate /checkout", nil},
		{"res 503", []int{4}},
	} {
		p, err := parsePattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if got := p.find(f); !slices.Equal(got, c.want) {
			t.Errorf("%s finds %v, want %v", c.pattern, got, c.want)
		}
	}
	for _, bad := range []string{"", "clack", "note", "click " + strings.Repeat("x", 2000)} {
		if _, err := parsePattern(bad); err == nil {
			t.Errorf("%.20q is accepted", bad)
		}
	}
}
