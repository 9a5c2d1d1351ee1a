package playback

import "github.com/go-json-experiment/json/jsontext"

// InlineMax is the size in bytes up to which content stands in its line; larger content is a blob.
const InlineMax = 2048

// Body is the content of a message, in one of five forms: JSON, Text, Base64, Ref (a blob) or Missing (a hole).
// The zero Body is empty content.
type Body struct {
	// JSON is used only where its compact encoding gives back the exact bytes; keys that begin with $ have a second $.
	JSON   jsontext.Value `json:"json,omitzero"`
	Text   *string        `json:"text,omitzero"`
	Base64 *string        `json:"base64,omitzero"`
	// Ref is "sha256:" and the hex SHA-256 of the decoded bytes.
	Ref string `json:"$ref,omitzero"`
	// Missing says why the content is not there: "truncated", "not recorded", "evicted"…
	Missing string `json:"$missing,omitzero"`
	// Size is the number of bytes of the content, of Ref and Missing.
	Size  int64          `json:"size,omitzero"`
	Type  string         `json:"type,omitzero"` // media type, where the headers do not say it
	Extra jsontext.Value `json:",unknown"`
}

// Headers are HTTP headers; names are lower case.
type Headers map[string]HeaderValues

// HeaderValues are the values of one header. In JSON a single one is a string.
type HeaderValues []string
