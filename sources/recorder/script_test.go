package recorder

import (
	"strings"
	"testing"
)

// The script is one function, so that nothing of it is seen by the app, and has every part once.
func TestPageScript(t *testing.T) {
	src := PageScript(PageConfig{Binding: "out", Private: []string{".x"}})
	if !strings.HasPrefix(src, "(() => {") || !strings.Contains(src, `"binding":"out","private":[".x"],"maxFile":4194304`) {
		t.Errorf("the script begins with %.200s", src)
	}
	for _, name := range actionParts {
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
