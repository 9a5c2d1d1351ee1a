package playback

import "github.com/go-json-experiment/json/jsontext"

// Kind is the value of "ev": what a line is.
type Kind string

// Actions: what the user did.
const (
	Open      Kind = "open"      // URL was entered, or a tab opened with it
	Back      Kind = "back"      // history back
	Forward   Kind = "forward"   // history forward
	Reload    Kind = "reload"    //
	Click     Kind = "click"     // On, Button, Count, Modifiers
	Type      Kind = "type"      // On, Text, Value, Rhythm: a run of typed text in one field
	Key       Kind = "key"       // On, Key, Code, Modifiers: one key press, every key, also inside fields
	Input     Kind = "input"     // On, Value or Checked: a value set without keys (select, checkbox, date, colour, autofill)
	Hover     Kind = "hover"     // On, Path
	Scroll    Kind = "scroll"    // On (nil: the document), X, Y: the offset that was reached
	Drag      Kind = "drag"      // On, To, Path
	Upload    Kind = "upload"    // On, Files
	Clipboard Kind = "clipboard" // On, Op, Text
	Resize    Kind = "resize"    // Width, Height, Scale
	Dialog    Kind = "dialog"    // Accept, Text: the user's answer to alert, confirm, prompt, beforeunload
	Tab       Kind = "tab"       // Op: "open" (Opener), "close", "switch"; the tab is Event.Tab
)

// Effects: what followed in the browser.
const (
	PageCommit Kind = "page"     // a document was committed: URL, Title
	Route      Kind = "route"    // pushState, replaceState, popstate, hashchange: URL
	Req        Kind = "req"      // Method, URL, Headers, Body, From, Resource
	Res        Kind = "res"      // Of, Status, Headers, Body, Chunks
	Fail       Kind = "fail"     // Of, Text: the request got no response; Text is the net:: error or "aborted"
	WS         Kind = "ws"       // Of, Dir, Body, Code (on closing)
	SSE        Kind = "sse"      // Of, Dir, Name, Text, LastID: one message of an EventSource or event-stream response; Code (at its end)
	Console    Kind = "console"  // Level, Text, Args
	Error      Kind = "error"    // Name, Message, Stack, Rejection: uncaught
	Storage    Kind = "storage"  // Area, Key, Value
	Download   Kind = "download" // URL, Name, Body
	Expect     Kind = "expect"   // URL, Title, Focus, Sum, or On with Count: how the page looked after an action
	Bug        Kind = "bug"      // On (an id), CSS with Want: a declarative statement of what is wrong
)

// Back end, people, and the rest.
const (
	Log        Kind = "log"   // Level, Text or Message, Trace
	Span       Kind = "span"  // Name, Duration, Trace
	Track      Kind = "track" // Name
	Issue      Kind = "issue" // Name, Message, URL
	NoteKind   Kind = "note"  // see [Note]; stands after the last event, without t
	Checkpoint Kind = "checkpoint"
	Blob       Kind = "blob" // see the format; never an Event
)

// MaxT is the latest t of an event, 30 days in ms, and -MaxT the earliest. A session is minutes or hours; a clock that is
// off by years would keep a replay busy for hours, since a day in which nothing happens takes some 12 s to play.
const MaxT = 30 * 24 * 3600 * 1000

// known reports whether this package knows the kind.
func (k Kind) known() bool {
	return k.Action() || k.Effect() || k.Backend() || k == NoteKind || k == Checkpoint || k == Blob
}

// Action reports whether the user did it.
func (k Kind) Action() bool {
	switch k {
	case Open, Back, Forward, Reload, Click, Type, Key, Input, Hover, Scroll, Drag, Upload, Clipboard, Resize, Dialog, Tab:
		return true
	}
	return false
}

// Effect reports whether the browser reports or receives it as the consequence of actions.
func (k Kind) Effect() bool {
	switch k {
	case PageCommit, Route, Req, Res, Fail, WS, SSE, Console, Error, Storage, Download, Expect, Bug:
		return true
	}
	return false
}

// Backend reports whether it comes from a system behind the app.
func (k Kind) Backend() bool { return k == Log || k == Span || k == Track || k == Issue }

// Delivered reports whether the player delivers the line (an answer) instead of observing it.
// A ws line is delivered only when its Dir is [In]: see [Event.Delivered].
func (k Kind) Delivered() bool { return k == Res || k == Fail || k == WS || k == SSE }

// Directions of a [WS] or [SSE] message, seen from the page.
const (
	In  = "in"
	Out = "out"
)

