package browser

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestKeptProfile(t *testing.T) {
	data := t.TempDir()
	b := start(t, Options{Data: data, Open: true})
	_, err := Start(t.Context(), Options{Data: data, Headless: true})
	var used *InUseError
	if !errors.As(err, &used) || used.PID == 0 {
		t.Errorf("a second browser on the profile: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(data, "Local State")); err != nil {
		t.Errorf("the profile is gone: %v", err)
	}
	if err := lockedBy(data); err != nil {
		t.Errorf("after the end: %v", err)
	}
}
