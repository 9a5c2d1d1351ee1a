package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"restep/player/playback"
	"restep/sources"
)

// importCmd makes a playback of what other tools recorded.
type importCmd struct {
	Args []string `arg:"" name:"kind-and-files" help:"What the files are (recorder, har; recognised where it is left out), then the files. Several become one playback."`
	collectFlags
}

// collectFlags are common to import and merge.
type collectFlags struct {
	Output string   `short:"o" placeholder:"FILE" help:"Write the playback here; standard output where left out."`
	Drop   []string `placeholder:"PATTERN" sep:"none" help:"Drop this traffic besides known telemetry: a host, a URL or 'METHOD URL' with *, from / on any host. Can be repeated."`
	Origin []string `placeholder:"FROM=TO" sep:"none" help:"Map URLs that begin with FROM to TO. Can be repeated."`
	App    string   `placeholder:"URL" help:"Origin of the app as it was recorded; that of the first page where left out."`
	Title  string   `help:"Title of the playback."`
	JSON   bool     `name:"json" help:"Write the report as one JSON object: to standard output with -o, else to standard error."`
	NoMask bool     `help:"Keep secrets as they are. The file must then be kept like a password."`
}

// Run imports the files, and merges them where there are several.
func (c *importCmd) Run(e *env) error {
	kind, files := "", c.Args
	if slices.Contains(kinds(), c.Args[0]) && (len(c.Args) > 1 || !exists(c.Args[0])) {
		kind, files = c.Args[0], c.Args[1:]
	}
	if kind == "" && len(files) > 1 && !exists(files[0]) && !strings.ContainsAny(files[0], `./\`) {
		return usage("Known kinds are "+strings.Join(kinds(), ", ")+"; playbacks are read too.", "%q is neither a kind of recording nor a file", files[0])
	}
	if len(files) == 0 {
		return &exitError{
			code: exitUsage, err: errors.New("no file to import"),
			hint: "Run restep import " + kind + " FILE -o NAME.playback",
		}
	}
	return c.collect(e, kind, files)
}

// kinds are the names of the importers.
func kinds() []string {
	var names []string
	for _, s := range importers() {
		names = append(names, s.Kind())
	}
	return names
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// collect reads the files, merges them and writes the playback and the report.
func (c *collectFlags) collect(e *env, kind string, files []string) error {
	if err := checkOutput(c.Output, files...); err != nil {
		return err
	}
	o, err := c.options()
	if err != nil {
		return err
	}
	masker, err := c.masker(e)
	if err != nil {
		return err
	}
	rec, err := readAll(e.ctx, kind, files, o)
	if err != nil {
		return err
	}
	defer rec.Close()
	if err := c.write(e, rec, masker); err != nil {
		return err
	}
	return c.report(e, rec)
}

// options turns flags into options.
func (c *collectFlags) options() (sources.Options, error) {
	o := sources.Options{Title: c.Title, Drop: c.Drop}
	if c.App != "" {
		if o.App = sources.OriginOf(c.App); o.App == "" {
			return o, usage("It looks like --app https://shop.example", "--app %q is no URL", c.App)
		}
	}
	for _, s := range c.Origin {
		m, ok := sources.ParseOrigin(s)
		if !ok {
			return o, usage("It looks like --origin https://shop.example=http://localhost:5173",
				"--origin %q does not map a URL to another", s)
		}
		o.Origins = append(o.Origins, m)
	}
	return o, nil
}

// usage is the error for a command line that cannot be understood.
func usage(hint, format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// masker returns what masks, or nil where nothing is to be masked.
func (c *collectFlags) masker(e *env) (*sources.Masker, error) {
	if c.NoMask {
		fmt.Fprintln(e.stderr, "restep: warning: --no-mask keeps passwords, tokens and personal data in the playback; do not share it")
		return nil, nil
	}
	key, err := maskKey(e)
	if err != nil {
		return nil, err
	}
	return sources.NewMasker(key), nil
}

// write masks and writes the playback.
func (c *collectFlags) write(e *env, rec *sources.Recording, masker *sources.Masker) error {
	if masker != nil {
		if err := masker.Learn(rec); err != nil {
			return err
		}
		masker.MaskHeader(rec)
	}
	var w *playback.Writer
	if c.Output == "" || c.Output == "-" {
		w = playback.NewWriter(e.stdout, &rec.Header)
	} else {
		var err error
		if w, err = playback.Create(c.Output, &rec.Header); err != nil {
			return &exitError{code: exitUsage, err: err}
		}
	}
	if err := rec.Write(w, masker); err != nil {
		w.Discard()
		return fmt.Errorf("write playback: %w", err)
	}
	return w.Close()
}

// report says what became of the input.
func (c *collectFlags) report(e *env, rec *sources.Recording) error {
	if !c.JSON {
		rec.Report.Print(e.stderr)
		return nil
	}
	out, err := json.Marshal(&rec.Report)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	to := e.stderr
	if c.Output != "" && c.Output != "-" {
		to = e.stdout
	}
	_, err = fmt.Fprintf(to, "%s\n", out)
	return err
}
