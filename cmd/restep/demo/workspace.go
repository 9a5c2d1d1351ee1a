package demo

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

//go:embed workspace
var templates embed.FS

// placed says where the files of the workspace folder go; its names have no dots, which embed would leave out.
var placed = [...]struct{ template, to string }{
	{"README.md", "README.md"},
	{"launch.json", ".vscode/launch.json"},
	{"package.json", ".vscode/extensions/restep/package.json"},
	{"languages.toml", ".helix/languages.toml"},
	{"nvim.lua", "editors/nvim.lua"},
	{"emacs.el", "editors/emacs.el"},
}

// Workspace is a folder in which the recorded session can be debugged.
type Workspace struct {
	Dir    string
	Restep string // the command that editors start
	Port   int    // where they expect the shop
}

// Write writes the shop's sources, its recording, and what editors need. Files that are there and differ are left
// alone, since they hold the user's changes; their names are returned.
func (w Workspace) Write() (kept []string, err error) {
	files, err := w.files()
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(w.Dir, filepath.FromSlash(name))
		old, err := os.ReadFile(path)
		switch {
		case err == nil && string(old) != files[name]:
			kept = append(kept, path)
			continue
		case err == nil:
			continue
		case !errors.Is(err, fs.ErrNotExist):
			return kept, fmt.Errorf("write the demo: %w", err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return kept, fmt.Errorf("write the demo: %w", err)
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o644); err != nil {
			return kept, fmt.Errorf("write the demo: %w", err)
		}
	}
	return kept, nil
}

// files are the contents of the folder by slash path.
func (w Workspace) files() (map[string]string, error) {
	app := Source()
	out := map[string]string{"demo.playback": string(Recording())}
	err := fs.WalkDir(app, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name == "mended" {
			return fs.SkipDir // for the user to find out
		}
		if d.IsDir() {
			return nil
		}
		content, err := fs.ReadFile(app, name)
		out[name] = string(content)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the demo: %w", err)
	}
	fill, err := w.replacer()
	if err != nil {
		return nil, err
	}
	for _, p := range placed {
		content, err := templates.ReadFile("workspace/" + p.template)
		if err != nil {
			return nil, fmt.Errorf("read the demo: %w", err)
		}
		out[p.to] = fill.Replace(string(content))
	}
	return out, nil
}

// replacer fills the templates in. A JSON string is a string of Lua, TOML and Emacs Lisp as well.
func (w Workspace) replacer() (*strings.Replacer, error) {
	restep, err := json.Marshal(w.Restep)
	if err != nil {
		return nil, fmt.Errorf("the path of restep is no text: %w", err)
	}
	port := strconv.Itoa(w.Port)
	return strings.NewReplacer("@RESTEP@", string(restep), "@APP@", `"`+AppURL(w.Port)+`"`, "@PORT@", port, "@COMMAND@", ShellWord(w.Restep)), nil
}

// ShellWord is a command or path as it is typed into a shell.
func ShellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@%,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// AppURL is the shop's URL at a port.
func AppURL(port int) string { return "http://127.0.0.1:" + strconv.Itoa(port) }
