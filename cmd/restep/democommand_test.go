package main

import (
	"path/filepath"
	"testing"

	"restep/cmd/restep/demo"
)

// TestTypedCommand is what the demo says at its end where restep is not in PATH.
func TestTypedCommand(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	elsewhere := filepath.Join(filepath.Dir(dir), "my tools", "restep")
	for command, want := range map[string]string{
		"restep":                      "restep",
		filepath.Join(dir, "restep"):  "." + string(filepath.Separator) + "restep",
		filepath.Join(dir, "b", "re"): "." + string(filepath.Separator) + filepath.Join("b", "re"),
		elsewhere:                     elsewhere,
	} {
		if got := typedCommand(command); got != want {
			t.Errorf("%s is typed as %s, want %s", command, got, want)
		}
	}
	if got := demo.ShellWord("/my tools/it's"); got != `'/my tools/it'\''s'` {
		t.Errorf("a shell gets %s", got)
	}
}
