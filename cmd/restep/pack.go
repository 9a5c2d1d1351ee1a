package main

import (
	"cmp"
	"fmt"
	"io"

	"restep/player/playback"
)

// packCmd puts the blobs beside a playback into it: one file to send.
type packCmd struct {
	File   string `arg:"" name:"file" help:"Playback file."`
	Output string `short:"o" placeholder:"FILE" help:"Write to this file, or - for standard output, and leave the other as it is."`
}

// Run packs the file, in place where no output is named.
func (c *packCmd) Run(e *env) error {
	if err := checkPlace(c.File, c.Output); err != nil {
		return err
	}
	f, err := openPlayback(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	pack := func(w io.Writer) error { return playback.Pack(f, w) }
	switch c.Output {
	case "-":
		err = pack(e.stdout)
	case "":
		if err = playback.Replace(c.File, pack); err == nil {
			err = playback.DropBeside(f, c.File)
		}
	default:
		err = playback.Replace(c.Output, pack)
	}
	return packError(c.File, err)
}

// unpackCmd puts the blobs of a playback beside it: small files for editors and git.
type unpackCmd struct {
	File   string `arg:"" name:"file" help:"Playback file."`
	Output string `short:"o" placeholder:"FILE" help:"Write to this file and the folder beside it, and leave the other as it is."`
}

// Run unpacks the file, in place where no output is named.
func (c *unpackCmd) Run(*env) error {
	if c.Output == "-" {
		return usageError(fmt.Errorf("unpack cannot write to standard output: blobs stand beside a file"), "Name a file: -o FILE")
	}
	if err := checkPlace(c.File, c.Output); err != nil {
		return err
	}
	f, err := openPlayback(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	name := cmp.Or(c.Output, c.File)
	return packError(c.File, playback.Replace(name, func(w io.Writer) error {
		return playback.Unpack(f, w, playback.BlobDir(name))
	}))
}

// checkPlace checks where the result goes: the output, or the file itself where none is named.
func checkPlace(file, output string) error {
	if output != "" {
		return checkOutput(output, file)
	}
	if !exists(file) {
		return nil // opening it says so
	}
	return checkWritable(file)
}

func packError(name string, err error) error {
	if err == nil {
		return nil
	}
	return usageError(err, "restep check "+name+" lists the blobs that are missing or damaged.")
}
