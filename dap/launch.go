package dap

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/playback"
	"restep/player/sourcemap"
)

// config is a launch configuration; the names are the same in every editor. Unknown ones are ignored: editors add theirs.
type config struct {
	Program string            `json:"program"` // playback file; default: the newest in .restep
	App     string            `json:"app"`     // URL of the local app
	Server  *serverConfig     `json:"server"`
	Origins map[string]string `json:"origins"` // recorded URL prefix -> local URL prefix
	Live    []string          `json:"live"`    // patterns that may reach a real server

	StopOnEntry      bool                      `json:"stopOnEntry"`
	NoDebug          bool                      `json:"noDebug"` // of the protocol: breakpoints do not count
	Headless         *bool                     `json:"headless"`
	Fill             map[string]jsontext.Value `json:"fill"`
	Speed            string                    `json:"speed"` // "fast" or "realtime"
	EventBreakpoints []string                  `json:"eventBreakpoints"`
	Browser          string                    `json:"browser"`
	CheckpointMemory *int                      `json:"checkpointMemory"` // MB that the browser may take so that going back is quick; 0: none

	Trace bool `json:"trace"` // say which way each move took

	HotReplay              string            `json:"hotReplay"`              // "restart", "hmr" or "off"
	WebRoot                string            `json:"webRoot"`                // folder that the app's server serves; default: where it runs
	SourceMapPathOverrides map[string]string `json:"sourceMapPathOverrides"` // names in source maps -> paths

	Cwd string `json:"cwd"` // where relative paths start; see [config.base]

	paths *sourcemap.Paths // of the three above
}

// serverConfig is the app's own development server.
type serverConfig struct {
	Command command `json:"command"`
	Cwd     string  `json:"cwd"`
	URL     string  `json:"url"` // answers once the server is up; default: app
}

// command is a command line for the shell, or an array of words that needs none.
type command struct {
	Line  string
	Words []string
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (c *command) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '[' {
		return json.UnmarshalDecode(d, &c.Words)
	}
	return json.UnmarshalDecode(d, &c.Line)
}

// parseConfig reads a launch configuration and makes its paths absolute. Errors are for the user.
func parseConfig(raw jsontext.Value, dir string) (*config, error) {
	c := &config{}
	if len(raw) > 0 && raw.Kind() != 'n' {
		if err := json.Unmarshal(raw, c, decoding()); err != nil {
			return nil, fmt.Errorf("the launch configuration is not right: %s", explain(err))
		}
	}
	base, err := c.base(dir)
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	if c.Program == "" {
		if c.Program, err = newest(filepath.Join(base, ".restep")); err != nil {
			return nil, err
		}
	}
	c.Program = filepath.Clean(resolve(base, c.Program))
	if c.Server != nil {
		if err := c.Server.complete(base, c.App); err != nil {
			return nil, err
		}
		if c.App == "" {
			c.App = c.Server.URL
		}
	}
	if err := checkURL("app", c.App); err != nil {
		return nil, err
	}
	switch c.Speed {
	case "", "fast", "realtime":
	default:
		return nil, fmt.Errorf(`"speed" is %q: write "fast" or "realtime"`, c.Speed)
	}
	if m := c.CheckpointMemory; m != nil && *m < 0 {
		return nil, fmt.Errorf(`"checkpointMemory" is %d: write a number of MB, or 0 to keep no checkpoints`, *m)
	}
	if err := c.completeHot(base); err != nil {
		return nil, err
	}
	for _, p := range c.Live {
		if err := player.CheckPattern(p); err != nil {
			return nil, fmt.Errorf(`"live": %w`, err)
		}
	}
	for _, p := range c.EventBreakpoints {
		if _, err := parsePattern(p); err != nil {
			return nil, fmt.Errorf(`"eventBreakpoints": %w`, err)
		}
	}
	return c, nil
}

// base is the folder where relative paths start and the app's server runs: cwd, else the one that this process runs in. VS Code
// gives no cwd and starts adapters wherever it runs itself, often in the user's home, so the project of the playback takes
// its place there.
func (c *config) base(dir string) (string, error) {
	base, err := filepath.Abs(resolve(dir, c.Cwd))
	if err != nil || c.Cwd != "" || !filepath.IsAbs(c.Program) {
		return base, err
	}
	root := filepath.Dir(c.Program)
	for at := root; at != filepath.Dir(at); at = filepath.Dir(at) {
		if isProject(at) {
			root = at
			break
		}
	}
	rel, err := filepath.Rel(base, c.Program)
	if below := err == nil && filepath.IsLocal(rel); below && base != filepath.Dir(base) && (isProject(base) || !isProject(root)) {
		return base, nil
	}
	return root, nil
}

