package recorder

import (
	"embed"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"restep/player/dom"
)

//go:embed js/*.js
var scripts embed.FS

// PageConfig is what the page script is told, as R.config.
type PageConfig struct {
	Binding string   `json:"binding"` // name of the function that takes entries as JSON; deleted from the app's sight
	Private []string `json:"private"` // CSS of elements that hold secrets, besides those with data-private
	MaxFile int64    `json:"maxFile"` // bytes of an uploaded file above which its content is a hole
	Mark    bool     `json:"mark"`    // show the button that marks what is wrong
	Ending  string   `json:"ending"`  // type of the DOM event that has the page report what is unfinished; "": none
	Trace   bool     `json:"trace"`   // give requests to the page's own origin a traceparent
	Seed    int64    `json:"seed"`    // of crypto's random numbers, where the script has the part "chance"
}

// maxFile is the size of an uploaded file, in bytes, whose content is recorded where nothing else is said: what the
// file becomes in base64 goes through one message.
const maxFile = 4 << 20

// firstParts are the parts of the page script that come before everything else, actionParts those after package dom: they
// see what the person does and what is shown. Each in its order.
var firstParts = [...]string{"core", "bind"}
var actionParts = [...]string{"rest", "secret", "css", "target", "count", "value", "type", "pointer", "hover", "scroll", "effects", "mark", "errors", "busy", "connect", "session", "dialog", "position", "private", "ready"}

// PageScript builds the script that runs before the first line of every document.
func PageScript(c PageConfig) string {
	if c.MaxFile == 0 {
		c.MaxFile = maxFile
	}
	if c.Private == nil {
		c.Private = []string{}
	}
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers only
	}
	var b strings.Builder
	fmt.Fprintf(&b, "(() => { 'use strict'; const R = {config: %s}, {Map, Set, WeakSet, WeakRef, CSS} = window;\n", raw)
	for _, name := range firstParts {
		part(&b, source(name))
	}
	for _, name := range dom.Parts() {
		if name != "chance" || c.Seed != 0 {
			part(&b, dom.Source(name))
		}
	}
	for _, name := range actionParts {
		part(&b, source(name))
	}
	b.WriteString("})()\n//# sourceURL=__restep\n")
	return b.String()
}

func part(b *strings.Builder, src string) { fmt.Fprintf(b, "{\n%s\n}\n", src) }

// source returns the JavaScript of a part; that there is one, a test makes sure.
func source(name string) string {
	src, err := scripts.ReadFile("js/" + name + ".js")
	if err != nil {
		panic(err) // embedded
	}
	return string(src)
}
