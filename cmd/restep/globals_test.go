package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"testing"
)

// TestPackageVariablesDoNotChange keeps state out of packages: a package variable is set where it is declared, and a
// constant in all but name. Tests may have flags.
func TestPackageVariablesDoNotChange(t *testing.T) {
	set := token.NewFileSet()
	packages := map[string][]*ast.File{}
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		syntax, err := parser.ParseFile(set, root+"/"+f.path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		packages[f.pkg] = append(packages[f.pkg], syntax)
	}
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		for _, name := range changedVariables(set, packages[pkg]) {
			t.Errorf("%s: the package variable %s changes; make it a field of what owns the state", pkg, name)
		}
	}
}

// TestPackageVariablesRule shows that the rule sees each kind of change, and takes no local variable for a package's.
func TestPackageVariablesRule(t *testing.T) {
	for body, changes := range map[string]bool{
		"v = 1":                      true,
		"v++":                        true,
		"m[1] = 2":                   true,
		"s.x.y = 3":                  true,
		"delete(m, 1)":               true,
		"clear(m)":                   true,
		"p := &v; _ = p":             true,
		"for v = range m {}":         true,
		"v, w := 1, 2; _ = v; _ = w": false,
		"_ = func(v int) { v = 2 }":  false,
		"var v int; v = 1; _ = v":    false,
		"{ v := 1; v++ }":            false,
		"x := m[v]; x = s.x.y":       false,
	} {
		source := "package x\nvar v int\nvar m map[int]int\nvar s struct{x struct{y int}}\nfunc f() { " + body + " }"
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, "x.go", source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if got := changedVariables(set, []*ast.File{file}); len(got) > 0 != changes {
			t.Errorf("%s: changed %v, want a change: %v", body, got, changes)
		}
	}
}

// changedVariables lists the package variables that a function assigns to, in whole or in part, or takes the address
// of. What a method changes of its receiver is not seen.
func changedVariables(set *token.FileSet, files []*ast.File) []string {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: noImports{}, Error: func(error) {}} // names are resolved without imports
	pkg, _ := conf.Check("x", set, files, info)
	found := map[string]bool{}
	mark := func(e ast.Expr) {
		if v, ok := info.Uses[rootOf(e)].(*types.Var); ok && v.Parent() == pkg.Scope() {
			found[v.Name()] = true
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, e := range changed(n) {
				mark(e)
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// changed are the expressions that a statement or expression changes, or lets others change.
func changed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") && len(n.Args) > 0 {
			return n.Args[:1]
		}
	}
	return nil
}

// rootOf is the variable that an expression is a part of, or nil.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// noImports is an importer that knows no package.
type noImports struct{}

func (noImports) Import(path string) (*types.Package, error) {
	return nil, errors.New("not imported")
}
