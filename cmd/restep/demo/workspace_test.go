package demo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestWorkspace(t *testing.T) {
	w := Workspace{Dir: t.TempDir(), Restep: `/opt/my "tools"/restep`, Port: 4747}
	if kept, err := w.Write(); err != nil || len(kept) > 0 {
		t.Fatalf("write: kept %v, error %v", kept, err)
	}
	for _, name := range []string{".vscode/launch.json", ".vscode/extensions/restep/package.json"} {
		text, err := os.ReadFile(filepath.Join(w.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !jsontext.Value(text).IsValid() {
			t.Errorf("%s is not valid JSON:\n%s", name, text)
		}
		if !strings.Contains(string(text), `/opt/my \"tools\"/restep`) {
			t.Errorf("%s does not name the command", name)
		}
	}
	guide, err := os.ReadFile(filepath.Join(w.Dir, "README.md"))
	if want := `'/opt/my "tools"/restep' play demo.playback`; err != nil || !strings.Contains(string(guide), want) {
		t.Errorf("README.md does not say %s, as it can be typed: %v", want, err)
	}
	for _, name := range []string{"editors/nvim.lua", "editors/emacs.el", ".vscode/launch.json", ".helix/languages.toml", "README.md"} {
		if text, err := os.ReadFile(filepath.Join(w.Dir, name)); err != nil || strings.Contains(string(text), "@") && name != "README.md" || strings.Contains(string(text), "webRoot") {
			t.Errorf("%s has a place that was not filled, or a name that nothing reads: %v", name, err)
		}
	}
	if _, err := Build(os.DirFS(w.Dir), false); err != nil {
		t.Errorf("the written shop cannot be bundled: %v", err)
	}
	if _, err := os.Stat(filepath.Join(w.Dir, "mended")); err == nil {
		t.Error("the mending was given away")
	}

	mended := filepath.Join(w.Dir, "src", "quote.ts")
	if err := os.WriteFile(mended, []byte("// mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	kept, err := w.Write()
	if err != nil {
		t.Fatal(err)
	}
	if len(kept) != 1 || kept[0] != mended {
		t.Errorf("kept %v, want %s only", kept, mended)
	}
	if text, _ := os.ReadFile(mended); string(text) != "// mine\n" {
		t.Error("the user's change was overwritten")
	}
}