// isProject reports whether a folder is the root of a package or of a repository.
func isProject(dir string) bool {
	for _, sign := range [...]string{"package.json", ".git"} {
		if _, err := os.Stat(filepath.Join(dir, sign)); err == nil {
			return true
		}
	}
	return false
}

// completeHot prepares what hot replay needs of a configuration.
func (c *config) completeHot(base string) (err error) {
	switch c.HotReplay {
	case "":
		c.HotReplay = hotRestart
	case hotRestart, hotHMR, hotOff:
	default:
		return fmt.Errorf(`"hotReplay" is %q: write "restart", "hmr" or "off"`, c.HotReplay)
	}
	root := base
	if c.Server != nil {
		root = c.Server.Cwd
	}
	if c.WebRoot != "" {
		root = resolve(base, c.WebRoot)
	}
	if c.paths, err = sourcemap.NewPaths(filepath.Clean(root), base, c.SourceMapPathOverrides); err != nil {
		return fmt.Errorf(`"sourceMapPathOverrides": %w`, err)
	}
	return nil
}

func (v *serverConfig) complete(base, app string) error {
	if v.Command.Line == "" && len(v.Command.Words) == 0 {
		return fmt.Errorf(`"server" has no "command": write the command that starts your app, such as "npm run dev"`)
	}
	if v.URL == "" {
		v.URL = app
	}
	if v.URL == "" {
		return fmt.Errorf(`"server" has no "url": write the address at which your app answers, such as "http://localhost:5173"`)
	}
	v.Cwd = resolve(base, v.Cwd)
	return checkURL("server.url", v.URL)
}

func checkURL(name, u string) error {
	if u == "" {
		return nil
	}
	if p, err := url.Parse(u); err != nil || p.Host == "" || p.Scheme != "http" && p.Scheme != "https" {
		return fmt.Errorf(`%q is %q: write a URL such as "http://localhost:5173"`, name, u)
	}
	return nil
}

// explain names the setting that an error of decoding is about.
func explain(err error) string {
	if e, ok := err.(*json.SemanticError); ok && e.JSONPointer != "" {
		name := strings.ReplaceAll(strings.TrimPrefix(string(e.JSONPointer), "/"), "/", ".")
		return fmt.Sprintf("%q cannot be %s", name, playback.JSONKind(e.JSONKind))
	}
	return err.Error()
}

func resolve(dir, path string) string {
	if path == "" {
		return dir
	}
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// newest finds the playback that was changed last.
func newest(dir string) (string, error) {
	names, _ := filepath.Glob(filepath.Join(dir, "*.playback")) // the only error is a bad pattern
	best, at := "", int64(0)
	for _, n := range names {
		if st, err := os.Stat(n); err == nil && st.Mode().IsRegular() && (best == "" || st.ModTime().UnixNano() > at) {
			best, at = n, st.ModTime().UnixNano()
		}
	}
	if best == "" {
		return "", fmt.Errorf(`there is no *.playback in %s: write "program" in the launch configuration, or put a playback there`, dir)
	}
	return best, nil
}

// stage is what concerns the browser.
func (c *config) stage() StageOptions { return StageOptions{Headless: c.Headless, Browser: c.Browser} }

// checkpointMemory is what the browser may take where the configuration does not say, in MB: its own processes and six
// to eight pages of a usual app.
const checkpointMemory = 1024

// options are what the player needs of a configuration.
func (c *config) options() player.Options {
	o := player.Options{App: c.App, Live: c.Live, Fill: c.Fill, Realtime: c.Speed == "realtime", CheckpointMemory: checkpointMemory}
	if c.CheckpointMemory != nil {
		o.CheckpointMemory = *c.CheckpointMemory
	}
	for from, to := range c.Origins {
		o.Origins = append(o.Origins, player.Origin{From: from, To: to})
	}
	slices.SortFunc(o.Origins, func(a, b player.Origin) int { return strings.Compare(a.From, b.From) })
	return o
}
