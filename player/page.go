package player

import (
	"context"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// Stage opens pages. [chrome.Browser] is the real one, playertest.Stage the one in memory.
type Stage interface {
	// Open prepares a fresh, isolated browser context with the environment of the scene, its clock at t = 0 and
	// stopped. Nothing is navigated yet: the first action does that. Pages are independent; several may be open.
	Open(ctx context.Context, s Scene) (Page, error)
}

// Scene is what a page needs to know before it starts.
type Scene struct {
	Header   *playback.Header
	App      string    // URL of the local app; its origin may be reached
	Live     []string  // patterns of requests that may reach a real server
	Origins  []string  // local URL prefixes that recorded ones are mapped to, beside the app
	Requests []Request // the recorded requests in file order: the table that the page matches by itself
	Router   Router    // decides what the table cannot
	Realtime bool
	// Aside says that the page is made ready for later: where there are windows, it comes into view by [Shower.Show].
	Aside bool
	Code  CodeListener // hears of the app's code that the page loads
	// Content returns the bytes of a body: of files that are chosen or dropped. Holes are filled. nil: there are none.
	Content func(*playback.Body) ([]byte, error)
	// LocalURL maps a recorded URL to the one that the local app uses.
	LocalURL func(string) string
}

// Request is a recorded request as pages see it.
type Request struct {
	Pos int    // its event
	Key string // canonical key, see [Key]
}

// Router answers a page's questions. It is called from any goroutine and must not call the page.
type Router interface {
	// Route decides on a live request that is not in the page's table, and takes the recorded one that it matches.
	Route(r LiveRequest) Route
	// Took tells that the page matched a request by its table. Positions behind the end of the file are ignored.
	Took(pos int)
	// Answer returns the first recorded answer of a request, for one that cannot wait until it is due; nil: none.
	Answer(pos int) *Answer
	// Left returns the recorded requests that no live request has taken, in file order: the table of a new document.
	Left() []Request
}

// LiveRequest is a request of the running app.
type LiveRequest struct {
	Tab      string
	Method   string
	URL      string
	Headers  playback.Headers
	Body     []byte  // nil: none or unknown
	Resource string  // as [playback.Event.Resource]
	Worker   bool    // from a worker or service worker
	T        float64 // when it was made, in ms since the start of the recording; 0: not known
}

// Route is what becomes of a live request.
type Route struct {
	Do     RouteKind
	Pos    int     // Serve: the recorded request that was taken, or what stands for one, see [Answer.Extra]
	Answer *Answer // Serve: the recorded answer; nil where the file has none
	Direct bool    // Serve: no window brings the answer: this one counts, after its Latency
	Live   bool    // Pass: because the user allows it, not because the local app has it; a failure is worth reporting
}

// RouteKind says what becomes of a live request.
type RouteKind int

const (
	Block RouteKind = iota // fail it: nothing was recorded and nothing allows it
	Serve                  // answer it from the recording
	Pass                   // let it reach the local app or a live server
	Stub                   // telemetry: an empty 204
)

// Answer is a delivered line (res, fail, ws, sse) with its content.
type Answer struct {
	Pos     int     // its event
	Of      int     // the event of its request
	T       float64 // when it is due, ms since the start of the recording
	Latency float64 // ms since its request was recorded: the delay of a request that comes late
	Kind    playback.Kind
	Status  int
	Headers playback.Headers
	Body    []byte
	Chunks  [][2]float64 // Res: when the pieces of Body come, [ms since T, bytes]; nil: it comes whole
	Text    string       // Fail: the error; SSE: the data; WS: the text where Body is nil
	Name    string       // SSE: event name
	LastID  string       // SSE
	Close   int          // WS: close code, 0 = a message
	// Extra says that no line of the file is this answer: it was authored, or is given once more. Pos and Of lie behind the end of
	// the file then, Window.Limit does not bind it, and it comes Latency after its request.
	Extra bool
}

// Page is the browser side of one run: every tab of one browser context, under one virtual clock that stands still
// except during Advance. Its methods are called by one goroutine at a time; Close may be called at any time, more
// than once, and ends what runs.
//
// Errors mean that the page is lost (browser gone, context cancelled). What the app does wrong is in the reports.
type Page interface {
	// Act performs the user's action of e: finds the element, makes sure that it can receive input, and sends real
	// input. Consequences may begin but need Advance to unfold. Navigations of open, back, forward and reload begin.
	// An element that is not there yet may come in a moment: the page lets its clock run for it, within a bound, and what
	// it saw meanwhile is in the next report.
	Act(ctx context.Context, e *playback.Event) (Found, error)
	// Advance runs the clock to w.To and releases answers on the way, each when its line is due and after the ones
	// before it in the file.
	Advance(ctx context.Context, w Window) (Report, error)
	// Eval evaluates JavaScript in the page that the user sees.
	Eval(ctx context.Context, x Eval) (Value, error)
	// Children lists the properties of a value by its Handle; start and count page through them (count 0: all).
	Children(ctx context.Context, handle string, start, count int) ([]Property, error)
	// Hash is the SHA-256 in hex of the state: DOM with shadow roots, form values, scroll, storage, cookies, URL, clock.
	Hash(ctx context.Context) (string, error)
	// Screenshot returns a PNG of the tab that the user sees.
	Screenshot(ctx context.Context) ([]byte, error)
	Close() error
}

// Shower is a [Page] that may be out of view, see [Scene.Aside].
type Shower interface {
	// Show puts the page where people look. It does nothing where it is there already.
	Show(ctx context.Context) error
}

// Picturer is a [Page] that takes pictures for people to look at. They leave no trace in the run: its end state is the same
// with and without.
type Picturer interface {
	// Picture takes a picture of the tab that the user sees, of at most width pixels across. It is nil where there is
	// nothing to see: the tab is blank, or a dialog stands before it. It may be called wherever Eval may.
	Picture(ctx context.Context, width int) (*Picture, error)
	// Aim has each Act take a picture of at most width pixels across when it has found its element and has sent no
	// input yet, and hand it to take, by the goroutine that called Act. An Act that acts on no element takes none, and so
	// does one that scrolls. With take nil that ends. A picture that fails is left out.
	Aim(width int, take func(*Picture))
}

// Picture is a picture of a tab's viewport.
type Picture struct {
	Type          string // media type: "image/webp"
	Data          []byte
	Width, Height float64     // of the viewport, CSS px
	Target        *[4]float64 // x, y, width, height of the element that was acted on, CSS px of the viewport; nil: none
	Pointer       *[2]float64 // where the pointer went, CSS px of the viewport; nil: nowhere
}

// Window is a stretch of the schedule.
type Window struct {
	To float64 // run the clock until here, ms since the start of the recording
	// End is the next time at which every way through the file stops the clock: that of the next action or check. Where To
	// is before it, only this way stops there, and nothing may come of that: the page may stop a few ms early, and looks
	// the same at End as if it had not stopped. At most To (0): the clock stops there on every way.
	End   float64
	Limit int // answers whose event is at Limit or later stay pending, but for Extra ones
	// Answers are those of the stretch that were not given to the page before, in file order. A page keeps what it
	// could not release yet and releases it when its request comes, after its Latency.
	Answers []Answer
	// HaltOn are the exception filters for which the clock is stopped when the app does what they stop for, so that a
	// debugger can stop close to it; "divergence" stands for blocked requests. What is due at that moment happens, but no answer is released. The next window goes on from there, and ends
	// as if there had been no stop. A page that cannot do that, or only a few ms before End, runs on to To.
	HaltOn []string
	// Drain runs on, past To if needed, until every request that has a recorded answer below Limit has got it.
	Drain bool
	// Fast runs as fast as it goes also where the scene is in real time: a way that people have seen before.
	Fast bool
}

// Report is what happened during an Advance, in order.
type Report struct {
	Seen []Seen
	Now  float64 // clock, ms since the start of the recording
	// Halted says that the clock was stopped before To: see [Window.HaltOn].
	Halted bool
	// Divergences are what the page itself had to do otherwise, or could not do. They concern the last action: Pos is -1.
	Divergences []playback.Divergence
}

// Seen is something that the live page did, in the words of the file. T, Kind, Tab and the fields of the kind are
// set; ID, Cause and Of are not.
type Seen struct {
	playback.Event
	// Pos is the recorded event that the page knows it to be (the taken req; the res, fail, ws or sse that was
	// released), else -1.
	Pos int
	// Route is set for req.
	Route RouteKind
	// Live numbers the page's requests: the same for a req and all that answers it. 0: not known.
	Live int
}

// Found tells how an element was found.
type Found struct {
	Problem    string // "", "not found", "ambiguous", "covered", "dialog": one of the app's kept the action from the page
	Detail     string // one line for people: which selectors matched what
	By         []string
	Candidates int
	Score      float64 // 0 to 1
	X, Y       float64 // where the pointer went, CSS px of the viewport
}

// Eval is an expression.
type Eval struct {
	Expr    string
	Tab     string // empty: the tab that the user sees
	Quiet   bool   // no side effects allowed: throws where there would be one (hover, watch)
	Timeout time.Duration
	// Await lets the clock run on for what the expression awaits, in virtual time for as long as Timeout. Without it, await
	// is an error.
	Await bool
	// Vars are constants that the expression can use, by name.
	Vars map[string]jsontext.Value
}

// Value is a JavaScript value as a debugger shows it.
type Value struct {
	Type   string         // "object", "string", "Array", class name…
	Text   string         // short preview, at most 256 characters; strings are quoted
	JSON   jsontext.Value // the value itself where it is a primitive; nil otherwise
	Handle string         // for Children, "" for primitives; valid until the next Act or Advance
	Named  int            // number of named properties, 0: not known
	Items  int            // number of array items
	Thrown bool           // evaluation threw; Text is the error
}

// Property is a child of a value.
type Property struct {
	Name  string
	Value Value
}

// UnreachableError means that a navigation of the user got no answer: usually the local app is not running.
type UnreachableError struct {
	URL    string
	Reason string // net:: error
}

func (e *UnreachableError) Error() string { return e.URL + " cannot be reached: " + e.Reason }

// RecordedServerError means that a session would be replayed against the server that it was recorded on.
type RecordedServerError struct{ App string }

func (e *RecordedServerError) Error() string {
	return "the session was recorded on " + e.App + ", which is not this machine: name the URL of the local app"
}
