package chrome

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"restep/player/dom"
)

//go:embed js/*.js
var scripts embed.FS

// order is how the player's own parts of the page script follow each other, after those of package dom; a part may use
// what the ones before it put into R.
var order = []string{
	"page", "inworker", "observe", "code", "dialog", "clock", "observers", "frames", "animations", "scroll", "canon", "body", "blob", "parcel", "net", "popup", "fetch", "xhr",
	"websocket", "eventsource", "order", "idb", "workers", "limits",
	"find", "point", "field", "walk", "state",
}

// config is R.config of the page script.
type config struct {
	App    string   `json:"app"`   // origin of the local app
	Start  float64  `json:"start"` // ms since the epoch at t = 0
	Seed   int64    `json:"seed"`
	Ask    string   `json:"ask"` // where questions to this process go
	Tab    string   `json:"tab"`
	Worker bool     `json:"worker"`
	Pass   []string `json:"pass"`  // patterns of requests that the script leaves to the network
	Apply  bool     `json:"apply"` // what the development server says of changed code reaches the page
}

// askURL is intercepted by the Fetch domain and never reaches a network; its name cannot exist (RFC 6761).
const askURL = "https://restep.invalid/ask"

// scriptName is how the page script is called in stacks.
const scriptName = "__restep"

// pageScript builds the script that runs before the first line of every document (and worker).
func pageScript(c config) string {
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers only
	}
	var b strings.Builder
	b.WriteString("(() => { 'use strict'; if (globalThis.__restep) return; const R = {config: ")
	b.Write(raw)
	b.WriteString("};\n")
	for _, name := range dom.Parts() {
		fmt.Fprintf(&b, "{\n%s\n}\n", dom.Source(name))
	}
	for _, name := range parts() {
		src, err := scripts.ReadFile("js/" + name + ".js")
		if err != nil {
			panic(err) // embedded
		}
		fmt.Fprintf(&b, "{\n%s\n}\n", src)
	}
	b.WriteString("Object.defineProperty(globalThis, '__restep', {value: R}); })()\n//# sourceURL=" + scriptName + "\n")
	return b.String()
}

// parts are the names of the embedded files in their order; a file that order does not name is a mistake that the
// package's tests find.
func parts() []string {
	entries, err := scripts.ReadDir("js")
	if err != nil {
		panic(err) // embedded
	}
	var have []string
	for _, e := range entries {
		have = append(have, strings.TrimSuffix(e.Name(), ".js"))
	}
	return slices.DeleteFunc(slices.Clone(order), func(n string) bool { return !slices.Contains(have, n) })
}
