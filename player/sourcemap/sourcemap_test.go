package sourcemap

import (
	"slices"
	"testing"
)

func TestURL(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"a script", "f()\n//# sourceMappingURL=main.js.map\n", "main.js.map"},
		{"the old form", "f()\n//@ sourceMappingURL=main.js.map", "main.js.map"},
		{"a style sheet", "a { b: c }\n/*# sourceMappingURL=main.css.map */\n\n", "main.css.map"},
		{"a style sheet in one line", "a{b:c}/*# sourceMappingURL=main.css.map*/", "main.css.map"},
		{"another comment behind it", "f()\n//# sourceMappingURL=a.map\n//# sourceURL=b\n", "a.map"},
		{"CRLF", "f()\r\n//# sourceMappingURL=a.map\r\n", "a.map"},
		{"a string of the code", "const s = `\n//# sourceMappingURL=no.map\n`", ""},
		{"another comment", "f()\n// see sourceMappingURL=no.map", ""},
		{"none", "f()", ""},
		{"nothing", "", ""},
		{"a division", "/", ""},
	} {
		if got := URL([]byte(c.code)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestInline(t *testing.T) {
	for _, c := range []struct {
		url, want string
		ok, bad   bool
	}{
		{"data:application/json;base64,e30=", "{}", true, false},
		{"data:application/json;charset=utf-8;base64,e30=", "{}", true, false},
		{"data:application/json,%7B%7D", "{}", true, false},
		{"data:application/json;base64,*", "", true, true},
		{"data:nothing", "", true, true},
		{"main.js.map", "", false, false},
	} {
		data, ok, err := Inline(c.url)
		if ok != c.ok || err == nil && string(data) != c.want || (err != nil) != c.bad {
			t.Errorf("%s: %q %v %v", c.url, data, ok, err)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"plain", `{"version":3,"sources":["../src/a.ts","b.ts"],"mappings":""}`, []string{"../src/a.ts", "b.ts"}},
		{"a root", `{"sourceRoot":"/src","sources":["a.ts",null],"mappings":""}`, []string{"/src/a.ts", ""}},
		{"guarded", ")]}'\n{\"sources\":[\"a\"]}", []string{"a"}},
		{"sections", `{"sections":[{"offset":{"line":0,"column":0},"map":{"sources":["a"]}},{"offset":{"line":9,"column":2},"map":{"sourceRoot":"r/","sources":["b"]}}]}`, []string{"a", "r/b"}},
	} {
		m, err := Parse([]byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if !slices.Equal(m.Sources, c.want) {
			t.Errorf("%s: %q, want %q", c.name, m.Sources, c.want)
		}
	}
	for _, bad := range []string{"", "<!doctype html>", `{"sources":1}`, `[]`} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%q is read as a map", bad)
		}
	}
}

// viteMappings are those that Vite 6.4 (esbuild) made of five lines of TypeScript.
const viteMappings = "AAAA,SAAS,aAAa;AACtB,OAAO;AACP,MAAM,IAAuB,SAAS,cAAc,QAAQ;AAC5D,EAAE,cAAc,MAAM,CAAC;AACvB,SAAS,KAAK,OAAO,CAAC;"

func TestOriginal(t *testing.T) {
	m := &Map{Sources: []string{"first", "main.ts"}, parts: []part{{first: 0}, {line: 10, column: 4, first: 1, mappings: viteMappings}}}
	for _, c := range []struct {
		line, column, want int
		ok                 bool
	}{
		{11, 4, 1, true}, {11, 30, 1, true}, {13, 0, 3, true}, {13, 25, 3, true}, {15, 9, 5, true},
		{11, 3, 0, false}, // of the section before, which maps nothing
		{16, 0, 0, false}, // behind the last mapping
		{900, 0, 0, false},
	} {
		source, line, ok := m.Original(c.line, c.column)
		if ok != c.ok || ok && (m.Sources[source] != "main.ts" || line != c.want) {
			t.Errorf("%d:%d is %d, line %d, %v; want line %d, %v", c.line, c.column, source, line, ok, c.want, c.ok)
		}
	}
	for _, broken := range []string{"!", "A!AA", "DDDD", "gggggggggggggggg", "AggggggggggggggggE,AAAA"} { // not to panic
		m := &Map{Sources: []string{"a"}, parts: []part{{mappings: broken}}}
		if source, _, ok := m.Original(1, 0); ok && source != 0 {
			t.Errorf("%q names source %d", broken, source)
		}
	}
}

func TestEvals(t *testing.T) {
	code := `eval("f()\n//# sourceURL=webpack-internal:///./src/a.js?\n//# sourceURL=webpack-internal:///./src/a.js\n")`
	if got, want := Evals([]byte(code)), []string{"webpack-internal:///./src/a.js"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
