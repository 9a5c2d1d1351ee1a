package playback

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// problem is something that a schema does not allow.
type problem struct {
	offset int // in the line, from 0
	text   string
}

// validator walks the tokens of one line.
type validator struct {
	line     []byte
	dec      *jsontext.Decoder
	problems []problem
	unknown  []problem // top-level keys that the schema does not know
}

// validate reads a line and evaluates it. The error is that of the JSON decoder: bad syntax, or a key that stands
// twice.
func validate(line []byte, s *schema) (*validator, error) {
	v := &validator{line: line, dec: jsontext.NewDecoder(bytes.NewBuffer(line), jsontext.AllowInvalidUTF8(true))}
	if err := v.value([]*schema{s}, ""); err != nil {
		return v, err
	}
	if _, err := v.dec.ReadToken(); err == nil {
		return v, &scanError{Offset: int(v.dec.InputOffset()) - 1, Text: "there is more after the object"}
	}
	return v, nil
}

func (v *validator) report(offset int, format string, args ...any) {
	p := problem{offset, fmt.Sprintf(format, args...)}
	if len(v.problems) < 20 && !slices.Contains(v.problems, p) { // two schemas may ask for the same
		v.problems = append(v.problems, p)
	}
}

// next returns where the next token begins.
func (v *validator) next() int {
	at := int(v.dec.InputOffset())
	for at < len(v.line) && strings.IndexByte(" \t\r\n,:", v.line[at]) >= 0 {
		at++
	}
	return at
}

// value evaluates the value that comes next against all of these schemas. path names it for people.
func (v *validator) value(all []*schema, path string) error {
	at, kind := v.next(), v.dec.PeekKind()
	all = applicable(all, kind)
	if len(all) == 0 {
		return v.dec.SkipValue()
	}
	if !v.fits(all, kind, at, path) {
		return v.dec.SkipValue()
	}
	switch kind {
	case '{':
		return v.object(all, at, path)
	case '[':
		return v.array(all, at, path)
	}
	tok, err := v.dec.ReadToken()
	if err != nil {
		return err
	}
	for _, s := range all {
		s.scalar(v, tok, at, path)
	}
	return nil
}

// applicable follows references and chooses alternatives by the type of the value.
func applicable(all []*schema, kind jsontext.Kind) []*schema {
	var out []*schema
	for _, s := range all {
		for ; s != nil && !s.Any; s = s.ref {
			out = append(out, s)
			for _, a := range s.AnyOf {
				if a.accepts(kind) {
					out = append(out, applicable([]*schema{a}, kind)...)
				}
			}
		}
	}
	return out
}

// fits reports whether the value has a type that all schemas allow.
func (v *validator) fits(all []*schema, kind jsontext.Kind, at int, path string) bool {
	for _, s := range all {
		if s.Type != "" && !typeFits(s.Type, kind) {
			v.report(at, "%s: want %s, got %s", path, article(s.Type), kindName(kind))
			return false
		}
		if (s.Enum != nil || s.Const != nil) && kind != '"' {
			v.report(at, "%s: want a string, got %s", path, kindName(kind))
			return false
		}
		if len(s.AnyOf) > 0 && !slices.ContainsFunc(s.AnyOf, func(a *schema) bool { return a.accepts(kind) }) {
			v.report(at, "%s: want %s, got %s", path, alternatives(s.AnyOf), kindName(kind))
			return false
		}
	}
	return true
}

// accepts reports whether the type of the schema allows a value.
func (s *schema) accepts(kind jsontext.Kind) bool {
	for ; s != nil; s = s.ref {
		if s.Type != "" && !typeFits(s.Type, kind) {
			return false
		}
	}
	return true
}

// alternatives names the types of schemas.
func alternatives(all []*schema) string {
	var names []string
	for _, s := range all {
		for ; s != nil; s = s.ref {
			if s.Type != "" {
				names = append(names, article(s.Type))
			}
		}
	}
	return strings.Join(names, " or ")
}

