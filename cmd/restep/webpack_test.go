package main

import (
	"os"
	"path/filepath"
	"testing"
)

// webpackApp is an app as webpack builds it where nothing is configured: each module is in an eval, and there is no source map.
var webpackApp = map[string]string{
	"package.json":      `{"name":"counter","private":true}`,
	"webpack.config.js": `module.exports = { mode: 'development', devServer: { static: './public' } };`,
	"public/index.html": `<!doctype html><title>Counter</title><button data-testid="add">Add</button><p id="label"></p><script src="/main.js"></script>`,
	"src/index.js": `import { label } from './label';
let count = 0;
const show = () => { document.querySelector('#label').textContent = label(count); };
document.querySelector('button').addEventListener('click', () => { count++; show(); });
`,
	"src/label.js": "export const label = (n) => `old ${n}`;\n",
}

// webpack is the command of webpack-dev-server on a port. Its packages stand in a folder above no app: the app gets a link.
func webpack(t *testing.T) func(port string) []string {
	t.Helper()
	dir := os.Getenv("RESTEP_WEBPACK")
	if dir == "" {
		t.Skip("SKIP: RESTEP_WEBPACK does not name the folder with webpack's npm packages; make webpack sets it")
	}
	return func(port string) []string {
		return []string{"sh", "-c", `ln -s "$0" node_modules && exec node node_modules/webpack/bin/webpack.js serve --host 127.0.0.1 --port "$1"`, dir, port}
	}
}

// An app of webpack is replayed with the new code: by its files, and by what its server says of files that are elsewhere. What
// does not build is no change of the app, though its server gives a bundle with it, and going on shows the page as it was.
func TestWebpackHotReplay(t *testing.T) {
	for name, launch := range map[string]map[string]any{
		"files":             nil,
		"sources elsewhere": {"webRoot": t.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			client, ctx, dir := devSession(t, devApp{webpackApp, webpack(t), ""}, launch)
			want := hotStop{"step", "Replayed with your change (label.js)", ""}
			if launch != nil {
				want.Description = "Replayed with your change (main.js)" // all that the server says
			}
			label := filepath.Join(dir, "src/label.js")
			save(t, label, "export const label = (n) => `new ${n}`;\n")
			if got := stopOf(t, ctx, client); got != want {
				t.Errorf("the stop is %+v, want %+v", got, want)
			}
			shows(t, ctx, client, "new 3")
			if v := verdictOf(t, ctx, client); v != "matched" {
				t.Errorf("the verdict is %q", v)
			}
			save(t, label, "export const label = (n) => `new ${n};\n")
			consoleSays(t, ctx, client, "cannot be replayed")
			if _, err := client.Move(ctx, "next", nil); err != nil {
				t.Fatal(err)
			}
			shows(t, ctx, client, "new 4")
			if v := verdictOf(t, ctx, client); v != "matched" {
				t.Errorf("the verdict on the code before is %q", v)
			}
			save(t, label, "export const label = (n) => `newer ${n}`;\n")
			if got := stopOf(t, ctx, client); got.Description != want.Description {
				t.Errorf("the stop is %+v, want %+v", got, want)
			}
			shows(t, ctx, client, "newer 4")
		})
	}
}
