package sources

import "testing"

func TestDrop(t *testing.T) {
	d := newDropper([]string{"/_sink/*", "POST https://api.example/track*", "stats.example"})
	for url, want := range map[string]string{
		"https://shop.example/_sink/ph?x=1":                                  "/_sink/*",
		"https://o1.ingest.sentry.io/api/7/envelope/?sentry_key=1":           "*://o1.ingest.sentry.io/*",
		"https://relay.shop.example/api/7/envelope/?sentry_key=1&sentry_v=7": "/api/*/envelope/?sentry_key=*",
		"https://www.google-analytics.com/collect?v=1":                       "*://www.google-analytics.com/*",
		"https://www.facebook.com/tr?id=1":                                   "*://www.facebook.com/tr*",
		"https://www.facebook.com/login":                                     "",
		"https://api.example/track/1":                                        "POST https://api.example/track*",
		"https://stats.example:8443/a":                                       "",
		"https://stats.example/a":                                            "*://stats.example/*",
		"https://notsentry.io/a":                                             "",
		"https://shop.example/orders?ref=/_sink/":                            "",
		"https://us.i.posthog.com/e/":                                        "*://us.i.posthog.com/*",
	} {
		got := ""
		if p := d.match("POST", url); p != nil {
			got = p.Text
			if r := ParsePattern(got); !r.Match("POST", url) {
				t.Errorf("%s: the rule %q does not match what it was made of", url, got)
			}
		}
		if got != want {
			t.Errorf("%s is dropped by %q, want %q", url, got, want)
		}
	}
	if d.match("GET", "https://api.example/track/1") != nil {
		t.Error("the method does not count")
	}
}

func TestWild(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a*", "ab", true}, {"*b", "ab", true}, {"a*c", "abc", true}, {"a*c", "ac", true},
		{"a*b*c", "axbxc", true}, {"a*b*c", "acb", false}, {"*", "", true}, {"a*a", "a", false},
	} {
		if got := wild(c.pattern, c.s); got != c.want {
			t.Errorf("wild(%q, %q) = %v", c.pattern, c.s, got)
		}
	}
}
