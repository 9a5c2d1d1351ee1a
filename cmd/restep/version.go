package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"restep/player/playback"
)

// versionCmd prints what this binary is, for bug reports.
type versionCmd struct{}

// Run prints one line of the program and one of what it reads.
func (versionCmd) Run(e *env) error {
	fmt.Fprintf(e.stdout, "restep %s %s/%s %s\n", version(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Fprintf(e.stdout, "playback format %d\n", playback.Version)
	return nil
}

// version is the module's version, or the commit that a build from a checkout was made of.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(built without module information)"
	}
	return versionOf(info)
}

// versionOf names a build. One without its commit (-buildvcs=false, an archive of the sources) says so.
func versionOf(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value[:min(len(s.Value), 12)]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	if commit == "" {
		return "devel (" + info.Main.Path + ", built without its commit)"
	}
	return commit + dirty
}
