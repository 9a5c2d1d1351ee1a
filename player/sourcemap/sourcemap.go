// Package sourcemap reads source maps (ECMA-426): which files a script or style sheet was made of, where those are on this
// disk, and which line of them a position in the script is. It is pure: it opens no file and asks no server.
package sourcemap

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Map is a decoded source map.
type Map struct {
	// Sources are the names of the files in the order of the map: sourceRoot is put before each, and nothing else done.
	Sources []string

	parts []part
}

// part is a section of a map, or all of it.
type part struct {
	line, column int // where it begins in the script, from 0
	first        int // index in Map.Sources of its source 0
	mappings     string
}

// raw is a map or a section of one as JSON.
type raw struct {
	SourceRoot string    `json:"sourceRoot"`
	Sources    []*string `json:"sources"` // null: a source without a name
	Mappings   string    `json:"mappings"`
	Sections   []struct {
		Offset struct {
			Line   int `json:"line"`
			Column int `json:"column"`
		} `json:"offset"`
		Map *raw `json:"map"`
	} `json:"sections"`
}

// Parse reads a map, with the ")]}'" line before it that servers put there against cross-site inclusion. The mappings are
// decoded when they are asked for.
func Parse(data []byte) (*Map, error) {
	if rest, ok := bytes.CutPrefix(data, []byte(")]}'")); ok {
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			data = rest[i:]
		}
	}
	var r raw
	if err := json.Unmarshal(data, &r, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, fmt.Errorf("read a source map: %w", err)
	}
	m := &Map{}
	m.add(&r, 0, 0)
	for _, s := range r.Sections {
		if s.Map != nil { // sections of sections are not allowed
			m.add(s.Map, s.Offset.Line, s.Offset.Column)
		}
	}
	return m, nil
}

func (m *Map) add(r *raw, line, column int) {
	p := part{line: line, column: column, first: len(m.Sources), mappings: r.Mappings}
	for _, s := range r.Sources {
		name := ""
		if s != nil {
			name = *s
		}
		if root := r.SourceRoot; root != "" && name != "" {
			if !strings.HasSuffix(root, "/") {
				root += "/"
			}
			name = root + name
		}
		m.Sources = append(m.Sources, name)
	}
	m.parts = append(m.parts, p)
}

// URL returns what the comment at the end of a script or style sheet names as its source map, "" for none. Only the last
// lines count, which hold nothing but comments: a string of the code that looks like the comment is none.
func URL(code []byte) string {
	for rest := bytes.TrimRight(code, " \t\r\n"); len(rest) > 0; {
		i := bytes.LastIndexByte(rest, '\n') + 1
		line := rest[i:]
		if j := bytes.LastIndex(line, []byte("/*")); j >= 0 && bytes.HasSuffix(line, []byte("*/")) {
			line = bytes.TrimSpace(line[j : len(line)-2])
		}
		line = bytes.TrimSpace(line)
		if len(line) < 3 || !(bytes.HasPrefix(line, []byte("//")) || bytes.HasPrefix(line, []byte("/*"))) {
			return ""
		}
		if target, ok := bytes.CutPrefix(bytes.TrimLeft(line[3:], " \t"), []byte("sourceMappingURL=")); ok && (line[2] == '#' || line[2] == '@') {
			return string(bytes.TrimSpace(target))
		}
		rest = bytes.TrimRight(rest[:i], " \t\r\n")
	}
	return ""
}

// Inline returns the content of a data: URL; ok is false for any other.
func Inline(target string) (data []byte, ok bool, err error) {
	rest, ok := strings.CutPrefix(target, "data:")
	if !ok {
		return nil, false, nil
	}
	kind, body, found := strings.Cut(rest, ",")
	if !found {
		return nil, true, errors.New("a data: URL without content")
	}
	if strings.HasSuffix(strings.TrimSpace(kind), ";base64") {
		data, err = base64.StdEncoding.DecodeString(body)
		return data, true, err
	}
	text, err := url.PathUnescape(body)
	return []byte(text), true, err
}

// evalName is the name of a module that webpack wraps into eval while developing: webpack://package/./src/a.js by default, and
// webpack-internal:///./src/a.js where each has a source map (devtool eval-source-map). Measured on webpack 5.
var evalName = regexp.MustCompile(`//# sourceURL=(webpack(?:-internal)?://[^\\"?\s]+)`)

// Evals lists the files that a webpack bundle without a source map was made of, each once.
func Evals(code []byte) []string {
	var out []string
	for _, m := range evalName.FindAllSubmatch(code, -1) {
		if name := string(m[1]); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
