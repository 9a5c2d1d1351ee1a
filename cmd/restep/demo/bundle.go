package demo

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Bundle is the shop as a browser loads it.
type Bundle struct {
	files map[string]bundled // by URL path
}

type bundled struct {
	mediaType string
	content   string
}

// Build bundles the shop of a folder that looks like [Source]. A mended shop takes the files in mended/ in place of
// those with the same name in src/. Errors are those of the sources, one a line, with file and line.
func Build(app fs.FS, mended bool) (*Bundle, error) {
	index, err := fs.ReadFile(app, "index.html")
	if err != nil {
		return nil, fmt.Errorf("bundle the shop: %w", err)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:    []string{"src/main.ts"},
		Outdir:         "/assets",
		Bundle:         true,
		Format:         api.FormatESModule,
		Target:         api.ES2022,
		Sourcemap:      api.SourceMapLinked,
		SourcesContent: api.SourcesContentInclude,
		TsconfigRaw:    "{}", // esbuild would look for one on disk
		Plugins:        []api.Plugin{sourcePlugin(app, mended)},
		LogLevel:       api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		lines := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, errors.New("bundle the shop: " + strings.TrimSpace(strings.Join(lines, "")))
	}
	b := &Bundle{files: map[string]bundled{"/": {"text/html; charset=utf-8", string(index)}}}
	for _, f := range result.OutputFiles {
		name := "/assets/" + path.Base(f.Path)
		b.files[name] = bundled{mediaTypes[path.Ext(name)], unspace.Replace(string(f.Contents))}
	}
	return b, nil
}

// File returns the content at a URL path such as "/assets/main.js".
func (b *Bundle) File(name string) (string, bool) {
	f, ok := b.files[name]
	return f.content, ok
}

var mediaTypes = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".map": "application/json",
}

// space is the name that esbuild puts before paths that are not on disk.
const space = "shop"

// unspace takes it out again: from the comments in the code, and from the source map, whose paths are relative to it.
var unspace = strings.NewReplacer("// "+space+":", "// ", `"`+space+":src/", `"../src/`)

// sourcePlugin makes esbuild read a file system of ours instead of the disk.
func sourcePlugin(app fs.FS, mended bool) api.Plugin {
	return api.Plugin{Name: space, Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			name := path.Join(path.Dir(a.Importer), a.Path)
			if path.Ext(name) == "" {
				name += ".ts"
			}
			return api.OnResolveResult{Path: name, Namespace: space}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: space}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			content, err := readSource(app, a.Path, mended)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text, loader := string(content), api.LoaderTS
			if path.Ext(a.Path) == ".css" {
				loader = api.LoaderCSS
			}
			return api.OnLoadResult{Contents: &text, Loader: loader}, nil
		})
	}}
}

func readSource(app fs.FS, name string, mended bool) ([]byte, error) {
	if rest, ok := strings.CutPrefix(name, "src/"); ok && mended {
		if content, err := fs.ReadFile(app, "mended/"+rest); err == nil {
			return content, nil
		}
	}
	return fs.ReadFile(app, name)
}
