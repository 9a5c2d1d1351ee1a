package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"restep/player"
	"restep/player/chrome"
	"restep/player/playback"
	"restep/player/sourcemap"
	"restep/player/watch"
)

//go:embed hot
var hotFiles embed.FS

const (
	hotModules = 30 // of the app, besides its two
	hotActions = 100
	hotAction  = 90 // where the session stands when a file is saved
	hotWait    = 30 * time.Second
)

// hotApp is a small app on a Vite development server. The goroutine that waits for the server ends with close.
type hotApp struct {
	dir, url string
	cmd      *exec.Cmd
	done     chan struct{}
	version  int
}

// hot measures how long it takes from saving a file until the session stands where it stood, with the new code.
func (b *bench) hot() (group, error) {
	ours, again := &series{name: oursName, unit: "ms"}, &series{name: "restep, all anew", unit: "ms"}
	g := group{
		name: "hot",
		measures: []measure{
			{ours, func(ctx context.Context) (float64, error) { return b.withHotApp(ctx, saveAndReplay) }},
			{again, func(ctx context.Context) (float64, error) { return b.withHotApp(ctx, startAgain) }},
		},
		rows: []row{
			{what: "save to stopped at action 90, Vite", ours: ours, target: 1200},
			{what: "beside a new session up to there", ours: ours, peer: again},
		},
	}
	return g, nil
}

// withHotApp takes a measure on an app and a server of its own.
func (b *bench) withHotApp(ctx context.Context, take func(context.Context, *bench, *hotApp) (float64, error)) (float64, error) {
	a, err := startHotApp(ctx, b)
	if err != nil {
		return 0, err
	}
	defer a.close()
	return take(ctx, b, a)
}

