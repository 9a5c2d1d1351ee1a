package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the prefix of our own import paths.
const module = "restep"

// layers says which of our packages each package may import, in the order of the layer picture in
// docs/ARCHITECTURE.md: imports point down, and siblings do not meet. A key or value that ends in /... also stands
// for everything below it; the package's own key applies, else the longest. Test files may use testHelpers too.
//
// Some packages do not exist yet: lsp, store, editors, player/snippet and sources/recorder have their
// place here, so that they come into it and not elsewhere.
var layers = map[string][]string{
	"cmd/...": {"cmd/...", "dap/...", "lsp/...", "player/...", "sources/...", "store/...", "editors/..."},

	"dap":        {"player", "player/playback", "player/sourcemap", "player/watch"},
	"dap/...":    {"dap", "player", "player/playback", "player/playertest"},
	"lsp":        {"lsp/anchor", "player/playback", "player/snippet", "player/sourcemap", "store"},
	"lsp/anchor": {},
	"lsp/...":    {"lsp", "lsp/anchor", "player/playback"},

	"player/culprit":    {"player", "player/playback"},
	"player/chrome":     {"player", "player/browser", "player/dom", "player/playback", "player/sourcemap"},
	"player/playertest": {"player", "player/playback"},
	"player/report":     {"player", "player/playback"},
	"player/snippet":    {"player/playback"},
	"player/watch":      {"player/sourcemap"},

	"store/...":            {"store", "player/playback"},
	"sources/recorder":     {"sources", "player/browser", "player/dom", "player/playback"},
	"sources/...":          {"sources", "player/playback"},
	"sources/recorder/...": {"sources", "sources/recorder", "player/playback"},

	"sources/recorder/recordertest": {"player/browser", "player/playback"},

	"player":           {"player/playback"},
	"sources":          {"player/playback"},
	"store":            {"player/playback"},
	"player/browser":   {},
	"player/dom":       {},
	"player/sourcemap": {},
	"player/playback":  {},
	"editors/...":      {},
}

// testHelpers are packages that only tests import, besides cmd.
var testHelpers = []string{"player/playertest", "dap/daptest", "lsp/lsptest", "sources/sourcetest", "sources/recorder/recordertest", "store/storetest"}

// owners says which packages alone may import a foreign module, so that each dependency has one place. The modules of
// packages that do not exist yet come with them.
var owners = map[string][]string{
	"github.com/chromedp/chromedp":          {"player/browser"},
	"github.com/chromedp/cdproto":           {"player/browser"},
	"github.com/fsnotify/fsnotify":          {"player/watch"},
	"github.com/google/go-dap":              {"dap", "dap/daptest"},
	"github.com/klauspost/compress":         {"player/playback"},
	"github.com/santhosh-tekuri/jsonschema": {"player/playback"},
	"github.com/evanw/esbuild":              {"cmd/restep", "cmd/restep/demo"},
	"github.com/alecthomas/kong":            {"cmd/restep"},
	"github.com/rogpeppe/go-internal":       {"cmd/restep"},
	"github.com/go-json-experiment/json":    {"..."},
}

// testOnly are modules that are for tests: the program does not hold them.
var testOnly = []string{"github.com/santhosh-tekuri/jsonschema", "github.com/rogpeppe/go-internal"}

// sourceFile is a parsed Go file with the package it belongs to, as a slash path below the root.
type sourceFile struct {
	path, pkg string
	syntax    *ast.File
	test      bool
}

// TestLayers reads the files instead of asking `go list`, whose answer the test cache would hide.
func TestLayers(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, spec := range f.syntax.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if problem := badImport(f, path); problem != "" {
				t.Errorf("%s: %s", f.path, problem)
			}
		}
	}
}

