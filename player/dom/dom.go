// Package dom holds what scripts in a page must agree on, whether they record a session or replay it: the roles, names
// and selectors of elements, the fingerprint of what is shown, and the random numbers of a realm.
//
// The parts are plain JavaScript. Each stands in a block of its own and puts what others use into an object R, which
// whoever builds a script of them declares before.
package dom

import (
	"embed"
	"slices"
)

//go:embed js/*.js
var files embed.FS

// parts are the names of the parts, in an order in which each may use the ones before it.
var parts = [...]string{"base", "chance", "tree", "name", "field", "search", "select", "sum"}

// Parts returns the names of all parts, in an order in which each may use the ones before it.
func Parts() []string { return slices.Clone(parts[:]) }

// Source returns the JavaScript of a part, "" where there is none of that name.
//
//   - base: R.worker, R.replace, R.disguise, R.method, R.filter
//   - chance: random numbers from R.config.seed
//   - tree: R.trees, R.shadow, R.all, R.parent, R.contains, R.at, R.rootOf, R.source
//   - name: R.role, R.name, R.labels, R.labelText, R.attr, R.is, R.squash, R.quote, R.volatile, R.testAttributes
//   - field: R.fieldOf, R.kindOf, R.valueOf, R.focused
//   - search: R.texts, R.nameable, R.roleCSS, R.fold
//   - select: R.selectors, the ways to find the element of a target; R.path, R.counting, R.chain, R.tooMany
//   - sum: R.sum, the fingerprint of the viewport; R.lines, what it is made of
func Source(name string) string {
	src, err := files.ReadFile("js/" + name + ".js")
	if err != nil {
		return ""
	}
	return string(src)
}
