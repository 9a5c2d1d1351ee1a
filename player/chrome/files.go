package chrome

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"restep/player"
	"restep/player/playback"
)

// upload gives files to a file input, or drops them on any other element. Where the app has just asked for files with a
// chooser (also by an input that is not in the document), they go there.
func (a *actor) upload(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	a.mu.Lock()
	chooser := a.chooser
	a.mu.Unlock()
	if chooser != 0 {
		paths, err := a.uploads.write(e.Files, a.content)
		if err != nil {
			return player.Found{}, err
		}
		a.mu.Lock()
		a.chooser = 0
		a.mu.Unlock()
		return player.Found{Score: 1, By: []string{"chooser"}}, a.setFiles(ctx, params{"backendNodeId": chooser}, paths)
	}
	p, err := a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last, Hidden: true})
	if err != nil {
		return player.Found{}, err
	}
	paths, err := a.uploads.write(e.Files, a.content)
	if err != nil {
		return player.Found{}, err
	}
	object, err := a.object(ctx, p.doc(), "R.fileInput()")
	if err != nil {
		return p.found, err
	}
	if object == "" {
		return a.drop(ctx, e, paths, last)
	}
	if len(paths) == 0 { // the browser ignores an empty list
		return p.found, a.run(ctx, p.doc(), "(R.clearFiles(), true)", nil)
	}
	return p.found, a.setFiles(ctx, params{"objectId": object}, paths)
}

func (a *actor) setFiles(ctx context.Context, p params, paths []string) error {
	p["files"] = paths
	return a.s.Call(ctx, "DOM.setFileInputFiles", p, nil)
}

// drop drags files from outside the browser onto the element.
func (a *actor) drop(ctx context.Context, e *playback.Event, paths []string, last bool) (player.Found, error) {
	p, err := a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last, Point: true})
	if err != nil {
		return player.Found{}, err
	}
	data := params{"items": []params{}, "files": paths, "dragOperationsMask": 1} // copy
	for _, kind := range []string{"dragEnter", "dragOver", "drop"} {
		event := params{"type": kind, "x": p.found.X, "y": p.found.Y, "data": data}
		if err := a.s.Call(ctx, dispatchDrag, event, nil); err != nil {
			return p.found, err
		}
	}
	return p.found, nil
}

// uploads are the files of a tab on disk. They stay until the tab is closed, since an app may read them at any time.
type uploads struct {
	base string     // the browser's profile: they go with it, however this process ends
	mu   sync.Mutex // guards what follows
	dir  string     // "" until the first file
	next int
}

// maxFiles is the number of files that one line may choose.
const maxFiles = 1000

// write puts files on disk under their own names and returns their paths.
func (u *uploads) write(files []playback.FileRef, content func(*playback.Body) ([]byte, error)) ([]string, error) {
	if len(files) > maxFiles {
		return nil, fmt.Errorf("%d files, at most %d are possible", len(files), maxFiles)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	paths := make([]string, 0, len(files)) // an empty list, not null: the user has cleared the field
	for _, f := range files {
		var data []byte
		if f.Body != nil && content != nil {
			var err error
			if data, err = content(f.Body); err != nil {
				return nil, fmt.Errorf("file %q: %w", f.Name, err)
			}
		}
		path, err := u.put(f.Name, data)
		if err == nil && f.LastModified != 0 {
			at := time.UnixMicro(int64(f.LastModified * 1000))
			err = os.Chtimes(path, at, at)
		}
		if err != nil {
			return nil, fmt.Errorf("file %q: %w", f.Name, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// put writes one file into a folder of its own, so that names may repeat.
func (u *uploads) put(name string, data []byte) (string, error) {
	if u.dir == "" {
		dir, err := os.MkdirTemp(u.base, "upload-")
		if err != nil {
			return "", err
		}
		u.dir = dir
	}
	u.next++
	dir := filepath.Join(u.dir, strconv.Itoa(u.next))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, safeName(name))
	return path, os.WriteFile(path, data, 0o600)
}

// safeName is the last part of a recorded file name, which comes from outside and may try to leave its folder.
func safeName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if name == "" || name == "." || name == ".." {
		return "file"
	}
	if len(name) > 200 { // most file systems take 255 bytes
		ext := filepath.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		name = strings.ToValidUTF8(name[:200-len(ext)], "") + ext
	}
	return name
}

// remove deletes the files; the next write starts anew.
func (u *uploads) remove() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.dir != "" {
		os.RemoveAll(u.dir)
		u.dir = ""
	}
}