// TestLayersRule shows that the rule can fail: a clean tree alone would not.
func TestLayersRule(t *testing.T) {
	for _, c := range []struct {
		pkg, imports string
		test, bad    bool
	}{
		{"player/playback", "restep/player", false, true},
		{"player", "restep/player/playback", false, false},
		{"player", "restep/player/chrome", false, true},
		{"player", "restep/player/playertest", false, true},
		{"player", "restep/player/playertest", true, false},
		{"dap", "restep/player/chrome", false, true},
		{"dap", "restep/player/playertest", false, true},
		{"dap/daptest", "restep/dap", false, false},
		{"sources/har", "restep/sources/recorderjson", false, true},
		{"sources/har", "restep/sources", false, false},
		{"cmd/restep", "restep/player/chrome", false, false},
		{"player/chrome", "github.com/chromedp/chromedp", false, true},
		{"player", "github.com/google/go-dap", false, true},
		{"player/browser", "github.com/chromedp/chromedp/kb", false, false},
		{"player", "github.com/google/uuid", false, true},
		{"player/chrome", "github.com/chromedp/cdproto/page", false, true},
		{"player/chrome", "github.com/klauspost/compress/zstd", false, true},
		{"player/playback", "github.com/santhosh-tekuri/jsonschema/v6", false, true},
		{"player/playback", "github.com/santhosh-tekuri/jsonschema/v6", true, false},
		{"util", "restep/player", false, true},
		{"player", "net/http", false, false},
	} {
		f := sourceFile{pkg: c.pkg, test: c.test}
		if got := badImport(f, c.imports); (got != "") != c.bad {
			t.Errorf("%s imports %s: %q, want a problem: %v", c.pkg, c.imports, got, c.bad)
		}
	}
}

// TestNoInit keeps start-up visible: what runs is called from main.
func TestNoInit(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init function; build the value in main, or in a constructor", f.path)
			}
		}
	}
}

// TestOwnersAreUsed keeps the list as narrow as the tree: a place that no file uses is an open door.
func TestOwnersAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, f := range goFiles(t) {
		for _, spec := range f.syntax.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			for dep := range owners {
				if path == dep || strings.HasPrefix(path, dep+"/") {
					used[dep+" "+f.pkg], used[dep+" ..."] = true, true
				}
			}
		}
	}
	for dep, pkgs := range owners {
		for _, pkg := range pkgs {
			if !used[dep+" "+pkg] {
				t.Errorf("%s is not used by %s: take it out of owners", dep, pkg)
			}
		}
	}
}

// TestTopLevel keeps the root readable: these entries, hidden ones, and what the Makefile builds.
func TestTopLevel(t *testing.T) {
	allowed := strings.Fields("cmd dap lsp player sources store editors docs go.mod go.sum README.md Makefile LICENSE CHANGELOG.md restep restep-demo")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}

// root is the module's folder, seen from this package.
const root = "../.."

// goFiles parses every Go file of the module.
func goFiles(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); path != root && (strings.HasPrefix(n, ".") || n == "node_modules" || n == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		syntax, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		dir, _ := filepath.Split(rel)
		files = append(files, sourceFile{
			path: rel, pkg: strings.TrimSuffix(dir, "/"), syntax: syntax, test: strings.HasSuffix(rel, "_test.go"),
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("only %d Go files found below %s: the rule would hold of nothing", len(files), root)
	}
	return files
}

// badImport says what is wrong with an import, or "".
func badImport(f sourceFile, path string) string {
	if own, ok := strings.CutPrefix(path, module+"/"); ok {
		allowed, known := allowedImports(f.pkg)
		switch {
		case !known:
			return "package " + f.pkg + " has no place in the layer picture; add it to layers and to docs/ARCHITECTURE.md"
		case own == f.pkg, matchesAny(allowed, own), f.test && slices.Contains(testHelpers, own):
			return ""
		}
		return f.pkg + " may not import " + own
	}
	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
		return "" // the standard library
	}
	for dep, pkgs := range owners {
		if path == dep || strings.HasPrefix(path, dep+"/") {
			if slices.Contains(testOnly, dep) && !f.test {
				return path + " is for tests only"
			}
			if matchesAny(pkgs, f.pkg) {
				return ""
			}
			return path + " is used by " + strings.Join(pkgs, ", ") + " only"
		}
	}
	return path + " has no owner; add it to owners and, with its reason, to docs/ARCHITECTURE.md"
}

// allowedImports finds the key of layers that stands for the package: itself, else the longest.
func allowedImports(pkg string) (allowed []string, known bool) {
	if list, ok := layers[pkg]; ok {
		return list, true
	}
	longest := -1
	for key, list := range layers {
		if matches(key, pkg) && len(key) > longest {
			longest, allowed, known = len(key), list, true
		}
	}
	return allowed, known
}

func matchesAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, pkg) })
}

// matches reports whether a pattern stands for a package; "a/..." stands for a and everything below it.
func matches(pattern, pkg string) bool {
	prefix, tree := strings.CutSuffix(pattern, "...")
	if !tree {
		return pattern == pkg
	}
	return prefix == "" || pkg == strings.TrimSuffix(prefix, "/") || strings.HasPrefix(pkg, prefix)
}
