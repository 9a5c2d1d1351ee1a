package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"restep/dap/daptest"
)

// viteApp is an app of three files that takes one of them over while it runs.
var viteApp = map[string]string{
	"index.html": `<!doctype html><title>Counter</title><button data-testid="add">Add</button><p id="label"></p><script type="module" src="/src/main.ts"></script>`,
	"src/main.ts": `import { label } from './label';
let count = 0, text = label;
const show = () => { document.querySelector('#label')!.textContent = text(count); };
document.querySelector('button')!.addEventListener('click', () => { count++; show(); });
if (import.meta.hot) import.meta.hot.accept('./label', (m) => { text = m!.label; show(); });
`,
	"src/label.ts": "export const label = (n: number): string => `old ${n}`;\n",
}

// vite is the command of a Vite development server on a port; more are further words of it.
func vite(t *testing.T, more ...string) func(port string) []string {
	t.Helper()
	dir := os.Getenv("RESTEP_VITE")
	if dir == "" {
		t.Skip("SKIP: RESTEP_VITE does not name the folder of the npm package vite; make vite sets it")
	}
	return func(port string) []string {
		words := []string{"node", filepath.Join(dir, "bin/vite.js"), "--host", "127.0.0.1", "--port", port, "--strictPort"}
		return append(words, more...)
	}
}

// devApp is an app with a development server: its files, how that is started, and the path that it is served below.
type devApp struct {
	files   map[string]string
	command func(port string) []string
	base    string
}

// devSession is a session of an app, served by its development server, that stands after three clicks.
func devSession(t *testing.T, app devApp, launch map[string]any) (client *daptest.Client, ctx context.Context, dir string) {
	t.Helper()
	needBrowser(t)
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("SKIP: there is no node")
	}
	dir = t.TempDir()
	for name, text := range app.files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, name), text)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := "http://" + l.Addr().String()
	l.Close()
	url := host + app.base
	text := fmt.Sprintf(`{"playback":1,"app":%q,"viewport":{"width":800,"height":600}}`+"\n", "https://counter.example")
	text += fmt.Sprintf(`{"t":0,"ev":"open","id":"o","url":"https://counter.example%s/"}`+"\n", app.base)
	for i := range 4 {
		text += fmt.Sprintf(`{"t":%d,"ev":"click","id":"c%d","on":{"testid":"add","role":"button","name":"Add"}}`+"\n", 1000+500*i, i+1)
	}
	program := filepath.Join(t.TempDir(), "counter.playback")
	save(t, program, text)
	c := map[string]any{"program": program, "app": host, "headless": true, "cwd": dir, "stopOnEntry": true, "server": map[string]any{
		"command": app.command(host[strings.LastIndexByte(host, ':')+1:]), "cwd": dir, "url": url + "/",
	}}
	for k, v := range launch {
		c[k] = v
	}
	client, ctx = startDap(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(said(t, client))
		}
	})
	if _, err := client.Begin(ctx, c, nil); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := client.Move(ctx, "next", nil); err != nil {
			t.Fatal(err)
		}
	}
	shows(t, ctx, client, "old 3")
	return client, ctx, dir
}

// shows checks what the page says.
func shows(t *testing.T, ctx context.Context, client *daptest.Client, want string) {
	t.Helper()
	v, err := client.Evaluate(ctx, "document.querySelector('#label').textContent", "watch")
	if err != nil || v.Result != fmt.Sprintf("%q", want) {
		t.Fatalf("the page shows %s (%v), want %q", v.Result, err, want)
	}
}

// A Vite app is replayed with the new code: by its files, by what its server says of files that are elsewhere, and, where
// the user wants that, by the page itself, which keeps its state.
func TestViteHotReplay(t *testing.T) {
	for _, c := range []struct {
		name   string
		launch map[string]any
		want   hotStop
	}{
		{"files", nil, hotStop{"step", "Replayed with your change (label.ts)", ""}},
		{"sources elsewhere", map[string]any{"webRoot": t.TempDir()}, hotStop{"step", "Replayed with your change (label.ts)", ""}},
		{"preview", map[string]any{"hotReplay": "hmr"}, hotStop{"step", "Preview of your change (label.ts)", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, ctx, dir := devSession(t, devApp{viteApp, vite(t), ""}, c.launch)
			label := filepath.Join(dir, "src/label.ts")
			save(t, label, "export const label = (n: number): string => `new ${n}`;\n")
			stop := stopOf(t, ctx, client)
			if stop != c.want {
				t.Errorf("the stop is %+v, want %+v", stop, c.want)
			}
			shows(t, ctx, client, "new 3")
			if v := verdictOf(t, ctx, client); (v != "matched") != (c.name == "preview") {
				t.Errorf("the verdict is %q", v)
			}
			if c.name != "files" {
				return
			}
			save(t, label, "export const label = (n: number): string => `\n")
			consoleSays(t, ctx, client, "label.ts cannot be replayed")
			if _, err := client.Move(ctx, "next", nil); err != nil { // what Vite puts over the page is not in the way
				t.Fatal(err)
			}
			shows(t, ctx, client, "new 4")
			if v := verdictOf(t, ctx, client); v != "matched" {
				t.Errorf("the verdict is %q", v)
				ref, _ := client.Scope(ctx, "Divergence")
				all, _ := client.Variables(ctx, ref)
				t.Logf("%+v", all)
			}
			if out := said(t, client); strings.Count(out, "label.ts:1:") > 3 {
				t.Errorf("the error is said over and over:\n%s", out)
			}
		})
	}
}

// consoleSays waits for a line of the console.
func consoleSays(t *testing.T, ctx context.Context, client *daptest.Client, want string) {
	t.Helper()
	for out := ""; !strings.Contains(out, want); {
		m, err := client.Event(ctx, "output")
		if err != nil {
			t.Fatal(err)
		}
		out = string(m.Body)
	}
}

// An app that is served below a path of its own, whose modules have that in their URLs and whose updates have not.
func TestViteBase(t *testing.T) {
	client, ctx, dir := devSession(t, devApp{viteApp, vite(t, "--base", "/shop/"), "/shop"}, nil)
	save(t, filepath.Join(dir, "src/label.ts"), "export const label = (n: number): string => `new ${n}`;\n")
	if got, want := stopOf(t, ctx, client), (hotStop{"step", "Replayed with your change (label.ts)", ""}); got != want {
		t.Errorf("the stop is %+v, want %+v", got, want)
	}
	shows(t, ctx, client, "new 3")
	if v := verdictOf(t, ctx, client); v != "matched" {
		t.Errorf("the verdict is %q", v)
	}
}

// A build for production that is made anew with each save, whose files are named after their content: the server knows nothing
// of it and tells nothing.
func TestViteBuild(t *testing.T) {
	serve := vite(t)
	command := func(port string) []string {
		words := serve(port) // node vite.js --host …
		const script = `v=$1; shift; node "$v" build --sourcemap --watch | { grep -m 1 "built in"; node "$v" preview "$@" & cat; }`
		return append([]string{"sh", "-c", script, "sh"}, words[1:]...)
	}
	client, ctx, dir := devSession(t, devApp{viteApp, command, ""}, nil)
	save(t, filepath.Join(dir, "src/label.ts"), "export const label = (n: number): string => `new ${n}`;\n")
	if got, want := stopOf(t, ctx, client), (hotStop{"step", "Replayed with your change (label.ts)", ""}); got != want {
		t.Errorf("the stop is %+v, want %+v", got, want)
	}
	shows(t, ctx, client, "new 3")
}
