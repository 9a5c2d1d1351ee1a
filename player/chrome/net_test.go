package chrome

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/playback"
)

// played is a page with an app that a test writes in JavaScript, and what was recorded for it.
type played struct {
	*testing.T
	page    player.Page
	app     *app
	router  *router
	answers []player.Answer
	seen    []player.Seen
	now     float64
}

// recorded is a request of the recording with its answers; Key and Answer.Of are set from Pos and request.
type recorded struct {
	pos                     int
	method, url, kind, body string // url as the app writes it; relative ones are the app's
	answers                 []player.Answer
}

// play opens a page on which run has not run yet. Times of answers are in ms; the page stands at 100.
func play(t *testing.T, recording ...recorded) *played {
	t.Helper()
	a := serve(t, map[string]string{"/": `<!doctype html><title>net</title>`, "/worker.js": workerJS})
	r := &router{answers: map[int]*player.Answer{}}
	p := &played{T: t, app: a, router: r, now: 100}
	for _, x := range recording {
		r.left = append(r.left, player.Request{Pos: x.pos, Key: player.Key(x.method, p.local(x.url), x.kind, []byte(x.body))})
		for _, answer := range x.answers {
			answer.Of = x.pos
			p.answers = append(p.answers, answer)
		}
	}
	slices.SortFunc(p.answers, func(a, b player.Answer) int { return a.Pos - b.Pos })
	p.page = opened(t, stage(t), scene(a, r, nil))
	return p
}

func (p *played) local(url string) string {
	switch {
	case strings.HasPrefix(url, "ws:/"):
		return "ws" + strings.TrimPrefix(p.app.URL, "http") + strings.TrimPrefix(url, "ws:")
	case strings.HasPrefix(url, "/"):
		return p.app.URL + url
	}
	return url
}

// run starts the body of an async function; log(…) in it appends to what logged returns. HOST is the app's host.
func (p *played) run(js string) {
	p.Helper()
	eval(p, p.page, `(() => {
		globalThis.lines ??= [];
		globalThis.log = (...v) => { lines.push(v.map((x) => typeof x === 'string' ? x : JSON.stringify(x)).join(' ')); };
		const HOST = location.host;
		(async () => {`+js+`})().catch((e) => log('threw', e.name + ': ' + e.message));
		return 0;
	})()`)
}

// until runs the clock; answers before limit are handed over, once.
func (p *played) until(to float64, limit int) {
	p.Helper()
	w := player.Window{To: to, Limit: limit}
	for len(p.answers) > 0 && p.answers[0].Pos < limit {
		w.Answers = append(w.Answers, p.answers[0])
		p.answers = p.answers[1:]
	}
	p.advance(w)
}

func (p *played) advance(w player.Window) {
	p.Helper()
	r := advance(p, p.page, w)
	p.seen = append(p.seen, r.Seen...)
	p.now = r.Now
}

func (p *played) logged() []string {
	p.Helper()
	v, err := p.page.Eval(p.Context(), player.Eval{Expr: "JSON.stringify(globalThis.lines ?? [])"})
	if err != nil {
		p.Fatal(err)
	}
	var text string
	var lines []string
	if err := json.Unmarshal(v.JSON, &text); err != nil {
		p.Fatalf("%s: %v", v.Text, err)
	}
	if err := json.Unmarshal([]byte(text), &lines); err != nil {
		p.Fatal(err)
	}
	return lines
}

