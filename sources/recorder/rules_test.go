package recorder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
)

func TestRules(t *testing.T) {
	name := filepath.Join(t.TempDir(), "rules.json")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"header": ["x-customer"]}`)
	if _, err := ReadRules(name); err == nil {
		t.Error("a key that does not exist is taken")
	}
	write(`{"css": [".customer", " "]}`)
	if _, err := ReadRules(name); err == nil {
		t.Error("an empty selector is taken")
	}
	write(`{"headers": ["X-Customer"], "json": ["user.na\"me", "items[].number", "*.city", "years.2026.plan"]}`)
	rules, err := ReadRules(name)
	if err != nil {
		t.Fatal(err)
	}
	j, file := newJournal(t)
	j.Hide(rules)
	const body = `{ "user": {"na\"me":"Ana \"the\" Example","city" : "Bern", "age": 41}, "items":[{"number": 4711001},{"number":"X-1"}], "years":{"2026":{"plan":"Golden Eagle"}}, "name":"plain"}`
	add(t, j, playback.Event{Kind: playback.Req, Method: "POST", URL: "/x", Headers: playback.Headers{"x-customer": {"Example-77"}, "x-other": {"stays"}},
		Body: playback.BodyString(body)}, nil)
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Example", "Bern", "4711001", "X-1", "Golden"} {
		scan(t, filepath.Dir(file), secret)
	}
	e := events(t, file)[0]
	got := text(e.Body)
	for _, part := range []string{`{ "user": {"na\"me":"`, `"city" : "`, `"age": 41}`, `"name":"plain"}`} {
		if !strings.Contains(got, part) {
			t.Errorf("%s has no %s", got, part)
		}
	}
	if want := `body.items[].number body.user.city body.user.na"me body.years.2026.plan headers.x-customer`; strings.Join(sorted(e.Masked), " ") != want {
		t.Errorf("masked %q", sorted(e.Masked))
	}
	if e.Headers.Get("x-other") != "stays" {
		t.Error("another header was masked")
	}
}

func sorted(list []string) []string {
	set := map[string]bool{}
	for _, s := range list {
		set[s] = true
	}
	return sortedKeys(set)
}
