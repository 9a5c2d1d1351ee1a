package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restep/cmd/restep/demo"
	"restep/dap/daptest"
)

// hotSession is a debugging session of the demo's workspace, as an editor has it, on a server that bundles its sources for
// each page load. It stands at the failure.
func hotSession(t *testing.T, extra map[string]any) (client *daptest.Client, ctx context.Context, dir string) {
	t.Helper()
	needBrowser(t)
	dir = t.TempDir()
	if _, err := (demo.Workspace{Dir: dir, Restep: "restep", Port: 4747}).Write(); err != nil {
		t.Fatal(err)
	}
	app, err := serveApp(t.Context(), 0, demo.Handler(func() (*demo.Bundle, error) { return demo.Build(os.DirFS(dir), false) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.close)
	client, ctx = startDap(t)
	launch := map[string]any{"program": filepath.Join(dir, "demo.playback"), "app": app.url, "headless": true, "cwd": dir}
	for k, v := range extra {
		launch[k] = v
	}
	steps := []struct {
		command string
		args    map[string]any
	}{
		{"initialize", map[string]any{"adapterID": "restep"}},
		{"launch", launch},
		{"setExceptionBreakpoints", map[string]any{"filters": []string{"uncaught"}}},
		{"configurationDone", nil},
	}
	for _, s := range steps {
		if err := client.Call(ctx, s.command, s.args, nil); err != nil {
			t.Fatal(err)
		}
	}
	if stop := stopOf(t, ctx, client); stop.Reason != "exception" {
		t.Fatalf("the session stops with %+v, want the failure", stop)
	}
	return client, ctx, dir
}

// hotStop is what a client is told of a stop.
type hotStop struct {
	Reason      string `json:"reason"`
	Description string `json:"description"`
	Text        string `json:"text"`
}

func stopOf(t *testing.T, ctx context.Context, client *daptest.Client) hotStop {
	t.Helper()
	m, err := client.Event(ctx, "stopped")
	if err != nil {
		t.Fatal(err)
	}
	var s hotStop
	if err := m.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// said is what was printed since the last time.
func said(t *testing.T, client *daptest.Client) string {
	t.Helper()
	var out strings.Builder
	for _, m := range client.Take("output") {
		var o struct {
			Output string `json:"output"`
		}
		if err := m.Decode(&o); err != nil {
			t.Fatal(err)
		}
		out.WriteString(o.Output)
	}
	return out.String()
}

// verdictOf is what the scope Divergence says.
func verdictOf(t *testing.T, ctx context.Context, client *daptest.Client) string {
	t.Helper()
	ref, err := client.Scope(ctx, "Divergence")
	if err != nil {
		t.Fatal(err)
	}
	all, err := client.Variables(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Name == "verdict" {
			return v.Value
		}
	}
	return ""
}

func save(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mended(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("demo/app/mended/quote.ts")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// A fix that is saved turns "reproduced" into "gone" where the session stands, and the client does nothing for it.
func TestHotReplay(t *testing.T) {
	client, ctx, dir := hotSession(t, nil)
	if v := verdictOf(t, ctx, client); v != "reproduced" {
		t.Fatalf("the verdict before is %q", v)
	}
	said(t, client)
	quote := filepath.Join(dir, "src/quote.ts")
	save(t, quote, mended(t))
	if _, err := client.Event(ctx, "continued"); err != nil {
		t.Fatal(err)
	}
	stop := stopOf(t, ctx, client)
	if stop.Description != "Replayed with your change (quote.ts)" {
		t.Errorf("the stop is %+v", stop)
	}
	if v := verdictOf(t, ctx, client); v != "gone" {
		t.Errorf("the verdict after is %q", v)
	}
	out := said(t, client)
	t.Log(out)
	for _, want := range []string{"replayed with your change (quote.ts): ", "TypeError at payment.ts:", ": gone"} {
		if !strings.Contains(out, want) {
			t.Errorf("the console says %q, want %q in it", out, want)
		}
	}
}