func (p *played) wantLog(want ...string) {
	p.Helper()
	if got := p.logged(); !slices.Equal(got, want) {
		p.Errorf("the app logged\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// wantSeen compares the network part of the journal: "req 3 serve", "res 4", …
func (p *played) wantSeen(want ...string) {
	p.Helper()
	var got []string
	for _, s := range p.seen {
		switch s.Kind {
		case playback.Req:
			got = append(got, fmt.Sprint("req ", s.Pos, " ", [...]string{player.Block: "block", player.Serve: "serve", player.Pass: "pass", player.Stub: "stub"}[s.Route]))
		case playback.Res, playback.Fail, playback.WS, playback.SSE:
			line := fmt.Sprint(s.Kind, " ", s.Pos)
			if s.Dir == playback.Out {
				line += " out"
			}
			got = append(got, line)
		}
	}
	if !slices.Equal(got, want) {
		p.Errorf("the page did\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func (p *played) wantNoHits(path string) {
	p.Helper()
	for _, hit := range p.app.reached() {
		if strings.Contains(hit, path) {
			p.Errorf("%s reached the app", hit)
		}
	}
}

// res is a recorded response with text.
func res(pos int, t, latency float64, status int, text string, headers ...string) player.Answer {
	h := playback.Headers{"content-type": {"text/plain"}}
	for i := 0; i < len(headers); i += 2 {
		h[headers[i]] = append(slices.Clip(playback.HeaderValues(nil)), headers[i+1])
	}
	return player.Answer{Pos: pos, T: t, Latency: latency, Kind: playback.Res, Status: status, Headers: h, Body: []byte(text)}
}

func msg(kind playback.Kind, pos int, t float64, text string) player.Answer {
	return player.Answer{Pos: pos, T: t, Latency: t, Kind: kind, Text: text}
}

func get(pos int, url string, answers ...player.Answer) recorded {
	return recorded{pos: pos, method: "GET", url: url, answers: answers}
}

// keyCases are requests on whose keys Go and the page must agree. Bodies are bytes.
func keyCases() [][4]string {
	const form, jsonType, multi = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=X"
	cases := [][4]string{
		{"GET", "http://a.test", "", ""}, {"get", "HTTPS://U@A.test:443/%7ex/../y/./z/..?b=+&a=%zz&&a#f", "", ""},
		{"POST", `http://a.test\b\..\c d?é=😀&%E9=1&'()*!`, "text/plain", "a=b&c=%20+"},
		{"GET", "  http://a.test/a\tb\n?c ", "", ""}, {"GET", "ws://a.test:80/", "", ""}, {"GET", "http://a.test:/", "", ""},
		{"POST", "http://a.test/", jsonType, `{"b":[1.50,-0,1e400,-1e400,1e-400,0.1,1E21,123456789012345678],"a":{"z":null,"y":true}}`},
		{"POST", "http://a.test/", jsonType, `{"\u2028":"\u2028\u0000\u001f\u007f\b\"\\\/","😀":1,"` + "\ufb33" + `":2,"__proto__":3,"10":1,"9":2}`},
		{"POST", "http://a.test/", jsonType, `"\ud800 \udc00\ud800"`}, {"POST", "http://a.test/", jsonType, `{"a":1,"a":{"b":2}}`},
		{"POST", "http://a.test/", jsonType, `[1,]`}, {"POST", "http://a.test/", jsonType, "\ufeff{}"}, {"POST", "http://a.test/", jsonType, "{} \u00a0"},
		{"POST", "http://a.test/", jsonType, strings.Repeat("[", 501) + strings.Repeat("]", 501)},
		{"POST", "http://a.test/", jsonType, strings.Repeat("[", 502) + strings.Repeat("]", 502)},
		{"POST", "http://a.test/", jsonType, strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000)},
		{"POST", "http://a.test/", " Text/Plain ; x", "b=1&a[]=2&a[]=1"}, {"POST", "http://a.test/", "", "not=a form"},
		{"POST", "http://a.test/", form, "b=1&a=2&%E4&+="}, {"POST", "http://a.test/", "", "\xff\xfe\x00"},
		{"POST", "http://a.test/", "", strings.Repeat("é😀", 200)}, {"POST", "http://a.test/", "", strings.Repeat("é😀", 171) + "."},
		{"POST", "http://a.test/", "", strings.Repeat("\x80", 1000)},
		{"POST", "http://a.test/", jsonType, `{"query":"\ufeff # x\n,query  Q ($a:Int){a}","variables":{"b":[],"a":"é"}}`},
		{"POST", "http://a.test/", jsonType, `{"query":"fragment F on X{a} query Q{...F}","variables":null,"extensions":{}}`},
		{"POST", "http://a.test/", jsonType, `{"operationName":"Ä","extensions":{}}`}, {"POST", "http://a.test/", jsonType, `{"operationName":"A"}`},
		{"POST", "http://a.test/", jsonType, `[{"query":"{a}"},{"query":"{b}","variables":{"x":1}}]`},
		{"POST", "http://a.test/", jsonType, `[{"query":"{a}"},{"a":1}]`}, {"POST", "http://a.test/", jsonType, `{"query":"query {a}","variables":[1]}`},
		{"GET", `http://a.test/?query=%7Ba%7D&variables=%7B%22b%22%3A1%7D&toString=1`, "", ""}, {"GET", `http://a.test/?query={a}&variables={x}`, "", ""},
		{"GET", `http://a.test/?operationName=A&extensions={}&variables=&query=`, "", ""}, {"GET", `http://a.test/?query=%FF{a}`, "", ""},
		{"POST", "http://a.test/", form, `query=mutation+M{m}&variables={}`},
		{"POST", "http://a.test/", multi, "--X\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\né\r\n--X\r\nCONTENT-DISPOSITION: form-data; filename=\"n\"; NAME=\"a\"\r\n\r\n\x00\xff\r\n--X--\r\n"},
		{"POST", "http://a.test/", multi, "--X\nContent-Disposition: form-data; name=a\n\n1\n--X--"}, {"POST", "http://a.test/", multi, "no parts"},
		{"POST", "http://a.test/", "multipart/form-data", "--Y\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--Y--\r\n"},
		{"POST", "http://a.test/", `Multipart/Form-Data; Boundary="a b"`, "--a b\r\nx: y\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n\xff\r\n--a b--"},
	}
	// And what nobody thought of: pieces that mean something, in any order.
	rnd := rand.New(rand.NewPCG(7, 7))
	pieces := strings.Split("http:// ws: / \\ . .. ? & = # % %2e %C3%A9 é 😀 + : @ a b 1 -0 1e5 \" { } [ ] , : \\u00e9 \\ud83d query { variables operationName \r\n\r\n --X Content-Disposition: name= ; \xff \n null true", " ")
	kinds := []string{"", jsonType, form, multi, "text/plain"}
	soup := func(n int) string {
		var b strings.Builder
		for range rnd.IntN(n) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 3000 {
		url := "http://a.test/" + strings.ToValidUTF8(soup(8), "")
		cases = append(cases, [4]string{"POST", url, kinds[rnd.IntN(len(kinds))], soup(14)})
	}
	return cases
}

func TestKeyOfPageAndGo(t *testing.T) {
	p := play(t)
	cases := keyCases()
	in := make([][4]string, len(cases))
	for i, c := range cases {
		in[i] = [4]string{c[0], c[1], c[2], base64.StdEncoding.EncodeToString([]byte(c[3]))}
	}
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.page.(*page).shown().evaluate(t.Context(), `JSON.stringify(`+string(raw)+`.map(([method, url, type, body]) => {
		const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
		const key = __restep.key(method, url, type, bytes), text = __restep.decode(bytes);
		return text === null || __restep.key(method, url, type, text) === key ? key : 'differs for a string: ' + key;
	}))`)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	if err := json.Unmarshal([]byte(out), &keys); err != nil || len(keys) != len(cases) {
		t.Fatalf("%d keys of %d: %v", len(keys), len(cases), err)
	}
	wrong := 0
	for i, c := range cases {
		if want := player.Key(c[0], c[1], c[2], []byte(c[3])); keys[i] != want && wrong < 10 {
			wrong++
			t.Errorf("%q\n\tpage %q\n\tGo   %q", c, keys[i], want)
		}
	}
}
func TestWorkerAsks(t *testing.T) {
	p := play(t, get(1, "/w", res(2, 50, 10, 200, "from the file")))
	p.run(`const w = new Worker('/worker.js'); w.onmessage = (e) => log(e.data); w.postMessage('/w'); w.postMessage('/unknown');`)
	for range 100 { // virtual time does not wait for threads
		p.until(p.now+50, 3)
		if len(p.logged()) == 2 {
			break
		}
	}
	got := p.logged()
	slices.Sort(got)
	if want := []string{"200 from the file", "TypeError: Failed to fetch"}; !slices.Equal(got, want) {
		t.Errorf("the worker got %q, want %q", got, want)
	}
	p.wantNoHits("/unknown")
}
