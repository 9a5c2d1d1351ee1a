package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestSetupKnowsTheBrowsers compares the names that the set-up script looks for with those of player/browser.
func TestSetupKnowsTheBrowsers(t *testing.T) {
	script, err := os.ReadFile(root + "/.ci/setup-browser")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(script), "names=(")
	list, _, ok := strings.Cut(rest, ")")
	if !ok {
		t.Fatal("the script has no names=(…)")
	}
	if got, want := strings.Fields(list), browserNames(t); !slices.Equal(got, want) {
		t.Errorf("the script looks for\n%v, player/browser for\n%v", got, want)
	}
}

// browserNames reads the variable names of player/browser/find.go.
func browserNames(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), root+"/player/browser/find.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "names" {
			return true
		}
		for _, x := range spec.Values[0].(*ast.CompositeLit).Elts {
			name, err := strconv.Unquote(x.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		return false
	})
	return names
}
