package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"restep/cmd/restep/demo"
	"restep/player"
	"restep/player/playback"
)

// demoCmd replays the recorded bug of the bundled shop, then the mended shop, and says how to debug it in an editor.
type demoCmd struct {
	Dir      string `default:"restep-demo" placeholder:"DIR" help:"Folder for the shop's sources, the recording and the editors' settings (${default})."`
	Port     int    `default:"4747" placeholder:"N" help:"Port of the shop for editors (${default})."`
	Headed   bool   `help:"Show the browser's window, at the recorded speed."`
	Browser  string `placeholder:"PATH" help:"The browser's executable."`
	Serve    bool   `xor:"serve" help:"Afterwards keep the shop of --dir running, until Ctrl-C."`
	ServeApp bool   `xor:"serve" help:"Only run the shop of --dir, until Ctrl-C. It is bundled anew for each page load."`
}

// Validate is called by kong after parsing.
func (c *demoCmd) Validate() error {
	if c.Port < 1 || c.Port > 65535 {
		return fmt.Errorf("--port %d: a port is a number from 1 to 65535", c.Port)
	}
	return nil
}

// Run is the demo from the first line to the last.
func (c *demoCmd) Run(e *env) error {
	if c.ServeApp {
		return c.serve(e)
	}
	if err := c.prepare(); err != nil {
		return err
	}
	if err := c.replays(e); err != nil {
		return err
	}
	command := ownCommand()
	kept, err := demo.Workspace{Dir: c.Dir, Restep: command, Port: c.Port}.Write()
	if err != nil {
		return &exitError{code: exitCannot, err: err, hint: "Name a folder that can be written with --dir."}
	}
	for _, name := range kept {
		fmt.Fprintf(e.stderr, "restep: %s differs from the demo's: left as it is\n", name)
	}
	fmt.Fprintf(e.stdout, demoOutro, demo.ShellWord(c.Dir), demo.ShellWord(typedCommand(command)))
	if c.Serve {
		return c.serve(e)
	}
	return nil
}

// prepare makes the folder before the replays, which take longer than to learn that it cannot be written.
func (c *demoCmd) prepare() error {
	err := os.MkdirAll(c.Dir, 0o755)
	if err == nil {
		err = checkWritable(filepath.Join(c.Dir, "demo.playback"))
	} else {
		err = fmt.Errorf("cannot make the folder %s: %w", c.Dir, cause(err))
	}
	if err != nil {
		return &exitError{code: exitCannot, err: err, hint: "Name a folder that can be written with --dir."}
	}
	return nil
}

const demoIntro = `A customer of a coffee shop could not pay. Her visit was recorded, and restep now repeats it: a real
browser, the shop's own code on this machine, no API. Every answer comes from the recording, when it came then.

`

const demoMended = `
Now the same visit in the shop with the bug mended: src/quote.ts drops an answer that is out of date.

`

// demoOutro takes the folder and the command, as they are typed.
const demoOutro = `
Now debug it yourself. The shop, the recording and the settings of the editors are in %[1]s:

  VS Code   code %[1]s
            install the extension that it offers from this folder, then press F5
  Neovim    cd %[1]s && nvim -S editors/nvim.lua demo.playback
            with nvim-dap installed; then press F5
  Helix     %[2]s demo --serve-app --dir %[1]s         in another terminal; then
            cd %[1]s && hx demo.playback
            then :debug-start "VIP cannot pay"
  Emacs     cd %[1]s && emacs -l editors/emacs.el demo.playback
            with dape installed; then M-x dape RET restep RET

Step over what she did, break on an answer, step back; then mend src/quote.ts and save. README.md there has a tour.
`

// replays plays the recording against the shop with the bug and against the mended one.
func (c *demoCmd) replays(e *env) error {
	f, err := playback.Read("demo.playback", bytes.NewReader(demo.Recording()), int64(len(demo.Recording())))
	if err != nil {
		return fmt.Errorf("open the bundled recording: %w", err)
	}
	defer f.Close()
	stage, closer, err := openBrowser(e.ctx, e, browserOptions{path: c.Browser, headed: c.Headed})
	if err != nil {
		return err
	}
	defer closer.Close()
	for _, act := range []struct {
		intro  string
		mended bool
		want   playback.Verdict
	}{
		{demoIntro, false, playback.Reproduced},
		{demoMended, true, playback.Gone},
	} {
		fmt.Fprint(e.stdout, act.intro)
		got, err := c.replay(e, f, stage, act.mended)
		if err != nil {
			return playError(e.ctx, err)
		}
		if got != act.want {
			return &exitError{
				code: exitFailed, err: fmt.Errorf("the verdict of the demo is %s, and should be %s", got, act.want),
				hint: "restep doctor says whether the browser is at fault.",
			}
		}
	}
	return nil
}