// Event is one line of a playback. Which fields a kind uses is said at its constant; the others are zero.
// The order of the fields is the canonical order of keys. Unknown keys are kept in Extra.
type Event struct {
	T    float64 `json:"t"` // ms since Header.Start, fractions allowed
	Kind Kind    `json:"ev"`
	ID   string  `json:"id"`

	Tab      string      `json:"tab,omitzero"`   // name of the tab; empty: the first one
	Frame    []FrameStep `json:"frame,omitzero"` // path from the tab's main frame; empty: the main frame
	Cause    string      `json:"cause,omitzero"` // id of the action that caused it
	Of       string      `json:"of,omitzero"`    // id of the req that this line answers or belongs to
	From     string      `json:"from,omitzero"`  // id of the req that was redirected to this one
	Source   string      `json:"src,omitzero"`   // which source or system said so
	Inferred bool        `json:"inferred,omitzero"`
	Authored bool        `json:"authored,omitzero"` // an answer that a person or tool added
	On       On          `json:"on,omitzero"`
	To       On          `json:"to,omitzero"` // drag: where it ended

	// Actions.
	Button    string       `json:"button,omitzero"` // "left" where empty; "middle", "right"
	Count     *int         `json:"count,omitzero"`  // clicks (nil: 1); expect and bug: elements
	Modifiers []string     `json:"modifiers,omitzero"`
	Key       string       `json:"key,omitzero"`  // KeyboardEvent.key; storage: the key
	Code      string       `json:"code,omitzero"` // KeyboardEvent.code
	Op        string       `json:"op,omitzero"`   // clipboard: "paste" "copy" "cut"; tab: "open" "close" "switch"; expect: how many compares with Count: "==" (empty), ">=", "<="
	Opener    string       `json:"opener,omitzero"`
	X         *float64     `json:"x,omitzero"` // CSS px
	Y         *float64     `json:"y,omitzero"`
	Path      [][3]float64 `json:"path,omitzero"`   // pointer path: ms since T, x, y in CSS px of the viewport
	Rhythm    []float64    `json:"rhythm,omitzero"` // ms from T to each character of Text
	Files     []FileRef    `json:"files,omitzero"`
	Width     int          `json:"width,omitzero"` // CSS px
	Height    int          `json:"height,omitzero"`
	Scale     float64      `json:"scale,omitzero"` // device pixels per CSS px
	Accept    *bool        `json:"accept,omitzero"`
	Checked   *bool        `json:"checked,omitzero"`

	// HTTP, sockets, navigation.
	Method   string  `json:"method,omitzero"`
	URL      string  `json:"url,omitzero"`
	Status   int     `json:"status,omitzero"`
	Resource string  `json:"resource,omitzero"` // "fetch" "xhr" "beacon" "document" "image" "script" "style" "font" "media" "ws" "sse" "other"
	Headers  Headers `json:"headers,omitzero"`
	Body     *Body   `json:"body,omitzero"`
	// Chunks are when content came that the app read while it came: [ms since T, bytes] for each piece. T is when the head did.
	Chunks  [][2]float64 `json:"chunks,omitzero"`
	Dir     string       `json:"dir,omitzero"`
	LastID  string       `json:"lastId,omitzero"` // sse: the message's id
	CloseBy int          `json:"close,omitzero"`  // ws, sse: close code; the line ends the socket or stream (1000: its server, 1006: it broke off)

	// Text-like content.
	Level     string           `json:"level,omitzero"`
	Name      string           `json:"name,omitzero"`
	Message   string           `json:"message,omitzero"`
	Text      string           `json:"text,omitzero"` // typed or pasted text, console text, dialog input, sse data, net error
	Msg       string           `json:"msg,omitzero"`  // log lines
	Value     *string          `json:"value,omitzero"`
	Args      []jsontext.Value `json:"args,omitzero"`
	Stack     []StackFrame     `json:"stack,omitzero"`
	Rejection bool             `json:"rejection,omitzero"`
	Area      string           `json:"area,omitzero"` // storage: "local" "session" "cookie"
	Title     string           `json:"title,omitzero"`
	Focus     string           `json:"focus,omitzero"`
	Sum       string           `json:"sum,omitzero"`
	CSS       CSS              `json:"css,omitzero"`      // bug: the element
	Attr      string           `json:"attr,omitzero"`     // bug: attribute that Value is compared with
	Duration  float64          `json:"duration,omitzero"` // ms

	Trace  string   `json:"trace,omitzero"`  // W3C trace id
	Span   string   `json:"span,omitzero"`   // span id
	Parent string   `json:"parent,omitzero"` // parent span id
	Masked []string `json:"masked,omitzero"` // what of this line is a stand-in, as paths like "headers.authorization"

	Extra jsontext.Value `json:",unknown"` // unknown keys, an object, in the order of the line
}

// Delivered reports whether the player hands the line to the page (true) or only observes it.
func (e *Event) Delivered() bool {
	return e.Kind == Res || e.Kind == Fail || (e.Kind == WS || e.Kind == SSE) && e.Dir != Out
}

// foreignEvent is a line of an unknown kind that uses our keys with other types.
type foreignEvent struct {
	T     float64        `json:"t"`
	Kind  Kind           `json:"ev"`
	ID    string         `json:"id"`
	Extra jsontext.Value `json:",unknown"`
}

// FileRef is a file that was chosen or dropped.
type FileRef struct {
	Name string `json:"name"`
	Type string `json:"type,omitzero"`
	// LastModified is in ms since the epoch; 0: not known.
	LastModified float64 `json:"lastModified,omitzero"`
	Body         *Body   `json:"body,omitzero"`

	Extra jsontext.Value `json:",unknown"`
}

// StackFrame is one frame of an error's stack; Line and Column count from 1, as browsers print them.
type StackFrame struct {
	Function string `json:"fn,omitzero"`
	URL      string `json:"url,omitzero"`
	Line     int    `json:"line,omitzero"`
	Column   int    `json:"col,omitzero"`

	Extra jsontext.Value `json:",unknown"`
}
