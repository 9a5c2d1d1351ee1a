package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"restep/player/playback"
)

// fmtCmd puts playback files into their canonical form.
type fmtCmd struct {
	Files []string `arg:"" name:"file" help:"Playback files."`
	Write bool     `short:"w" help:"Write the result to the file instead of printing it." xor:"mode"`
	Check bool     `help:"Change nothing, print the names of the files that are not formatted; the status is 1 where there are any." xor:"mode"`
	Notes bool     `help:"Also drop deleted notes, which otherwise stay so that merging knows of them."`
}

// Run formats each file.
func (c *fmtCmd) Run(e *env) error {
	if len(c.Files) > 1 && !c.Write && !c.Check {
		return usageError(fmt.Errorf("fmt prints one file, and you named %d", len(c.Files)), "restep fmt -w rewrites each.")
	}
	changed := 0
	for _, name := range c.Files {
		same, err := c.format(e, name)
		if err != nil {
			return err
		}
		if !same {
			changed++
		}
	}
	if c.Check && changed > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

// format formats one file, and reports whether it was formatted before.
func (c *fmtCmd) format(e *env, name string) (same bool, err error) {
	f, err := openPlayback(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	o := playback.Formatting{DropDeleted: c.Notes}
	if !c.Write && !c.Check {
		return true, formatError(name, o.Write(e.stdout, f))
	}
	old, err := os.Open(name)
	if err != nil {
		return false, usageError(err, "")
	}
	defer old.Close()
	cmp := comparer{r: old}
	if err := o.Write(&cmp, f); err != nil {
		return false, formatError(name, err)
	}
	if cmp.same() {
		return true, nil
	}
	if c.Check {
		fmt.Fprintln(e.stdout, name)
		return false, nil
	}
	if f.Torn() > 0 {
		fmt.Fprintf(e.stderr, "%s:%d: the last line was torn and is left out\n", name, f.Torn())
	}
	if err := checkWritable(name); err != nil {
		return false, err
	}
	return false, formatError(name, playback.Replace(name, func(w io.Writer) error { return o.Write(w, f) }))
}

func formatError(name string, err error) error {
	if err == nil {
		return nil
	}
	return usageError(err, checkHint(name))
}

// comparer is a writer that compares what is written with what a reader yields.
type comparer struct {
	r      io.Reader
	buf    []byte
	differ bool
}

// Write compares p with as many bytes of the reader.
func (c *comparer) Write(p []byte) (int, error) {
	if c.differ {
		return len(p), nil
	}
	c.buf = append(c.buf[:0], p...)
	_, err := io.ReadFull(c.r, c.buf)
	c.differ = err != nil || !bytes.Equal(c.buf, p)
	return len(p), nil
}

// same reports whether everything was equal and nothing is left to read.
func (c *comparer) same() bool {
	if c.differ {
		return false
	}
	n, err := io.ReadFull(c.r, make([]byte, 1))
	return n == 0 && err == io.EOF
}
