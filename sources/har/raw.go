package har

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// page is a top-level document. Archives of several runs have several.
type page struct {
	ID      string  `json:"id"`
	Started stamp   `json:"startedDateTime"`
	Title   lenient `json:"title"`
}

// rawEntry is one request with its response, as it stands in the file.
type rawEntry struct {
	PageRef  lenient     `json:"pageref"`
	Started  stamp       `json:"startedDateTime"`
	Time     number      `json:"time"` // ms; the whole exchange
	Request  rawRequest  `json:"request"`
	Response rawResponse `json:"response"`
	Timings  struct {
		Receive number `json:"receive"`
	} `json:"timings"`

	Type      lenient     `json:"_resourceType"`        // Chrome, Playwright
	Initiator lenient     `json:"_initiator_type"`      // chrome-har
	Sockets   []wsMessage `json:"_webSocketMessages"`   // Chrome, Playwright
	Sources   []esMessage `json:"_eventSourceMessages"` // Chrome
}

type rawRequest struct {
	Method   string   `json:"method"`
	URL      string   `json:"url"`
	Headers  []header `json:"headers"`
	BodySize number   `json:"bodySize"`
	PostData *struct {
		MimeType lenient  `json:"mimeType"`
		Text     *string  `json:"text"`
		Encoding lenient  `json:"encoding"` // "base64": Chrome, not in the specification
		Params   []header `json:"params"`
		File     lenient  `json:"_file"` // Playwright: content beside the archive
	} `json:"postData"`
}

type rawResponse struct {
	Status   int      `json:"status"`
	Headers  []header `json:"headers"`
	Redirect lenient  `json:"redirectURL"`
	Content  struct {
		Size     number  `json:"size"`
		MimeType lenient `json:"mimeType"`
		Text     *string `json:"text"`
		Encoding lenient `json:"encoding"`
		Comment  lenient `json:"comment"`
		File     lenient `json:"_file"`
	} `json:"content"`
	Failure lenient `json:"_failureText"` // Playwright
	Error   lenient `json:"_error"`       // Chrome
}

type header struct {
	Name  lenient `json:"name"`
	Value lenient `json:"value"`
}

// wsMessage is one message of a WebSocket.
type wsMessage struct {
	Type   string  `json:"type"` // "send", "receive"
	Time   float64 `json:"time"` // s since the epoch
	Opcode int     `json:"opcode"`
	Data   string  `json:"data"` // base64 where the opcode is 2
}

// esMessage is one message of an EventSource.
type esMessage struct {
	Time float64 `json:"time"` // s since the epoch
	Name string  `json:"eventName"`
	ID   string  `json:"eventId"`
	Data string  `json:"data"`
}

// lenient is a string where some tools write null, numbers or objects.
type lenient string

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (s *lenient) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		return json.UnmarshalDecode(d, (*string)(s))
	}
	raw, err := d.ReadValue()
	if raw.Kind() == '0' {
		*s = lenient(raw)
	}
	return err
}

// number is a number where some tools write null or strings; it is then 0.
type number float64

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (n *number) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '0' {
		return json.UnmarshalDecode(d, (*float64)(n))
	}
	return d.SkipValue()
}

// stamp is a time; tools agree on ISO 8601 and not on how to write the zone. It is zero where it cannot be read.
type stamp struct{ time.Time }

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (t *stamp) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var s lenient
	if err := s.UnmarshalJSONFrom(d); err != nil {
		return err
	}
	text := strings.TrimSpace(string(s))
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999",
		"2006-01-02 15:04:05.999999999Z07:00",
	} {
		if at, err := time.Parse(layout, text); err == nil && at.Year() > 1970 && at.Year() < 2200 {
			t.Time = at.UTC()
			return nil
		}
	}
	return nil
}
