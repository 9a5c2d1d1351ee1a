package sourcemap

import (
	"fmt"
	"maps"
	"net/url"
	slashpath "path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Paths maps the names in source maps and the URLs of the app to files.
type Paths struct {
	webRoot  string
	replaces []replace
}

type replace struct {
	pattern *regexp.Regexp
	to      string // as [regexp.Regexp.Expand] takes it
}

// defaults are those of VS Code's JavaScript debugger (src/configuration.ts of microsoft/vscode-js-debug), and the names of
// modules in webpack's eval.
var defaults = [...][2]string{
	{"webpack:///./~/*", "${webRoot}/node_modules/*"},
	{"webpack:////*", "/*"},
	{"webpack://@?:*/?:*/*", "${webRoot}/*"},
	{"webpack://?:*/*", "${webRoot}/*"},
	{"webpack:///([a-z]):/(.+)", "$1:/$2"},
	{"webpack-internal:///*", "${webRoot}/*"},
	{"meteor://💻app/*", "${webRoot}/*"},
	{"turbopack://[project]/*", "${workspaceFolder}/*"},
	{"turbopack:///[project]/*", "${workspaceFolder}/*"},
}

// NewPaths prepares the mapping. WebRoot is the folder that the app's server serves, workspace the one that is open in the
// editor; both are absolute. Overrides, which replace the defaults where there are any, are the sourceMapPathOverrides of
// a launch configuration: a pattern with at most one * and any number of ?:* (which match without being kept) to a path
// with at most one *. They may name ${webRoot} and ${workspaceFolder}.
func NewPaths(webRoot, workspace string, overrides map[string]string) (*Paths, error) {
	if len(overrides) == 0 {
		overrides = map[string]string{}
		for _, d := range defaults {
			overrides[d[0]] = d[1]
		}
	}
	p := &Paths{webRoot: webRoot}
	fill := strings.NewReplacer("${webRoot}", filepath.ToSlash(webRoot), "${workspaceFolder}", filepath.ToSlash(workspace))
	keys := slices.SortedFunc(maps.Keys(overrides), func(a, b string) int { // the longest pattern counts
		if d := len(strings.ReplaceAll(b, "?:*", "*")) - len(strings.ReplaceAll(a, "?:*", "*")); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, k := range keys {
		r, err := override(fill.Replace(k), fill.Replace(overrides[k]))
		if err != nil {
			return nil, err
		}
		p.replaces = append(p.replaces, r)
	}
	return p, nil
}

// numbered is a replacement that names groups, whose pattern is a regular expression then.
var numbered = regexp.MustCompile(`\$[0-9]`)

func override(from, to string) (replace, error) {
	if !strings.Contains(to, "*") && numbered.MatchString(to) {
		re, err := regexp.Compile("(?i)^" + from + "$")
		if err != nil {
			return replace{}, fmt.Errorf("%q: %w", from, err)
		}
		return replace{re, numbered.ReplaceAllStringFunc(to, func(s string) string { return "${" + s[1:] + "}" })}, nil
	}
	const any, kept = "\x00", "\x01"
	pattern := strings.ReplaceAll(strings.ReplaceAll(from, "?:*", any), "*", kept)
	if strings.Count(pattern, kept) > 1 || strings.Count(to, "*") > strings.Count(pattern, kept) {
		return replace{}, fmt.Errorf("%q: %q: one * on each side at most", from, to)
	}
	whole := !strings.Contains(pattern, kept)
	pattern = regexp.QuoteMeta(pattern)
	pattern = strings.NewReplacer(any, ".*?", kept, "(.*?)").Replace(pattern)
	if whole { // of a folder or a file
		pattern += `(/.*)?`
		to += "*"
	}
	re, err := regexp.Compile("(?i)^" + pattern + "$")
	if err != nil {
		return replace{}, fmt.Errorf("%q: %w", from, err)
	}
	return replace{re, strings.Replace(strings.ReplaceAll(to, "$", "$$"), "*", "${1}", 1)}, nil
}

// layer is what webpack puts before the path of a module that it builds more than once, as Next.js has it do:
// webpack-internal:///(app-pages-browser)/./app/page.tsx.
var layer = regexp.MustCompile(`^(webpack(?:-internal)?://[^/]*/)\([^()/]+\)/`)

// Source lists where a source may be on disk, the likeliest first: name is one of [Map.Sources], base the URL of its map,
// or of the script that holds it. What lies in node_modules is not the user's and is on no list.
func (p *Paths) Source(name, base string) []string {
	if name == "" {
		return nil
	}
	name = layer.ReplaceAllString(strings.ReplaceAll(name, `\`, "/"), "$1")
	cut, _, _ := strings.Cut(name, "?") // bundlers number the parts of a file
	for _, r := range p.replaces {
		if m := r.pattern.FindStringSubmatchIndex(cut); m != nil {
			return clean(string(r.pattern.ExpandString(nil, r.to, cut, m)))
		}
	}
	b, err := url.Parse(base)
	if err != nil {
		return nil
	}
	u, err := b.Parse(name)
	if err != nil {
		return nil
	}
	out := p.URL(u.String())
	if strings.HasPrefix(name, "/") { // also a path of this disk
		out = append(out, clean(name)...)
	}
	return out
}

// URL lists where the file that a URL of the app is served from may be: under the folder that the server serves, in its
// folder for files that are served as they are, and, for a document, the page of a folder or of the app.
func (p *Paths) URL(target string) []string {
	u, err := url.Parse(target)
	if err != nil {
		return nil
	}
	switch u.Scheme {
	case "file":
		return clean(u.Path)
	case "http", "https":
	default:
		return nil
	}
	if rest, ok := strings.CutPrefix(u.Path, "/@fs/"); ok { // Vite: a file outside of its root
		return clean("/" + rest)
	}
	if strings.HasPrefix(u.Path, "/@") {
		return nil
	}
	below := slashpath.Clean("/" + u.Path) // never above the folder
	out := append(clean(p.webRoot+below), clean(p.webRoot+"/public"+below)...)
	for range maxBase { // the app may be served below a path of its own
		if strings.Contains(below, "/node_modules/") {
			break
		}
		i := strings.IndexByte(below[1:], '/')
		if i < 0 {
			break
		}
		below = below[i+1:]
		out = append(out, clean(p.webRoot+below)...)
	}
	return out
}

// maxBase is how many segments the path may have that an app is served below.
const maxBase = 3

// Root is the folder that the app's server serves.
func (p *Paths) Root() string { return p.webRoot }

// clean makes a path one of this system; none for what is not to be watched.
func clean(path string) []string {
	if len(path) > 2 && path[0] == '/' && path[2] == ':' { // /C:/x
		path = path[1:]
	}
	path = filepath.Clean(filepath.FromSlash(path))
	slash := filepath.ToSlash(path)
	if !filepath.IsAbs(path) || strings.Contains(slash, "/node_modules/") || strings.ContainsRune(path, 0) {
		return nil
	}
	return []string{path}
}
