package chrome

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// question is what the page script asks when its table has no answer; reply is what it gets.
type question struct {
	NewTab   bool              `json:"popup"` // none: the app has opened a tab, and the clock stands still until its document is there
	Hello    bool              `json:"hello"` // a new document wants the table
	Method   string            `json:"method"`
	URL      string            `json:"url"`
	Headers  map[string]string `json:"headers"`
	Body     *string           `json:"body"`
	Base64   []byte            `json:"base64"`
	Resource string            `json:"resource"`
	Worker   bool              `json:"worker"`
	Sync     bool              `json:"sync"` // the answer cannot wait until it is due
	Next     bool              `json:"next"` // it asks when the next recorded request like this one was made, and takes none
	Pos      *int              `json:"pos"`  // it asks only for the answer of a request that it has taken
	T        float64           `json:"t"`    // when, in ms since the start of the recording
	Took     []int             `json:"took"` // what it took by its table since its last question
}

type reply struct {
	Do      string       `json:"do,omitzero"`
	Pos     int          `json:"pos"`
	At      *float64     `json:"at,omitzero"` // see question.Next
	Table   [][2]any     `json:"table,omitzero"`
	Answers []pageAnswer `json:"answers,omitzero"`
	To      float64      `json:"to"`
	Limit   int          `json:"limit"`
	Halt    haltBy       `json:"halt"`
	Drain   bool         `json:"drain"`
}

// answerQuestion decides for the page script.
func (p *page) answerQuestion(s *browser.Session, t *tab, r *paused) {
	var q question
	if err := json.Unmarshal(r.body(), &q); err != nil {
		p.log.Warn("page script", "error", err)
		s.Go("Fetch.failRequest", params{"requestId": r.ID, "errorReason": "Failed"})
		return
	}
	if q.NewTab {
		p.holdForTabs(s, r)
		return
	}
	for _, pos := range q.Took {
		p.scene.Router.Took(pos)
	}
	var out reply
	var now *player.Answer // what cannot wait
	switch {
	case q.Pos != nil:
		out.Do, out.Pos = "serve", *q.Pos
		now = p.scene.Router.Answer(*q.Pos)
	case q.Next:
		out.Do, out.At = p.next(&q)
	case q.URL != "":
		out.Do, out.Pos, now = p.route(t, &q)
	}
	p.mu.Lock()
	w := p.window
	out.To, out.Limit, out.Drain = w.To, w.Limit, w.Drain
	if t != nil && t == p.active && !q.Worker {
		out.Halt = p.halts
	}
	if q.Hello && t != nil && t == p.active && !q.Worker {
		out.Table = p.table()
	}
	for i := range p.answers {
		a := &p.answers[i]
		if q.Hello && p.taken[a.Of] == "" || out.Do == "serve" && a.Of == out.Pos {
			out.Answers = append(out.Answers, toPage(a))
		}
	}
	if now != nil {
		out.Answers = append(out.Answers, toPage(now))
	}
	if out.Do == "serve" {
		p.taken[out.Pos] = byQuestion
	}
	p.mu.Unlock()
	raw, err := json.Marshal(out)
	if err != nil {
		p.log.Warn("page script", "error", err)
	}
	fulfil(s, r.ID, http.StatusOK, cors(playback.Headers{"content-type": {"application/json"}}, r.Request.Headers), raw)
}

// route decides about the request of a question; now is its answer where that cannot wait for its window.
func (p *page) route(t *tab, q *question) (do string, pos int, now *player.Answer) {
	body := q.Base64
	if q.Body != nil {
		body = []byte(*q.Body)
	}
	live := p.liveRequest(t, q.Method, q.URL, q.Headers, body, q.Resource)
	live.Worker, live.T = q.Worker, q.T
	route := p.scene.Router.Route(live)
	if route.Live && q.Resource == "ws" {
		p.goesLiveSocket(q.URL)
	}
	if (q.Sync || route.Direct) && route.Do == player.Serve {
		now = route.Answer
	}
	return [...]string{player.Block: "block", player.Serve: "serve", player.Pass: "pass", player.Stub: "stub"}[route.Do], route.Pos, now
}

// next says whether a request like q, without content, is recorded that nobody has taken yet, and when it was made, in ms
// since the start of the recording; nil where only its answer could tell, and there is none.
func (p *page) next(q *question) (do string, at *float64) {
	key := player.Key(q.Method, q.URL, "", nil)
	for _, r := range p.scene.Router.Left() {
		if r.Key != key {
			continue
		}
		if a := p.scene.Router.Answer(r.Pos); a != nil {
			made := a.T - a.Latency
			at = &made
		}
		return "next", at
	}
	return "block", nil
}

// table is what a document can match by itself; page.mu is held.
func (p *page) table() [][2]any {
	left := p.scene.Router.Left()
	out := make([][2]any, len(left))
	for i, r := range left {
		out[i] = [2]any{r.Key, r.Pos}
	}
	return out
}

// pageAnswer is a [player.Answer] for the page script.
type pageAnswer struct {
	Pos     int          `json:"pos"`
	Of      int          `json:"of"`
	T       float64      `json:"t"`
	Latency float64      `json:"latency"`
	Kind    string       `json:"ev"`
	Status  int          `json:"status,omitzero"`
	Headers [][2]string  `json:"headers,omitzero"`
	Text    *string      `json:"text,omitzero"`
	Base64  []byte       `json:"base64,omitzero"`
	Span    *span        `json:"span,omitzero"`
	Chunks  [][2]float64 `json:"chunks,omitzero"`
	Name    string       `json:"name,omitzero"`
	LastID  string       `json:"lastId,omitzero"`
	Close   int          `json:"close,omitzero"`
}

// size is about how many bytes of content travel with the answer.
func (a *pageAnswer) size() int {
	if a.Text != nil {
		return len(*a.Text)
	}
	return len(a.Base64)
}

// textMax is the size, in bytes, up to which content goes to the page as text, for people who look at the messages.
// JSON within an expression within JSON has three backslashes before each quote; base64 has none, and Chromium decodes
// it faster than that.
const textMax = 1 << 10

func toPage(a *player.Answer) pageAnswer {
	out := pageAnswer{
		Pos: a.Pos, Of: a.Of, T: a.T, Latency: a.Latency, Kind: string(a.Kind), Status: a.Status,
		Chunks: a.Chunks, Name: a.Name, LastID: a.LastID, Close: a.Close,
	}
	for _, k := range slices.Sorted(maps.Keys(a.Headers)) {
		for _, v := range a.Headers[k] {
			out.Headers = append(out.Headers, [2]string{k, v})
		}
	}
	switch {
	case a.Kind == playback.Fail || a.Kind == playback.SSE || a.Body == nil:
		out.Text = &a.Text
	case len(a.Body) <= textMax && utf8.Valid(a.Body) && !bytes.HasPrefix(a.Body, []byte("\ufeff")):
		text := string(a.Body)
		out.Text = &text
	default:
		out.Base64 = a.Body
	}
	return out
}
