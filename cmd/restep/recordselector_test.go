package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecordSelectors: a rule that is no selector would hide nothing. It ends the command before the app is opened, with no
// file.
func TestRecordSelectors(t *testing.T) {
	needBrowser(t)
	t.Setenv(maskKeyEnv, "a key of this test")
	rules := filepath.Join(t.TempDir(), "rules.json")
	if err := os.WriteFile(rules, []byte(`{"css": [".customer", "<<<"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	code, _, errs := command(t, "record", plainApp(t), "-o", filepath.Join(dir, "a.playback"), "--headless", "--for", "1s", "--mask", rules)
	if code != exitUsage || !strings.Contains(errs, "--mask: "+rules+`: css: "<<<" is no selector`) || strings.Contains(errs, "Recording") {
		t.Errorf("status %d, %s", code, errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}
