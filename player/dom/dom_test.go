package dom

import (
	"slices"
	"strings"
	"testing"
)

// Every embedded file is a part, and every part a file.
func TestParts(t *testing.T) {
	entries, err := files.ReadDir("js")
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range entries {
		have = append(have, strings.TrimSuffix(e.Name(), ".js"))
	}
	want := Parts()
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("files %v, parts %v", have, want)
	}
	for _, name := range want {
		if Source(name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
	if Source("other") != "" {
		t.Error("a part that does not exist has a source")
	}
}
