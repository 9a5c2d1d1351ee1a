package recorder

import (
	"regexp"
	"slices"
	"strings"

	"restep/player/dom"
)

// embedParts are the parts of the embeddable recorder, in their order; those of package dom come after send, which takes
// its natives before anything is replaced. What may stand anywhere stands where the whole compresses best.
var (
	embedFirst = [...]string{"core", "send"}
	embedDOM   = [...]string{"base", "tree", "name", "field"}
	embedRest  = [...]string{
		"css", "say", "rest", "secret", "errors", "value", "maskpage", "net", "type", "pointer", "hover", "scroll", "effects", "connect", "netstream", "target", "visit",
	}
)

// EmbedScript builds the recorder that apps include, as plain JavaScript to be minified: one function that defines
// window.restepRecorder and, where there is a module object, exports it. What the parts share are its variables, whose
// names a minifier can shorten.
func EmbedScript() string {
	return shareVariables(embedSource())
}

// embedSource is EmbedScript before what the parts share became variables.
func embedSource() string {
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

// constant matches the beginning of declarations.
var constant = regexp.MustCompile(`(?m)(^\s*|[{(]\s*)const `)

// shared matches a member of R, by which the parts share things.
var shared = regexp.MustCompile(`\bR\.(\w+)`)

// shareVariables makes variables of the members of R. That there is a window, where one counts, start() has seen to.
func shareVariables(src string) string {
	src = strings.ReplaceAll(src, "if (!R.worker)", "")
	src = strings.ReplaceAll(src, "R.worker = typeof window === 'undefined';", "")
	src = strings.ReplaceAll(src, " || R.marks(e)", "") // nothing marks
	src = strings.ReplaceAll(src, " && !R.marks(e)", "")
	src = constant.ReplaceAllString(src, "${1}let ") // minifiers keep the longer word
	var names []string
	for _, m := range shared.FindAllStringSubmatch(src, -1) {
		names = append(names, "R$"+m[1])
	}
	slices.Sort(names)
	declared := "'use strict';\nlet " + strings.Join(slices.Compact(names), ", ") + ";\n"
	return strings.Replace(shared.ReplaceAllString(src, "R$$$1"), "'use strict';\n", declared, 1)
}
