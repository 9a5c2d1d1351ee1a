package recorder

import (
	"strings"

	"restep/player/dom"
)

// embedParts are the parts of the embeddable recorder, in their order; those of package dom come after send, which takes
// its natives before anything is replaced.
var (
	embedFirst = [...]string{"core", "send"}
	embedDOM   = [...]string{"base", "tree", "name", "field"}
	embedRest  = [...]string{
		"maskpage", "rest", "secret", "css", "target", "value", "type", "pointer", "hover", "scroll", "effects", "net", "netstream", "say", "visit",
	}
)

// EmbedScript builds the recorder that apps include, as plain JavaScript to be minified: one function that defines
// window.restepRecorder and, where there is a module object, exports it.
func EmbedScript() string {
	var parts strings.Builder
	for _, name := range embedFirst {
		part(&parts, source(name))
	}
	parts.WriteString("if (!R.chosen) return;\n")
	for _, name := range embedDOM {
		part(&parts, dom.Source(name))
	}
	for _, name := range embedRest {
		part(&parts, source(name))
	}
	var b strings.Builder
	b.WriteString("(() => { 'use strict';\n")
	b.WriteString(strings.Replace(source("embed"), "'the parts';", parts.String(), 1))
	b.WriteString("if (typeof module === 'object' && module.exports) module.exports = api;\n" +
		"if (typeof window !== 'undefined') window.restepRecorder ??= api;\n})()\n")
	return b.String()
}
