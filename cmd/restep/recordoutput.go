package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"restep/player/playback"
)

// checkRecording is checkOutput for a recording, which takes the place of no earlier file unless somebody says so: what a
// person has done cannot be made again. It returns where to write while the session goes on: the name itself, or one
// beside it where there is a file that is replaced in the end; "" stands for the first.
func (c *recordCmd) checkRecording() (draft string, err error) {
	if err := checkOutput(c.Output); err != nil {
		return "", err
	}
	if err := playback.DraftInUse(c.Output); err != nil {
		return "", c.explain(err)
	}
	if s, err := os.Stat(c.Output); err != nil || s.Size() == 0 {
		return "", nil
	}
	if !c.Force {
		return "", usage("Name another file with -o, or replace this one with --force.", "%s is there: it is not replaced without --force", c.Output)
	}
	return besideName(c.Output), nil
}

// besideName is a free name beside a file: session.new.playback, session.new2.playback. One that is taken is of a
// recording that goes on, or of one that was killed.
func besideName(name string) string {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		free := stem + ".new" + ext
		if n > 1 {
			free = fmt.Sprintf("%s.new%d%s", stem, n, ext)
		}
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) || n == 1000 {
			return free
		}
	}
}
