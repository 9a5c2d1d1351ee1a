package sourcemap

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestSourcePaths(t *testing.T) {
	p, err := NewPaths("/w/app", "/w", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		source, base string
		want         string // the likeliest; "" for none
	}{
		// Names that webpack, Meteor and Turbopack give, by the rules of VS Code's JavaScript debugger.
		{"webpack:///./src/a.js", "http://h/main.js.map", "/w/app/src/a.js"},
		{"webpack:///src/a.js?1f2e", "http://h/main.js.map", "/w/app/src/a.js"},
		{"webpack://shop/./src/a.js", "http://h/main.js.map", "/w/app/src/a.js"},
		{"webpack://@org/shop/./src/a.js", "http://h/main.js.map", "/w/app/src/a.js"},
		{"webpack:////home/me/a.js", "http://h/main.js.map", "/home/me/a.js"},
		{"webpack:///./~/react/index.js", "http://h/main.js.map", ""},
		{"webpack://shop/./node_modules/react/index.js", "http://h/main.js.map", ""},
		{"webpack-internal:///./src/a.js", "http://h/main.js", "/w/app/src/a.js"},
		{"webpack-internal:///(app-pages-browser)/./app/(shop)/page.tsx", "http://h/main.js", "/w/app/app/(shop)/page.tsx"},
		{"webpack://_N_E/(rsc)/./app/page.tsx?x", "http://h/main.js", "/w/app/app/page.tsx"},
		{"meteor://💻app/imports/a.js", "http://h/app.js.map", "/w/app/imports/a.js"},
		{"turbopack://[project]/pages/a.js", "http://h/x.js.map", "/w/pages/a.js"},
		{"turbopack:///[project]/pages/a.js", "http://h/x.js.map", "/w/pages/a.js"},
		// Vite: the name of the file beside the module; outside of its root by /@fs/.
		{"Cart.tsx", "http://localhost:5173/src/Cart.tsx", "/w/app/src/Cart.tsx"},
		{"Cart.tsx", "http://localhost:5173/src/Cart.tsx?t=1700000000000", "/w/app/src/Cart.tsx"},
		{"a.ts", "http://localhost:5173/@fs/w/shared/a.ts", "/w/shared/a.ts"},
		{"/src/App.vue", "http://localhost:5173/src/App.vue?vue&type=style", "/w/app/src/App.vue"},
		// esbuild, rollup and tsc: relative to the map.
		{"../src/main.ts", "http://h/assets/main.js.map", "/w/app/src/main.ts"},
		{"../../../../etc/passwd", "http://h/assets/main.js.map", "/w/app/etc/passwd"},
		{`..\src\main.ts`, "http://h/assets/main.js.map", "/w/app/src/main.ts"},
		{"file:///home/me/a.ts", "http://h/a.js.map", "/home/me/a.ts"},
		{"../node_modules/x/a.js", "http://h/assets/main.js.map", ""},
		{"", "http://h/a.js.map", ""},
		{"data:text/plain,x", "http://h/a.js.map", ""},
		{"a\x00b", "http://h/a.js.map", ""},
		{"%zz", "http://h/a.js.map", ""},
	} {
		got := ""
		if list := p.Source(c.source, c.base); len(list) > 0 {
			got = filepath.ToSlash(list[0])
		}
		if got != c.want {
			t.Errorf("%q at %s is %q, want %q", c.source, c.base, got, c.want)
		}
	}
}

func TestURLPaths(t *testing.T) {
	p, err := NewPaths("/w/app", "/w", nil)
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string][]string{
		"http://h/a.css":           {"/w/app/a.css", "/w/app/public/a.css"},
		"http://h/../../x":         {"/w/app/x", "/w/app/public/x"},
		"http://h/shop/src/a.css":  {"/w/app/shop/src/a.css", "/w/app/public/shop/src/a.css", "/w/app/src/a.css", "/w/app/a.css"}, // base "/shop/"
		"http://h/@vite/client":    nil,
		"http://h/node_modules/a/": nil,
		"chrome://version":         nil,
	} {
		if got := p.URL(url); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

func TestOverrides(t *testing.T) {
	p, err := NewPaths("/w/app", "/w", map[string]string{
		"/src/*":              "${webRoot}/other/*",
		"/src/deep/*":         "${workspaceFolder}/deep/*",
		"app:///?:*/lib/*":    "/lib/*",
		"whole://":            "${webRoot}/$1",
		"re:///([a-z]+)/(.+)": "/x/$2/$1",
		"exact:///folder":     "/w/folder",
	})
	if err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string]string{
		"/src/a.js":             "/w/app/other/a.js",
		"/src/deep/a.js":        "/w/deep/a.js", // the longer pattern
		"app:///v1.2/lib/a.js":  "/lib/a.js",
		"re:///abc/d.js":        "/x/d.js/abc",
		"exact:///folder/a.js":  "/w/folder/a.js",
		"webpack:///./src/a.js": "", // the defaults are replaced
	} {
		got := ""
		if list := p.Source(source, "http://h/a.map"); len(list) > 0 {
			got = filepath.ToSlash(list[0])
		}
		if got != want {
			t.Errorf("%s is %q, want %q", source, got, want)
		}
	}
	for from, to := range map[string]string{"a/*/b/*": "/x/*", "a": "/x/*", "a/*": "/*/*", "([": "$1"} {
		if _, err := NewPaths("/w", "/w", map[string]string{from: to}); err == nil {
			t.Errorf("%q to %q is taken", from, to)
		}
	}
}
