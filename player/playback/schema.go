package playback

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Schema is the JSON Schema (draft 2020-12) of one line of a playback. [Check] enforces it.
//
//go:embed schema.json
var Schema []byte

// schema is the part of JSON Schema that schema.json is written in. It is evaluated over tokens, so that a problem
// has its column and a line is never held as a tree. A test compares it with a full implementation.
type schema struct {
	Any        bool               `json:"-"` // the schema true
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Const      *string            `json:"const"`
	Enum       []string           `json:"enum"`
	Required   []string           `json:"required"`
	Properties map[string]*schema `json:"properties"`
	Additional *schema            `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	Prefix     []*schema          `json:"prefixItems"`
	MinItems   int                `json:"minItems"`
	MaxItems   *int               `json:"maxItems"`
	MinLength  int                `json:"minLength"`
	Pattern    string             `json:"pattern"`
	Minimum    *float64           `json:"minimum"`
	Maximum    *float64           `json:"maximum"`
	AnyOf      []*schema          `json:"anyOf"`
	Defs       map[string]*schema `json:"$defs"`

	ref     *schema
	pattern *regexp.Regexp
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (s *schema) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == 't' {
		s.Any = true
		return d.SkipValue()
	}
	type plain schema
	return json.UnmarshalDecode(d, (*plain)(s))
}

// lineSchemas returns the definitions of schema.json by name.
var lineSchemas = sync.OnceValue(func() map[string]*schema {
	var root schema
	if err := json.Unmarshal(Schema, &root); err != nil {
		panic(err) // schema.json is part of the program
	}
	for _, s := range root.Defs {
		s.link(root.Defs)
	}
	return root.Defs
})

// link resolves the references and patterns of a schema and those in it.
func (s *schema) link(defs map[string]*schema) {
	if s.Ref != "" {
		s.ref = defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
	}
	if s.Pattern != "" {
		s.pattern = regexp.MustCompile(s.Pattern)
	}
	for _, p := range s.Properties {
		p.link(defs)
	}
	for _, p := range slices.Concat(s.Prefix, s.AnyOf) {
		p.link(defs)
	}
	for _, p := range [...]*schema{s.Additional, s.Items} {
		if p != nil {
			p.link(defs)
		}
	}
}

// lineSchema returns the schema of a line by its kind, and whether the kind is known.
func lineSchema(kind Kind) (s *schema, known bool) {
	if kind.known() {
		return lineSchemas()[string(kind)], true
	}
	return lineSchemas()["base"], false
}