// replay plays the recording once and tells it step by step.
func (c *demoCmd) replay(e *env, f *playback.File, stage player.Stage, mended bool) (playback.Verdict, error) {
	app, err := serveBundle(e.ctx, mended)
	if err != nil {
		return "", err
	}
	defer app.close()
	r := &replay{
		file: f, stage: stage, until: -1, steps: newStepPrinter(e.stdout, f),
		options: player.Options{App: app.url, Realtime: c.Headed},
	}
	run, err := r.run(e.ctx)
	if err != nil {
		return "", err
	}
	fmt.Fprintln(e.stdout)
	result := &playResult{Run: run, title: f.Header().Title}
	if result.report, err = r.report(result); err != nil {
		return "", err
	}
	printResult(e.stdout, result, paintFor(e))
	return run.Verdict, nil
}

// serve runs the shop of the folder until the context ends.
func (c *demoCmd) serve(e *env) error {
	if _, err := os.Stat(filepath.Join(c.Dir, "index.html")); errors.Is(err, fs.ErrNotExist) {
		return usageError(fmt.Errorf("%s does not hold the demo's shop", c.Dir), "restep demo writes it there.")
	}
	handler := demo.Handler(func() (*demo.Bundle, error) {
		b, err := demo.Build(os.DirFS(c.Dir), false)
		if err != nil {
			fmt.Fprintf(e.stderr, "restep: %v\n", err) // an editor shows it in its debug console
		}
		return b, err
	})
	app, err := serveApp(e.ctx, c.Port, handler)
	if err != nil {
		return err
	}
	defer app.close()
	fmt.Fprintf(e.stderr, "The shop runs at %s until Ctrl-C.\n", app.url)
	<-e.ctx.Done()
	return nil
}

// localApp is a web server on loopback. Its goroutine, started by serveApp, ends with close.
type localApp struct {
	url    string
	server *http.Server
	done   chan struct{}
}

// serveBundle serves one of the two shops that are part of the program, at a free port.
func serveBundle(ctx context.Context, mended bool) (*localApp, error) {
	b, err := demo.Build(demo.Source(), mended)
	if err != nil {
		return nil, err
	}
	return serveApp(ctx, 0, demo.Handler(func() (*demo.Bundle, error) { return b, nil }))
}

// serveApp serves at a port of loopback; 0 is a free one.
func serveApp(ctx context.Context, port int, handler http.Handler) (*localApp, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, &exitError{code: exitCannot, err: fmt.Errorf("serve the shop: %w", err), hint: "Choose another port with --port N."}
	}
	a := &localApp{
		url:    demo.AppURL(listener.Addr().(*net.TCPAddr).Port),
		server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second},
		done:   make(chan struct{}),
	}
	go func() {
		defer close(a.done)
		a.server.Serve(listener) // always returns an error: that it was closed
	}()
	return a, nil
}

func (a *localApp) close() {
	a.server.Close()
	<-a.done
}

// ownCommand is what editors start: the name where PATH leads to this program, else its path.
func ownCommand() string {
	const name = "restep"
	self, err := os.Executable()
	if err != nil {
		return name
	}
	if found, err := exec.LookPath(name); err == nil && sameFile(found, self) {
		return name
	}
	return self
}

// typedCommand is a command as a person in this folder types it: a path below the folder is short.
func typedCommand(command string) string {
	wd, err := os.Getwd()
	if err != nil || !filepath.IsAbs(command) {
		return command
	}
	rel, err := filepath.Rel(wd, command)
	if err != nil || !filepath.IsLocal(rel) {
		return command
	}
	return "." + string(filepath.Separator) + rel
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(filepath.Clean(b))
	return err == nil && os.SameFile(x, y)
}
