package playback

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Target names an element by every selector that was known when it was recorded.
type Target struct {
	TestID  string            `json:"testid,omitzero"`
	Role    string            `json:"role,omitzero"`
	Name    string            `json:"name,omitzero"` // accessible name
	Label   string            `json:"label,omitzero"`
	CSS     CSS               `json:"css,omitzero"`
	Pierce  string            `json:"pierce,omitzero"` // CSS that looks through every open shadow root
	XPath   string            `json:"xpath,omitzero"`
	Text    string            `json:"text,omitzero"`
	Attrs   map[string]string `json:"attrs,omitzero"` // stable attributes: id, name, type, placeholder, href…
	Tag     string            `json:"tag,omitzero"`
	XY      *[2]float64       `json:"xy,omitzero"`  // pointer position relative to the element's box, CSS px
	Box     *[4]float64       `json:"box,omitzero"` // x, y, width, height in the viewport when recorded, CSS px
	Matches Matches           `json:"matches,omitzero"`
	Extra   jsontext.Value    `json:",unknown"`
}

// Matches is how many elements each selector matched when recorded: one number for all, or one for each selector kind.
type Matches struct {
	All int
	By  map[string]int
}

// On is what a line stands on: an element, or for bug and note lines the id of an event.
type On struct {
	Ref    string
	Target *Target
}

// CSS is a path of CSS selectors; more than one means that each but the last names the host of a shadow root.
// In JSON a path of one is a string.
type CSS []string

// FrameStep leads from a document into one of its frames: by the selector of the frame's element, or by its index.
type FrameStep struct {
	CSS   string
	Index int // used where CSS is empty; counts from 0
}

// MarshalJSONTo implements [json.MarshalerTo].
func (m Matches) MarshalJSONTo(e *jsontext.Encoder) error {
	if m.By != nil {
		return json.MarshalEncode(e, m.By, json.Deterministic(true))
	}
	return json.MarshalEncode(e, m.All)
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (m *Matches) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '{' {
		return json.UnmarshalDecode(d, &m.By)
	}
	return json.UnmarshalDecode(d, &m.All)
}

// IsZero reports whether nothing is named.
func (o On) IsZero() bool { return o.Ref == "" && o.Target == nil }

// MarshalJSONTo implements [json.MarshalerTo].
func (o On) MarshalJSONTo(e *jsontext.Encoder) error {
	if o.Target != nil {
		return json.MarshalEncode(e, o.Target)
	}
	return json.MarshalEncode(e, o.Ref)
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (o *On) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		return json.UnmarshalDecode(d, &o.Ref)
	}
	o.Target = new(Target)
	return json.UnmarshalDecode(d, o.Target)
}

// MarshalJSONTo implements [json.MarshalerTo].
func (c CSS) MarshalJSONTo(e *jsontext.Encoder) error {
	if len(c) == 1 {
		return json.MarshalEncode(e, c[0])
	}
	return json.MarshalEncode(e, []string(c))
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (c *CSS) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		var s string
		err := json.UnmarshalDecode(d, &s)
		*c = CSS{s}
		return err
	}
	return json.UnmarshalDecode(d, (*[]string)(c))
}

// MarshalJSONTo implements [json.MarshalerTo].
func (f FrameStep) MarshalJSONTo(e *jsontext.Encoder) error {
	if f.CSS != "" {
		return json.MarshalEncode(e, f.CSS)
	}
	return json.MarshalEncode(e, f.Index)
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (f *FrameStep) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		return json.UnmarshalDecode(d, &f.CSS)
	}
	if err := json.UnmarshalDecode(d, &f.Index); err != nil {
		return err
	}
	if f.Index < 0 {
		return fmt.Errorf("frame index %d is negative", f.Index)
	}
	return nil
}
