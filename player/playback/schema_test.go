package playback

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchema compares our evaluation of schema.json with a full implementation of JSON Schema: on every example of the
// documentation, and on what becomes of it when one value after the other is removed or replaced.
func TestSchema(t *testing.T) {
	full := fullSchema(t)
	compared, valid := 0, 0
	for _, example := range docLines(t) {
		for line := range mutations(t, []byte(example)) {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
			if err != nil {
				t.Fatal(err)
			}
			problem := full.Validate(value)
			ours := ourVerdict(t, line)
			if (problem == nil) != (len(ours) == 0) {
				t.Errorf("%s\nfull: %v\nours: %v", line, problem, ours)
			}
			compared++
			if problem == nil {
				valid++
			}
		}
	}
	if valid < 100 || compared-valid < 100 {
		t.Errorf("of %d lines %d are valid: too few of a sort to tell", compared, valid)
	}
}

// fullSchema compiles schema.json.
func fullSchema(t *testing.T) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	const url = "urn:restep:playback:1"
	if err := c.AddResource(url, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ourVerdict evaluates a line as Check does.
func ourVerdict(t *testing.T, line []byte) []problem {
	b, err := scanBrief(line)
	if err != nil {
		t.Fatal(err)
	}
	s := lineSchemas()["header"]
	if b.playback == nil {
		s, _ = lineSchema(Kind(unquote(b.ev)))
	}
	v, err := validate(line, s)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return v.problems
}

// mutations yields a line and variations of it.
func mutations(t *testing.T, line []byte) func(yield func([]byte) bool) {
	replacements := []any{nil, true, 1.0, -1.0, 1.5, 1e10, "", "x", []any{}, []any{"x"}, []any{1.0}, map[string]any{}, map[string]any{"x": "y"}, map[string]any{"x": 1.0}}
	return func(yield func([]byte) bool) {
		var root map[string]any
		if err := json.Unmarshal(line, &root); err != nil {
			t.Fatal(err)
		}
		emit := func() bool {
			out, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			return yield(out)
		}
		if !emit() {
			return
		}
		mutate(root, replacements, emit)
	}
}

// mutate changes one value of a tree after the other, calls emit, and changes it back.
func mutate(v any, replacements []any, emit func() bool) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, old := range v {
			delete(v, key)
			if !emit() {
				return false
			}
			for _, r := range replacements {
				v[key] = r
				if !emit() {
					return false
				}
			}
			v[key] = old
			if !mutate(old, replacements, emit) {
				return false
			}
		}
	case []any:
		for i, old := range v {
			for _, r := range replacements {
				v[i] = r
				if !emit() {
					return false
				}
			}
			v[i] = old
			if !mutate(old, replacements, emit) {
				return false
			}
		}
	}
	return true
}
