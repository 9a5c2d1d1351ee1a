package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"restep/player/playback"
)

// openPlayback opens the file of a command line.
func openPlayback(name string) (*playback.File, error) {
	f, err := playback.OpenFile(name)
	if err != nil {
		return nil, openError(name, err)
	}
	return f, nil
}

// openError is what a person is told of a file that is no playback, or of a broken one.
func openError(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return usageError(fmt.Errorf("there is no file %s", name), "restep import and restep merge make playbacks of recordings.")
	}
	if s, err := os.Stat(name); err == nil && s.IsDir() {
		return usageError(fmt.Errorf("%s is a folder", name), "Name the playback in it.")
	}
	if kind := recordingKind(name); kind != "" {
		base := filepath.Base(name)
		out := strings.TrimSuffix(base, filepath.Ext(base)) + ".playback"
		return usageError(fmt.Errorf("%s is no playback: it looks like %s", name, kind),
			"Make a playback of it first: restep import "+kind+" "+name+" -o "+out)
	}
	return usageError(err, checkHint(name))
}

// defects refuses a file whose header or actions make no sense, and returns a warning for one with other errors.
func defects(f *playback.File) (warning string, err error) {
	found, err := f.Defects()
	switch {
	case err != nil:
		return "", usageError(err, "")
	case found.Unusable != nil:
		d := found.Unusable
		return "", usageError(fmt.Errorf("%s:%d:%d: %s", f.Name(), d.Line, d.Column, d.Message), checkHint(f.Name()))
	case found.Errors == 1:
		return f.Name() + " has 1 error, and what it is about may play wrong; restep check lists it", nil
	case found.Errors > 1:
		return fmt.Sprintf("%s has %d errors, and what they are about may play wrong; restep check lists them", f.Name(), found.Errors), nil
	}
	return "", nil
}

// checkHint is the hint for a playback in which something is wrong.
func checkHint(name string) string {
	return "restep check " + name + " lists all that is wrong with it."
}

// recordingKind is the kind of recording that a file seems to be, which import knows; "" for others.
func recordingKind(name string) string {
	head, err := headOf(name)
	if err != nil || isPlayback(head) {
		return ""
	}
	if s := sourceFor("", head); s != nil {
		return s.Kind()
	}
	return ""
}

// headOf reads the part of a file that decides what it is.
func headOf(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, headSize))
}
