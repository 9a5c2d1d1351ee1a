package dap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

func TestLaunchConfiguration(t *testing.T) {
	dir := t.TempDir()
	c, err := parseConfig(jsontext.Value(`{"program":"a.playback","app":"http://localhost:5173","origins":{"https://b":"http://c","https://a":"http://d"},
		"live":["GET /x"],"fill":{"e5":"text"},"speed":"realtime","headless":true,"type":"restep","somethingElse":{"a":[1]},
		"server":{"command":["npm","start"],"cwd":"web"}}`), dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.Program != filepath.Join(dir, "a.playback") || c.Server.Cwd != filepath.Join(dir, "web") || c.Server.URL != "http://localhost:5173" {
		t.Errorf("paths and defaults: %+v %+v", c, c.Server)
	}
	o := c.options()
	if !o.Realtime || o.App != "http://localhost:5173" || len(o.Origins) != 2 || o.Origins[0].From != "https://a" || len(o.Live) != 1 || string(o.Fill["e5"]) != `"text"` {
		t.Errorf("options: %+v", o)
	}
}

func TestLaunchConfigurationErrors(t *testing.T) {
	for _, c := range []struct{ config, want string }{
		{`{"program":5}`, `"program" cannot be a number`},
		{`{"program":"x","server":{"command":"x","url":7}}`, `"server.url" cannot be a number`},
		{`{"program":"x","app":"localhost:5173"}`, `"app" is "localhost:5173"`},
		{`{"program":"x","server":{"url":"http://localhost"}}`, `no "command"`},
		{`{"program":"x","server":{"command":"npm start"}}`, `no "url"`},
		{`{"program":"x","speed":"slow"}`, `"speed" is "slow"`},
		{`{"program":"x","eventBreakpoints":["clack"]}`, `"clack" is no event`},
		{`{"program":"x","live":["/x",""]}`, `"live": "" is no pattern`},
		{`{}`, `write "program"`},
		{`[]`, `not right`},
	} {
		if _, err := parseConfig(jsontext.Value(c.config), t.TempDir()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q in it", c.config, err, c.want)
		}
	}
}

func TestNewestPlaybackIsTheDefault(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".restep"), 0o755); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for i, name := range []string{"b.playback", "new.playback", "a.playback", "newer.txt"} {
		file := filepath.Join(dir, ".restep", name)
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		age := time.Duration(i) * time.Hour
		if name == "new.playback" {
			age = -time.Hour
		}
		if err := os.Chtimes(file, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := parseConfig(nil, dir)
	if err != nil || filepath.Base(c.Program) != "new.playback" {
		t.Errorf("%v, %v", c, err)
	}
}

// Where the editor says nothing, relative paths start in the project of the playback: VS Code starts adapters anywhere.
func TestWorkingDirectory(t *testing.T) {
	home := t.TempDir()
	project, inside := filepath.Join(home, "shop"), filepath.Join(home, "shop", "sessions")
	if err := os.MkdirAll(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(project, "package.json"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ dir, cwd, program, want string }{
		{"/", "", filepath.Join(inside, "x.playback"), project},
		{home, "", filepath.Join(inside, "x.playback"), project}, // a desktop starts programs in the home folder
		{project, "", filepath.Join(inside, "x.playback"), project},
		{inside, "", filepath.Join(inside, "x.playback"), project},
		{home, "", filepath.Join(home, "x.playback"), home},
		{home, "", "shop/x.playback", home},
		{home, inside, filepath.Join(project, "x.playback"), inside},
	} {
		got, err := (&config{Program: c.program, Cwd: c.cwd}).base(c.dir)
		if err != nil || got != c.want {
			t.Errorf("%+v: %s, %v", c, got, err)
		}
	}
}
