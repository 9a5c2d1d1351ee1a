package browser

import "strings"

// Resource says what a request was made for, in the words of a playback file; typ is Network.ResourceType.
func Resource(typ string) string {
	switch typ {
	case "Fetch":
		return "fetch"
	case "XHR":
		return "xhr"
	case "Ping", "CSPViolationReport":
		return "beacon"
	case "Stylesheet":
		return "style"
	case "EventSource":
		return "sse"
	case "WebSocket":
		return "ws"
	case "Document", "Image", "Script", "Font", "Media":
		return strings.ToLower(typ)
	}
	return "other"
}

// MainWorld returns the frame whose main world a Runtime.executionContextCreated tells of, and the id of the context;
// false for a world of our own or of an extension.
func (e Event) MainWorld() (frame string, context int, ok bool) {
	var c struct {
		Context struct {
			ID  int `json:"id"`
			Aux struct {
				Default bool   `json:"isDefault"`
				Frame   string `json:"frameId"`
			} `json:"auxData"`
		} `json:"context"`
	}
	if e.Decode(&c) != nil || !c.Context.Aux.Default {
		return "", 0, false
	}
	return c.Context.Aux.Frame, c.Context.ID, true
}
