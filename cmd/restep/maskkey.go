package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maskKeyEnv gives the masking key, for machines that share stand-ins and for CI.
const maskKeyEnv = "RESTEP_MASK_KEY"

// maskKey returns the key that stand-ins are derived from: that of the environment, else that of the user's
// configuration, which is made where there is none.
func maskKey(e *env) ([]byte, error) {
	if k := e.getenv(maskKeyEnv); k != "" {
		return []byte(k), nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return nil, keyError(err)
	}
	name := filepath.Join(dir, "restep", "mask.key")
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = makeMaskKey(name)
	}
	if err != nil {
		return nil, keyError(err)
	}
	key := strings.TrimSpace(string(data))
	if len(key) < 32 {
		return nil, keyError(fmt.Errorf("%s holds no key", name))
	}
	return []byte(key), nil
}

// makeMaskKey makes the key. It appears as a whole or not at all, and of two that are made at once one wins.
func makeMaskKey(name string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	var secret [32]byte
	rand.Read(secret[:])
	f, err := os.CreateTemp(filepath.Dir(name), ".mask.key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(hex.EncodeToString(secret[:]) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(name)
}

func keyError(err error) error {
	return &exitError{
		code: exitCannot, err: fmt.Errorf("masking key: %w", err),
		hint: "Set " + maskKeyEnv + " to any secret of your own, always the same one, or make the folder writable.",
	}
}
