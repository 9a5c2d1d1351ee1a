package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"restep/player/playback"
)

// checkOutput refuses an output that would destroy something: an input of the same command, or a file that is no
// playback. It also finds out whether the file can be written, before any work is done. "" and "-" are standard output.
func checkOutput(name string, inputs ...string) error {
	if name == "" || name == "-" {
		return nil
	}
	s, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return checkWritable(name)
	case err != nil:
		return usageError(fmt.Errorf("-o %s: %w", name, cause(err)), "")
	case s.IsDir():
		return usageError(fmt.Errorf("-o %s is a folder", name), "Name a file in it: -o "+filepath.Join(name, "session.playback"))
	}
	same := func(input string) bool {
		x, err := os.Stat(input)
		return err == nil && os.SameFile(x, s)
	}
	if slices.ContainsFunc(inputs, same) {
		return usageError(fmt.Errorf("-o %s is one of the files to read, and would be lost", name), "Name another file with -o.")
	}
	if s.Size() > 0 && !holdsPlayback(name) {
		return usageError(fmt.Errorf("-o %s is there and is no playback: it is not replaced", name),
			"Name another file with -o, or remove this one.")
	}
	return checkWritable(name)
}

// checkPicture refuses a picture's file that cannot be written, or that holds something else.
func checkPicture(name string) error {
	if name == "" {
		return nil
	}
	if s, err := os.Stat(name); err == nil && s.IsDir() {
		return usageError(fmt.Errorf("--screenshot %s is a folder", name), "Name a file in it: --screenshot "+filepath.Join(name, "end.png"))
	}
	head, err := headOf(name)
	if err == nil && len(head) > 0 && !strings.HasPrefix(string(head), "\x89PNG") {
		return usageError(fmt.Errorf("--screenshot %s is there and is no PNG: it is not replaced", name), "Name another file.")
	}
	return checkWritable(name)
}

// checkWritable finds out whether a file can be made beside what has this name, which then takes its place.
func checkWritable(name string) error {
	dir := filepath.Dir(name)
	s, err := os.Stat(dir)
	if err == nil && !s.IsDir() {
		err = errors.New("it is a file")
	}
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(dir, ".restep-*"); err == nil {
			probe.Close()
			err = os.Remove(probe.Name())
		} else if errors.Is(err, fs.ErrNotExist) { // the folder is there, such as /proc
			err = errors.New("no file can be made in it")
		}
	}
	if err != nil {
		return usageError(fmt.Errorf("cannot write %s: folder %s: %w", name, dir, cause(err)), "Name a file in a folder that can be written.")
	}
	return nil
}

// holdsPlayback reports whether a file is a playback, or at least begins as one.
func holdsPlayback(name string) bool {
	if head, err := headOf(name); err == nil && isPlayback(head) {
		return true
	}
	f, err := playback.OpenFile(name)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

// cause is an error without the path that it names: a temporary one says nothing to a person.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
