package player

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	fieldsMax    = 5_000   // fields of one request that are compared one by one
	fieldBodyMax = 1 << 20 // bytes of a body that is taken apart
)

// call is a request taken apart for comparing.
type call struct {
	method string
	origin string
	path   []string // segments
	// fields are the parts that may differ, in order: "query.page", "body.items[0].id", "body" for what has no parts.
	fields []field
	op     string // GraphQL operation, "" for other requests
	query  bool   // asking twice changes nothing: GET, HEAD, and GraphQL queries
	noBody bool   // the body is not known: it fits any
}

// field is one part of a request.
type field struct {
	path  string // with the indexes of arrays
	value string
}

// newCall takes a request apart. It is tolerant: what cannot be parsed is one field.
func newCall(method, u, contentType string, body []byte) call {
	c := call{method: strings.ToUpper(method)}
	c.query = c.method == "GET" || c.method == "HEAD" || c.method == ""
	x, err := url.Parse(u)
	if err != nil {
		c.path = segments(u)
		return c
	}
	c.origin = originOf(u)
	c.path = segments(u)
	c.add("query", x.RawQuery)
	c.op = x.Query().Get("operationName")
	c.body(contentType, body)
	return c
}

// segments splits the path of a URL.
func segments(u string) []string {
	x, err := url.Parse(u)
	if err != nil {
		return []string{u}
	}
	return strings.Split(strings.Trim(x.Path, "/"), "/")
}

// add appends the pairs of a query string.
func (c *call) add(prefix, query string) {
	seen := map[string]int{}
	for part := range strings.SplitSeq(query, "&") {
		if part == "" || len(c.fields) >= fieldsMax {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		k, v = unescape(k), unescape(v)
		path := prefix + "." + k
		if n := seen[k]; n > 0 {
			path += "[" + strconv.Itoa(n) + "]"
		}
		seen[k]++
		c.fields = append(c.fields, field{path, v})
	}
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// body appends the fields of a body.
func (c *call) body(contentType string, body []byte) {
	trimmed := bytes.TrimSpace(body)
	switch {
	case len(trimmed) == 0:
	case len(body) > fieldBodyMax:
		c.whole(body)
	case trimmed[0] == '{' || trimmed[0] == '[':
		c.json(trimmed)
	case strings.HasPrefix(strings.ToLower(contentType), "application/x-www-form-urlencoded"):
		c.add("body", string(body))
	default:
		c.whole(body)
	}
}

// whole appends a body as one field: its text, or its length and hash.
func (c *call) whole(body []byte) {
	v := string(body)
	if len(body) > 2048 || !utf8.Valid(body) {
		sum := sha256.Sum256(body)
		v = fmt.Sprintf("%d bytes, sha256 %s", len(body), hex.EncodeToString(sum[:8]))
	}
	c.fields = append(c.fields, field{"body", v})
}

// json appends the leaves of a JSON body.
func (c *call) json(body []byte) {
	n := len(c.fields)
	d := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true))
	if err := c.leaves(d, "body"); err != nil || len(c.fields) >= fieldsMax {
		c.fields = c.fields[:n]
		c.whole(body)
		return
	}
	var text string
	for _, f := range c.fields[n:] {
		switch f.path {
		case "body.operationName":
			c.op = f.value
		case "body.query":
			text = strings.TrimSpace(f.value)
		}
	}
	if text == "" {
		return
	}
	if c.op == "" {
		c.op = spaceRun.ReplaceAllString(text, " ")
	}
	c.query = strings.HasPrefix(text, "query") || strings.HasPrefix(text, "{")
}

// leaves appends the leaves of the next value. The decoder bounds the depth.
func (c *call) leaves(d *jsontext.Decoder, path string) error {
	if len(c.fields) >= fieldsMax {
		return d.SkipValue()
	}
	switch d.PeekKind() {
	case '{':
		return c.object(d, path)
	case '[':
		return c.array(d, path)
	}
	v, err := d.ReadToken()
	if err != nil {
		return err
	}
	c.fields = append(c.fields, field{path, v.String()})
	return nil
}

func (c *call) object(d *jsontext.Decoder, path string) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := c.leaves(d, path+"."+name.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (c *call) array(d *jsontext.Decoder, path string) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for i := 0; d.PeekKind() != ']'; i++ {
		if err := c.leaves(d, path+"["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}
