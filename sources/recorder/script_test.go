package recorder

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The script is one function, so that nothing of it is seen by the app, and has every part once.
func TestPageScript(t *testing.T) {
	src := PageScript(PageConfig{Binding: "out", Private: []string{".x"}})
	if !strings.HasPrefix(src, "(() => {") || !strings.Contains(src, `"binding":"out","private":[".x"],"maxFile":4194304`) {
		t.Errorf("the script begins with %.200s", src)
	}
	for _, name := range slices.Concat(firstParts[:], actionParts[:]) {
		if n := strings.Count(src, "// "+name+".js:"); n != 1 {
			t.Errorf("part %s is there %d times", name, n)
		}
	}
	if strings.Contains(src, "randomUUID") {
		t.Error("without a seed the app's random numbers are replaced")
	}
	if !strings.Contains(PageScript(PageConfig{Seed: 7}), "randomUUID") {
		t.Error("with a seed the app's random numbers are its own")
	}
}

// What a part of the embeddable recorder uses, one of its parts makes: which part is left out is a choice for each script.
func TestEmbedScriptIsWhole(t *testing.T) {
	src := embedSource()
	for _, m := range shared.FindAllStringSubmatch(src, -1) {
		if !regexp.MustCompile(`\bR\.` + m[1] + `(?:, R\.\w+\])? = `).MatchString(src) {
			t.Errorf("nothing sets R.%s", m[1])
		}
	}
	if rest := regexp.MustCompile(`\bR\b[^$\w].*`).FindString(EmbedScript()); rest != "" {
		t.Errorf("R is an object in %q", rest)
	}
}
