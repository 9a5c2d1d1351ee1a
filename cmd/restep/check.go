package main

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// checkCmd tells what is wrong with playback files.
type checkCmd struct {
	Files []string `arg:"" name:"file" help:"Playback files."`
	Level string   `enum:"error,warning,info" default:"info" help:"The least severity that is told: error, warning or info."`
	All   bool     `short:"a" help:"List every line of what is only good to know, such as holes, instead of the first of a kind."`
	JSON  bool     `name:"json" help:"Print one JSON object."`
}

// checkedFile is a file in the output of --json.
type checkedFile struct {
	File        string                `json:"file"`
	Errors      int                   `json:"errors"`
	Warnings    int                   `json:"warnings"`
	Diagnostics []playback.Diagnostic `json:"diagnostics"`
}

// Run checks each file. The status is 1 where one has errors, and 2 where one cannot be read.
func (c *checkCmd) Run(e *env) error {
	var all []checkedFile
	var unreadable error
	errs, warnings := 0, 0
	for _, name := range c.Files {
		diags, err := playback.CheckFile(name)
		if err != nil {
			conclude(e, openError(name, err))
			unreadable = &exitError{code: exitUsage}
			continue
		}
		f := c.count(name, diags)
		errs += f.Errors
		warnings += f.Warnings
		all = append(all, f)
		if !c.JSON {
			c.print(e, f)
		}
	}
	if c.JSON {
		out := struct {
			Files []checkedFile `json:"files"`
		}{all}
		if err := printJSON(e, out); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(e.stderr, "%s: %s, %s\n", count(len(all), "file"), count(errs, "error"), count(warnings, "warning"))
	}
	switch {
	case unreadable != nil:
		return unreadable
	case errs > 0:
		return &exitError{code: exitFailed}
	}
	return nil
}

// count counts the diagnostics of a file and leaves out those below the level.
func (c *checkCmd) count(name string, diags []playback.Diagnostic) checkedFile {
	f := checkedFile{File: name, Diagnostics: []playback.Diagnostic{}}
	for _, d := range diags {
		switch d.Severity {
		case playback.SeverityError:
			f.Errors++
		case playback.SeverityWarning:
			f.Warnings++
			if c.Level == "error" {
				continue
			}
		default:
			if c.Level != "info" {
				continue
			}
		}
		f.Diagnostics = append(f.Diagnostics, d)
	}
	return f
}

// mostAlike is how many diagnostics of one rule are listed one by one where they are only good to know.
const mostAlike = 3

// print lists the diagnostics of a file. A recording may have hundreds of holes: these are told once, at the first.
func (c *checkCmd) print(e *env, f checkedFile) {
	alike := map[string]int{}
	for _, d := range f.Diagnostics {
		if d.Severity == playback.SeverityInfo && d.Code != playback.CodeMore {
			alike[d.Code]++
		}
	}
	told := map[string]bool{}
	for _, d := range f.Diagnostics {
		if n := alike[d.Code]; n > mostAlike && d.Severity == playback.SeverityInfo && !c.All {
			if told[d.Code] {
				continue
			}
			told[d.Code] = true
			d.Message = fmt.Sprintf("%d like this, the first at line %d: %s", n, d.Line, d.Message)
		}
		printDiagnostic(e, f.File, d)
	}
}

// printDiagnostic writes a diagnostic in the form that editors and terminals make links of.
func printDiagnostic(e *env, name string, d playback.Diagnostic) {
	hint := ""
	if d.Hint != "" {
		hint = " (" + d.Hint + ")"
	}
	fmt.Fprintf(e.stdout, "%s:%d:%d: %s: %s [%s]%s\n", name, d.Line, d.Column, d.Severity, printable(d.Message), d.Code, hint)
}

// printJSON writes one indented JSON object to stdout.
func printJSON(e *env, v any) error {
	err := json.MarshalWrite(e.stdout, v, json.Deterministic(true), jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	fmt.Fprintln(e.stdout)
	return nil
}
