package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"restep/player/playback"
	"restep/sources"
	"restep/sources/har"
	"restep/sources/recorderjson"
)

// importers are the sources whose files can be imported.
func importers() []sources.Source { return []sources.Source{recorderjson.Source{}, har.Source{}} }

// readAll reads files of any kind that is known, and merges them where there are several.
func readAll(ctx context.Context, kind string, files []string, o sources.Options) (*sources.Recording, error) {
	var recs []*sources.Recording
	for _, name := range files {
		rec, err := readOne(ctx, kind, name, o)
		if err != nil {
			for _, r := range recs {
				r.Close()
			}
			return nil, err
		}
		recs = append(recs, rec)
	}
	if len(recs) == 1 {
		return recs[0], nil
	}
	return sources.Merge(recs, o), nil
}

// headSize is how many bytes of a file decide what it is.
const headSize = 64 << 10

// readOne reads one file: a playback, or what an importer knows.
func readOne(ctx context.Context, kind, name string, o sources.Options) (*sources.Recording, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &exitError{code: exitUsage, err: err}
	}
	defer f.Close()
	if s, err := f.Stat(); err == nil && s.IsDir() {
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("%s is a folder", name), hint: "Name the file in it to import."}
	}
	r := bufio.NewReaderSize(f, headSize)
	head, err := r.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if kind == "" && isPlayback(head) {
		return readPlayback(ctx, name, o)
	}
	src := sourceFor(kind, head)
	if src == nil {
		return nil, &exitError{
			code: exitUsage, err: fmt.Errorf("%s: nothing that can be imported is recognised in it", name),
			hint: "Known are " + strings.Join(kinds(), ", ") + " and playbacks; name the kind: restep import KIND FILE",
		}
	}
	in := sources.Input{Name: name, R: r}
	// A root cannot be left, not by .. and not by a link.
	if root, err := os.OpenRoot(filepath.Dir(name)); err == nil {
		defer root.Close()
		in.Dir = root.FS()
	}
	rec, err := sources.Import(ctx, src, in, o)
	if err != nil {
		hint := ""
		if other := sourceFor("", head); other != nil && other.Kind() != src.Kind() {
			hint = "It looks like " + other.Kind() + ": restep import " + other.Kind() + " " + name
		}
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("import %s: %w", src.Kind(), err), hint: hint}
	}
	return rec, nil
}

// sourceFor returns the importer of a kind, or the one that recognises the head of a file; nil where there is none.
func sourceFor(kind string, head []byte) sources.Source {
	for _, s := range importers() {
		if s.Kind() == kind || kind == "" && s.Recognise(head) {
			return s
		}
	}
	return nil
}

// isPlayback reports whether the first line of a file is the header of a playback.
func isPlayback(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	return bytes.HasPrefix(head, []byte(`{"playback":`))
}

// readPlayback reads a playback, which stays open as long as the recording.
func readPlayback(ctx context.Context, name string, o sources.Options) (*sources.Recording, error) {
	f, err := playback.OpenFile(name)
	if err != nil {
		return nil, &exitError{code: exitUsage, err: err, hint: "Run restep check " + name}
	}
	rec, err := sources.FromPlayback(ctx, f, o)
	if err != nil {
		f.Close()
		return nil, &exitError{code: exitUsage, err: err, hint: "Run restep check " + name}
	}
	rec.OnClose(f.Close)
	return rec, nil
}
