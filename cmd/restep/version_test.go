package main

import (
	"runtime/debug"
	"testing"
)

// TestVersionOf names builds of all kinds.
func TestVersionOf(t *testing.T) {
	vcs := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"}}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3":               {Main: debug.Module{Path: "restep", Version: "v1.2.3"}, Settings: vcs},
		"0123456789ab+changes": {Main: debug.Module{Path: "restep", Version: "(devel)"}, Settings: vcs},
		"0123456789ab":         {Main: debug.Module{Path: "restep"}, Settings: vcs[:1]},
		"devel (restep, built without its commit)": {Main: debug.Module{Path: "restep", Version: "(devel)"}},
	} {
		if got := versionOf(info); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
