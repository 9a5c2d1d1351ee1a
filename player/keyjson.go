package player

import (
	"errors"
	"io"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonKey is the key of JSON text; false where it is none.
func jsonKey(text []byte) (string, bool) {
	v, err := parseJSON(text)
	if err != nil {
		return "", false
	}
	key, err := valueKey(v)
	return shortKey(key), err == nil
}

func valueKey(v any) (string, error) {
	if batch, ok := v.([]any); ok && len(batch) > 0 {
		if key, ok, err := batchKey(batch); ok || err != nil {
			return key, err
		}
	}
	if o, ok := operationOf(v); ok {
		variables, err := appendJSON(nil, o.variables, 0)
		return o.head() + string(variables), err
	}
	key, err := appendJSON(nil, v, 0)
	return string(key), err
}

// batchKey is the key of an array whose elements are all operations.
func batchKey(batch []any) (string, bool, error) {
	key := []byte{'['}
	for i, v := range batch {
		o, ok := operationOf(v)
		if !ok {
			return "", false, nil
		}
		if i > 0 {
			key = append(key, ',')
		}
		var err error
		if key, err = appendJSON(append(key, o.head()...), o.variables, 0); err != nil {
			return "", false, err
		}
	}
	return string(append(key, ']')), true, nil
}

// queryKey is the key of pairs that are sorted by name; it recognises an operation among them.
func queryKey(list []keyPair) string {
	fields := map[string]string{}
	var others []keyPair
	for _, p := range list {
		_, seen := fields[p.name]
		switch p.name {
		case "query", "operationName", "variables", "extensions":
			if !seen {
				fields[p.name] = p.value
				continue
			}
		}
		others = append(others, p)
	}
	key, ok := queryOperation(fields)
	if !ok {
		return shortKey(joinPairs(list))
	}
	if len(others) > 0 {
		key = joinPairs(others) + "&" + key
	}
	return shortKey(key)
}

// queryOperation is the key of the operation in the fields of a query; false where there is none.
func queryOperation(fields map[string]string) (string, bool) {
	object := map[string]any{}
	for name, escaped := range fields {
		text, err := url.PathUnescape(escaped)
		if err != nil || !utf8.ValidString(text) {
			return "", false
		}
		switch {
		case name == "query" || name == "operationName":
			object[name] = text
		case text == "":
			object[name] = nil
		default:
			if object[name], err = parseJSON([]byte(text)); err != nil {
				return "", false
			}
		}
	}
	o, ok := operationOf(object)
	if !ok {
		return "", false
	}
	variables, err := appendJSON(nil, o.variables, 0)
	return o.head() + literalKey(string(variables)), err == nil
}

// graphqlOperation is a GraphQL request. The name stands for its text, which a build may reformat; variables
// are what tells its calls apart.
type graphqlOperation struct {
	name      string
	document  string // where it has no name
	variables any
}

func (o graphqlOperation) head() string {
	if o.name != "" {
		return "graphql:" + literalKey(o.name) + ":"
	}
	return "graphql:{" + literalKey(strings.TrimSuffix(graphqlSpace.ReplaceAllString(o.document, " "), " ")) + "}:"
}

var (
	graphqlSpace = regexp.MustCompile(`[ \t\r\n,]+`)
	// graphqlStart is what may precede the first definition.
	graphqlStart    = regexp.MustCompile("^(?:[ \t\r\n,\ufeff]|#[^\r\n]*)+")
	graphqlDocument = regexp.MustCompile(`^(\{|(query|mutation|subscription|fragment)[ \t\r\n,({@])`)
	graphqlName     = regexp.MustCompile(`^(?:query|mutation|subscription)[ \t\r\n,]+([A-Za-z_][A-Za-z0-9_]*)`)
)

// operationOf recognises an operation in a parsed JSON value. A member "query" alone makes none: searches have that
// too; it has to be a document.
func operationOf(v any) (graphqlOperation, bool) {
	object, _ := v.(map[string]any)
	document, _ := object["query"].(string)
	document = graphqlStart.ReplaceAllString(document, "")
	isDocument := graphqlDocument.MatchString(document) && strings.Contains(document, "{")
	o := graphqlOperation{document: document, variables: object["variables"]}
	o.name, _ = object["operationName"].(string)
	_, hasVariables := object["variables"]
	_, hasExtensions := object["extensions"]
	if !isDocument && (o.name == "" || !hasVariables && !hasExtensions) {
		return graphqlOperation{}, false
	}
	if m := graphqlName.FindStringSubmatch(document); o.name == "" && m != nil {
		o.name = m[1]
	}
	if o.variables == nil {
		o.variables = map[string]any{}
	}
	return o, true
}

// parseJSON parses like JSON.parse: of members with one name the last counts, lone surrogates become U+FFFD.
func parseJSON(text []byte) (any, error) {
	d := jsontext.NewDecoder(strings.NewReader(string(text)), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	v, err := decodeJSON(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// decodeJSON reads one value; the decoder limits its depth.
func decodeJSON(d *jsontext.Decoder) (any, error) {
	t, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case '{':
		object := map[string]any{}
		for d.PeekKind() != '}' {
			name, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String()
			if object[key], err = decodeJSON(d); err != nil {
				return nil, err
			}
		}
		_, err = d.ReadToken()
		return object, err
	case '[':
		array := []any{}
		for d.PeekKind() != ']' {
			v, err := decodeJSON(d)
			if err != nil {
				return nil, err
			}
			array = append(array, v)
		}
		_, err = d.ReadToken()
		return array, err
	case '"':
		return t.String(), nil
	case '0':
		// The only error is a number out of range, where the result is infinite.
		n, _ := strconv.ParseFloat(t.String(), 64)
		return max(min(n, math.MaxFloat64), -math.MaxFloat64), nil
	case 't', 'f':
		return t.Bool(), nil
	}
	return nil, nil
}

var errDeep = errors.New("JSON is nested too deeply")

// appendJSON writes a parsed value with sorted keys; numbers and strings as JSON.stringify writes them.
func appendJSON(b []byte, v any, depth int) ([]byte, error) {
	if depth > keyDeepest {
		return nil, errDeep
	}
	var err error
	switch v := v.(type) {
	case map[string]any:
		b = append(b, '{')
		for i, name := range slices.SortedFunc(maps.Keys(v), compareUTF16) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, name), ':')
			if b, err = appendJSON(b, v[name], depth+1); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendJSON(b, x, depth+1); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case string:
		return appendString(b, v), nil
	case float64:
		if v == 0 {
			return append(b, '0'), nil // not -0
		}
		return append(b, jsontext.Float(v).String()...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	}
	return append(b, "null"...), nil
}

func appendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // the only error is invalid UTF-8, which the decoder replaced
	return b
}

// compareUTF16 orders like JavaScript: by UTF-16 units, so that characters beyond U+FFFF precede U+E000.
func compareUTF16(a, b string) int {
	rank := func(r rune) rune {
		if r >= 0xe000 && r <= 0xffff {
			return r + 0x200000
		}
		return r
	}
	x, y := []rune(a), []rune(b)
	return slices.CompareFunc(x, y, func(p, q rune) int { return int(rank(p) - rank(q)) })
}
