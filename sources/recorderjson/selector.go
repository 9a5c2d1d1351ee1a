package recorderjson

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// selector is one way to the element: a path through shadow roots, of one part where there is none.
type selector []string

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]: older flows have a string in place of a path.
func (s *selector) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		var one string
		err := json.UnmarshalDecode(d, &one)
		*s = selector{one}
		return err
	}
	return json.UnmarshalDecode(d, (*[]string)(s))
}

var (
	// ariaForm is Name[role="button"], either part optional.
	ariaForm = regexp.MustCompile(`^(.*?)(?:\[role=["']([^"'\]]+)["']\])?$`)
	// testAttr are the attributes that teams add for tests.
	testAttr = regexp.MustCompile(`\[(data-(?:testid|test-id|test|qa|cy|e2e|automation-id))=["']?([^"'\]]+)["']?\]$`)
)

// target joins all selectors of a step. What a target has no place for is kept in "selectors" beside them.
func (c *converter) target(s *step) (*playback.Target, error) {
	t := &playback.Target{}
	var others []selector
	for _, sel := range s.Selectors {
		if len(sel) == 0 || strings.Join(sel, "") == "" {
			continue
		}
		if !c.put(t, sel) {
			others = append(others, sel)
		}
	}
	if len(others) > 0 {
		raw, err := json.Marshal(map[string][]selector{"selectors": others}, jsontext.AllowInvalidUTF8(true))
		if err != nil {
			return nil, fmt.Errorf("%s: selectors: %w", s.Type, err)
		}
		t.Extra = raw
	}
	if t.Name == "" && t.Role == "" && t.CSS == nil && t.XPath == "" && t.Pierce == "" && t.Text == "" {
		return nil, fmt.Errorf("%s: it has no selector that names an element", s.Type)
	}
	return t, nil
}

// put stores one selector in the target, unless another of its kind is there or a target cannot say it.
func (c *converter) put(t *playback.Target, sel selector) bool {
	last := sel[len(sel)-1]
	kind, value, ok := strings.Cut(last, "/")
	if !ok || !isKind(kind) {
		return c.putCSS(t, sel)
	}
	switch kind {
	case "aria":
		return putAria(t, value)
	case "css":
		return c.putCSS(t, selector{value})
	}
	if len(sel) > 1 {
		return false
	}
	place := map[string]*string{"xpath": &t.XPath, "pierce": &t.Pierce, "text": &t.Text}[kind]
	if *place != "" {
		return false
	}
	*place = value
	return true
}

// isKind reports whether a selector begins with a kind and a slash, which CSS never does.
func isKind(s string) bool {
	switch s {
	case "aria", "xpath", "pierce", "text", "css":
		return true
	}
	return false
}

// putAria stores the accessible name and role. A path of aria selectors says where to look for the last of them,
// which a target can say only where it has a name of its own.
func putAria(t *playback.Target, value string) bool {
	m := ariaForm.FindStringSubmatch(value)
	if m == nil || strings.TrimSpace(m[1]) == "" || t.Name != "" {
		return false
	}
	t.Name, t.Role = m[1], m[2]
	return true
}

// putCSS stores a path of CSS selectors.
func (c *converter) putCSS(t *playback.Target, sel selector) bool {
	if t.CSS != nil {
		return false
	}
	for _, part := range sel {
		if kind, _, ok := strings.Cut(part, "/"); ok && isKind(kind) {
			return false
		}
	}
	last := sel[len(sel)-1]
	t.CSS = playback.CSS(sel)
	if m := testAttr.FindStringSubmatch(last); m != nil {
		t.TestID = m[2]
	} else if c.attribute != "" {
		if _, rest, ok := strings.Cut(last, "["+c.attribute+"="); ok && strings.HasSuffix(rest, "]") {
			t.TestID = strings.Trim(strings.TrimSuffix(rest, "]"), `"'`)
		}
	}
	return true
}