// startHotApp writes the app and starts its server.
func startHotApp(ctx context.Context, b *bench) (*hotApp, error) {
	vite, err := filepath.Abs(filepath.Join(b.peers, "node_modules/vite/bin/vite.js"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(vite); err != nil {
		return nil, errNoPeers
	}
	a := &hotApp{done: make(chan struct{})}
	if a.dir, err = os.MkdirTemp(b.dir, "hot-"); err != nil {
		return nil, err
	}
	if err := a.write(); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close() // for the server to take
	a.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	a.cmd = exec.CommandContext(ctx, "node", vite, "--host", "127.0.0.1", "--port", fmt.Sprint(port), "--strictPort")
	a.cmd.Dir = a.dir
	var complaint bytes.Buffer
	a.cmd.Stdout, a.cmd.Stderr = &complaint, &complaint
	if err := a.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(a.done)
		a.cmd.Wait() // it is killed
	}()
	if err := a.await(ctx); err != nil {
		a.close()
		return nil, fmt.Errorf("%w\n%s", err, complaint.String())
	}
	return a, nil
}

// write writes the sources: those that are embedded, and modules that are nothing but many.
func (a *hotApp) write() error {
	files, err := fs.Sub(hotFiles, "hot")
	if err == nil {
		err = os.CopyFS(a.dir, files)
	}
	var parts strings.Builder
	for i := range hotModules {
		name := fmt.Sprintf("part%d", i)
		fmt.Fprintf(&parts, "import { %s } from './%s';\n", name, name)
		text := fmt.Sprintf("export const %s: { name: string; size: number } = { name: '%s', size: %d };\n", name, name, i)
		err = errors.Join(err, os.WriteFile(filepath.Join(a.dir, "src", name+".ts"), []byte(text), 0o644))
	}
	parts.WriteString("export const parts = [")
	for i := range hotModules {
		fmt.Fprintf(&parts, "part%d, ", i)
	}
	parts.WriteString("];\n")
	err = errors.Join(err, os.WriteFile(filepath.Join(a.dir, "src/parts.ts"), []byte(parts.String()), 0o644))
	return errors.Join(err, a.save())
}

// save saves the module that the session depends on, with another content each time.
func (a *hotApp) save() error {
	a.version++
	text := fmt.Sprintf("export function label(count: number): string {\n  return `version %d: ${count}`;\n}\n", a.version)
	return os.WriteFile(filepath.Join(a.dir, "src/label.ts"), []byte(text), 0o644)
}

// await waits until the server answers.
func (a *hotApp) await(ctx context.Context) error {
	for begin := time.Now(); time.Since(begin) < hotWait; {
		if r, err := http.Get(a.url); err == nil {
			return r.Body.Close()
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-a.done:
			return errors.New("the development server ended")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.New("the development server does not answer")
}

func (a *hotApp) close() {
	a.cmd.Process.Kill() // it may have ended
	<-a.done
}

// record is a session of clicks.
func (a *hotApp) record() (*playback.File, error) {
	r := newRecording(a.url)
	r.add(playback.Event{Kind: playback.Open, URL: a.url + "/"})
	for range hotActions - 1 {
		r.t += pace
		r.add(playback.Event{Kind: playback.Click, On: element("add", "Add")})
	}
	return r.finish("hot.playback")
}

// hotSession is a player at action 90 of the session.
func hotSession(ctx context.Context, b *bench, a *hotApp, code player.CodeListener) (*session, error) {
	file, err := a.record()
	if err != nil {
		return nil, err
	}
	stage, err := chrome.Start(ctx, chrome.Options{Path: b.browser, Headless: true})
	if err != nil {
		return nil, err
	}
	p, err := player.New(file, stage, player.Options{App: a.url, Code: code})
	if err == nil {
		_, err = p.Start(ctx)
	}
	if err == nil {
		_, err = p.Do(ctx, player.Move{Kind: player.RunTo, Pos: hotAction - 1})
	}
	if err == nil {
		err = a.shows(ctx, p)
	}
	if err != nil {
		stage.Close()
		return nil, err
	}
	return &session{stage, p}, nil
}

// shows checks that the page runs the newest code and stands where it should.
func (a *hotApp) shows(ctx context.Context, p *player.Player) error {
	v, err := p.Page().Eval(ctx, player.Eval{Expr: "document.querySelector('#label').textContent"})
	if err != nil {
		return err
	}
	if want := fmt.Sprintf("%q", fmt.Sprintf("version %d: %d", a.version, hotAction-2)); v.Text != want {
		return fmt.Errorf("the page shows %s, want %s", v.Text, want)
	}
	return nil
}

// startAgain is what it takes without hot replay: another session up to there.
func startAgain(ctx context.Context, b *bench, a *hotApp) (float64, error) {
	warm, err := hotSession(ctx, b, a, player.CodeListener{}) // the server has made everything
	if err != nil {
		return 0, err
	}
	if err := warm.close(); err != nil {
		return 0, err
	}
	begin := time.Now()
	s, err := hotSession(ctx, b, a, player.CodeListener{})
	if err != nil {
		return 0, err
	}
	return ms(time.Since(begin)), s.close()
}

// saveAndReplay saves a file while the session stands at action 90.
func saveAndReplay(ctx context.Context, b *bench, a *hotApp) (took float64, err error) {
	paths, err := sourcemap.NewPaths(a.dir, a.dir, nil)
	if err != nil {
		return 0, err
	}
	changes := make(chan watch.Change, 8)
	w, err := watch.Start(watch.Options{
		App: a.url, Paths: paths, Tell: func(c watch.Change) { changes <- c }, Say: func(text string) { fmt.Fprint(b.log, text) },
	})
	if err != nil {
		return 0, err
	}
	defer w.Close()
	s, err := hotSession(ctx, b, a, player.CodeListener{Loaded: w.Loaded, Update: w.Update})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for begin := time.Now(); w.Stats().Files < hotModules+4; { // all of the sources and the document
		if time.Since(begin) > hotWait {
			return 0, fmt.Errorf("%+v is watched", w.Stats())
		}
		time.Sleep(10 * time.Millisecond)
	}
	begin := time.Now()
	if err := a.save(); err != nil {
		return 0, err
	}
	select {
	case c := <-changes:
		if c.Problem != "" {
			return 0, errors.New(c.Problem)
		}
	case <-time.After(hotWait):
		return 0, errors.New("the change was not noticed")
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	fmt.Fprintf(b.log, "hot: the new code is served after %s ms\n", number(ms(time.Since(begin))))
	if _, err := s.p.Renew(ctx, s.p.Place()); err != nil {
		return 0, err
	}
	took = ms(time.Since(begin))
	if s.p.Cursor() != hotAction-1 {
		return 0, fmt.Errorf("the session stands at action %d", s.p.Cursor()+1)
	}
	return took, a.shows(ctx, s.p)
}