func (v *validator) object(all []*schema, at int, path string) error {
	if _, err := v.dec.ReadToken(); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for v.dec.PeekKind() != '}' {
		keyAt := v.next()
		tok, err := v.dec.ReadToken()
		if err != nil {
			return err
		}
		key := tok.String()
		seen[key] = true
		known, below := property(all, key)
		if !known && path == "" && len(v.unknown) < 20 {
			v.unknown = append(v.unknown, problem{keyAt, key})
		}
		if err := v.value(below, join(path, key)); err != nil {
			return err
		}
	}
	for _, s := range all {
		for _, key := range s.Required {
			if !seen[key] {
				v.report(at, "%s is missing", join(path, key))
			}
		}
	}
	_, err := v.dec.ReadToken()
	return err
}

// property returns the schemas of a key.
func property(all []*schema, key string) (known bool, below []*schema) {
	for _, s := range all {
		switch p := s.Properties[key]; {
		case p != nil:
			known = true
			below = append(below, p)
		case s.Additional != nil:
			below = append(below, s.Additional)
		}
	}
	return known, below
}

func (v *validator) array(all []*schema, at int, path string) error {
	if _, err := v.dec.ReadToken(); err != nil {
		return err
	}
	n := 0
	for ; v.dec.PeekKind() != ']'; n++ {
		var below []*schema
		for _, s := range all {
			switch {
			case n < len(s.Prefix):
				below = append(below, s.Prefix[n])
			case s.Items != nil:
				below = append(below, s.Items)
			}
		}
		if err := v.value(below, path+"["+strconv.Itoa(n)+"]"); err != nil {
			return err
		}
	}
	for _, s := range all {
		if n < s.MinItems || s.MaxItems != nil && n > *s.MaxItems {
			v.report(at, "%s: want %d values, got %d", path, s.MinItems, n)
		}
	}
	_, err := v.dec.ReadToken()
	return err
}

// scalar evaluates a string, number, boolean or null.
func (s *schema) scalar(v *validator, tok jsontext.Token, at int, path string) {
	switch tok.Kind() {
	case '"':
		text := tok.String()
		switch {
		case s.Const != nil && text != *s.Const:
			v.report(at, "%s: want %q", path, *s.Const)
		case s.Enum != nil && !slices.Contains(s.Enum, text):
			v.report(at, "%s: %q is none of %s", path, clip(text, 40), strings.Join(s.Enum, ", "))
		case utf8.RuneCountInString(text) < s.MinLength:
			v.report(at, "%s is empty", path)
		case s.pattern != nil && !s.pattern.MatchString(text):
			v.report(at, "%s: %q does not have the form %s", path, clip(text, 80), s.Pattern)
		}
	case '0':
		n, err := strconv.ParseFloat(tok.String(), 64)
		switch {
		case err != nil:
			v.report(at, "%s: the number is too large", path)
		case s.Type == "integer" && n != float64(int64(n)):
			v.report(at, "%s: want an integer, got %s", path, clip(tok.String(), 40))
		case s.Minimum != nil && n < *s.Minimum:
			v.report(at, "%s: want %s or more, got %s", path, plain(*s.Minimum), clip(tok.String(), 40))
		case s.Maximum != nil && n > *s.Maximum:
			v.report(at, "%s: want %s or less, got %s", path, plain(*s.Maximum), clip(tok.String(), 40))
		}
	}
}

// plain writes a number without an exponent.
func plain(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func typeFits(want string, kind jsontext.Kind) bool {
	switch want {
	case "integer":
		return kind == '0'
	case "boolean":
		return kind == 't' || kind == 'f'
	}
	return want == kindName(kind)
}

func kindName(kind jsontext.Kind) string {
	switch kind {
	case '"':
		return "string"
	case '0':
		return "number"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	case '{':
		return "object"
	case '[':
		return "array"
	}
	return "nothing"
}

func article(name string) string {
	if strings.IndexByte("aeiou", name[0]) >= 0 {
		return "an " + name
	}
	return "a " + name
}

// join names a key below a path, as people write paths.
func join(path, key string) string {
	if path == "" {
		return clip(key, 80)
	}
	return path + "." + clip(key, 80)
}
