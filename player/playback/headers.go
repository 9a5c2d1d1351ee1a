package playback

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Get returns the first value of a header, whatever the case of its name, and "" where there is none.
func (h Headers) Get(name string) string {
	if v := h.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// Values returns the values of a header, whatever the case of its name. The caller must not change them.
func (h Headers) Values(name string) []string {
	if v, ok := h[strings.ToLower(name)]; ok {
		return v
	}
	for k, v := range h { // a file that was written by hand
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return nil
}

// Set replaces the values of a header.
func (h Headers) Set(name, value string) {
	h.Del(name)
	h[strings.ToLower(name)] = HeaderValues{value}
}

// Add adds a value to a header.
func (h Headers) Add(name, value string) {
	name = strings.ToLower(name)
	h[name] = append(h[name], value)
}

// Del removes a header.
func (h Headers) Del(name string) {
	for k := range h {
		if strings.EqualFold(k, name) {
			delete(h, k)
		}
	}
}

// MarshalJSONTo implements [json.MarshalerTo].
func (v HeaderValues) MarshalJSONTo(e *jsontext.Encoder) error {
	if len(v) == 1 {
		return e.WriteToken(jsontext.String(v[0]))
	}
	return json.MarshalEncode(e, []string(v))
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (v *HeaderValues) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		var s string
		err := json.UnmarshalDecode(d, &s)
		*v = HeaderValues{s}
		return err
	}
	return json.UnmarshalDecode(d, (*[]string)(v))
}

// Icon reports whether a request is the browser's own, for the icon of a tab, by its resource as in [Event.Resource] and
// the headers that were sent. Whether and when there is one says nothing about the app.
func Icon(resource string, sent Headers) bool {
	return resource == "other" && strings.HasPrefix(sent.Get("accept"), "image/")
}
