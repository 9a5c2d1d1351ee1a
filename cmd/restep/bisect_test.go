package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBisect has git find the commit that broke an app, with the script of the README, in a history with commits that do not
// build and commits that do not start.
func TestBisect(t *testing.T) {
	needBrowser(t)
	h := newHistory(t)
	for range 4 {
		h.commit("feature")
	}
	h.commit("no start")
	h.commit("feature")
	h.commit("no build") // in the middle: git asks for it first
	h.commit("no build")
	h.commit("feature")
	culprit := h.commit("break")
	for range 2 {
		h.commit("feature")
	}
	h.commit("no build")
	h.commit("feature")

	h.git("bisect", "start", "HEAD", h.commits[0])
	out := h.git("bisect", "run", h.script)
	if !strings.Contains(out, culprit+" is the first bad commit") {
		t.Errorf("git did not find %s:\n%s", culprit, out)
	}
	if log := h.git("bisect", "log"); !strings.Contains(log, "# skip:") {
		t.Errorf("no commit was skipped:\n%s", log)
	}
	h.git("bisect", "reset")
	for commit, want := range map[string]int{h.commits[0]: 0, culprit: 1, h.named["no build"]: 125, h.named["no start"]: 125} {
		h.git("checkout", "-q", commit)
		cmd := h.command(h.script)
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("%s: exit status %d, want %d:\n%s", h.git("log", "-1", "--format=%s"), got, want, out)
		}
	}
}

// TestBisectAsksTheRightServer has a server of an earlier commit that was left behind, and still answers.
func TestBisectAsksTheRightServer(t *testing.T) {
	needBrowser(t)
	h := newHistory(t)
	h.commit("no start")
	script, err := os.ReadFile(h.script)
	if err != nil {
		t.Fatal(err)
	}
	addr := regexp.MustCompile(`(?m)^app=http://(.*)$`).FindStringSubmatch(string(script))[1]
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	left := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/html")
		w.Write([]byte("<!doctype html><title>Shop</title><button>Pay now</button>"))
	}))
	left.Listener.Close()
	left.Listener = l
	left.Start()
	defer left.Close()
	cmd := h.command(h.script)
	if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != bisectSkip {
		t.Errorf("exit status %d:\n%s", cmd.ProcessState.ExitCode(), out)
	}
}

// history is a git repository of an app, and the script that tries one of its commits.
type history struct {
	*testing.T
	dir, script string
	commits     []string
	named       map[string]string // the last commit of a kind
	features    int
	broken      bool
}

func newHistory(t *testing.T) *history {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skipf("SKIP: git is not installed: %v", err)
	}
	dir := t.TempDir()
	h := &history{T: t, dir: filepath.Join(dir, "app"), script: filepath.Join(dir, "bisect.sh"), named: map[string]string{}}
	h.file("../bug.playback", `{"playback":1,"title":"Paying fails","app":"https://shop.example","start":"2026-11-21T18:55:00Z"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":500,"ev":"click","id":"e2","on":{"role":"button","name":"Pay now","css":"button"}}
{"t":501,"ev":"error","id":"e3","cause":"e2","name":"TypeError","message":"Cannot read properties of undefined (reading 'total')"}
`)
	h.file("../bisect.sh", tried(t, dir))
	if err := os.Chmod(h.script, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(h.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	h.git("init", "-q", "-b", "main")
	h.commit("feature")
	return h
}

// tried is the script of the README with the app, the build and the server of the test.
func tried(t *testing.T, dir string) string {
	t.Helper()
	readme, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```sh\n#!/bin/sh\n")
	script, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README has no script for git bisect")
	}
	addr := freeAddr(t)
	for pattern, text := range map[string]string{
		`(?m)^app=.*$`:       "app=http://" + addr,
		`(?m)^build\(\) .*$`: "build() { sh ./build; }",
		`(?m)^serve\(\) .*$`: "serve() { exec sh ./serve " + addr + "; }",
		`~/bug\.playback`:    filepath.Join(dir, "bug.playback"),
		`--wait 30s`:         "--wait 5s",
	} {
		x := regexp.MustCompile(pattern)
		if n := len(x.FindAllString(script, -1)); n != 1 {
			t.Fatalf("the script has %d of %s:\n%s", n, pattern, script)
		}
		script = x.ReplaceAllLiteralString(script, text)
	}
	return "#!/bin/sh\n" + script
}

// freeAddr is an address that nothing listens at.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// commit adds a commit of a kind: "feature", "break", "no build", "no start". What one breaks the next one mends, but for the
// bug, which stays.
func (h *history) commit(kind string) string {
	h.Helper()
	h.features++
	h.broken = h.broken || kind == "break"
	cart := "{total: 12}"
	if h.broken {
		cart = "undefined"
	}
	h.file("page.html", fmt.Sprintf(`<!doctype html><title>Shop</title><p>%d things</p><button>Pay now</button>
<script>const cart = %s; document.querySelector('button').onclick = () => { document.title = 'paid ' + cart.total; };</script>
`, h.features, cart))
	build, serve := "mkdir -p dist && cp page.html dist/index.html\n", "exec fileserver \"$1\" dist\n"
	switch kind {
	case "no build":
		build = "cp page.htm dist/index.html\n"
	case "no start":
		serve = "exit 1\n"
	}
	h.file("build", build)
	h.file("serve", serve)
	h.file(".gitignore", "dist\n")
	h.git("add", "-A")
	h.git("commit", "-q", "-m", fmt.Sprintf("%s %d", kind, h.features))
	id := strings.TrimSpace(h.git("rev-parse", "HEAD"))
	h.commits, h.named[kind] = append(h.commits, id), id
	return id
}

func (h *history) file(name, text string) {
	h.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		h.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		h.Fatal(err)
	}
}

// command runs a program in the working tree, with no settings of the developer.
func (h *history) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(h.Context(), name, args...)
	cmd.Dir = h.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "XDG_STATE_HOME="+filepath.Dir(h.script),
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
	return cmd
}

// git runs git, which must succeed.
func (h *history) git(args ...string) string {
	h.Helper()
	out, err := h.command("git", args...).CombinedOutput()
	if err != nil {
		h.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
