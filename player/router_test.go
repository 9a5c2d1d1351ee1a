package player

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

const testApp = "http://127.0.0.1:5173"

// testCatalog reads a playback from lines that stand below a header with rules.
func testCatalog(t testing.TB, o Options, header string, lines ...string) *catalog {
	t.Helper()
	text := `{"playback":1,"app":"https://shop.example"` + header + "}\n" + strings.Join(lines, "\n") + "\n"
	f, err := playback.Read("t.playback", strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	if o.App == "" {
		o.App = testApp
	}
	c, err := newCatalog(f, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func testRouter(t testing.TB, o Options, header string, lines ...string) *router {
	t.Helper()
	c := testCatalog(t, o, header, lines...)
	return newRouter(c, nil, func(pos int) (*Answer, error) {
		if len(c.answers[pos]) == 0 {
			return nil, nil
		}
		a, _, err := c.answer(c.answers[pos][0], nil)
		return &a, err
	})
}

// ask renders what becomes of "METHOD URL [BODY]": "serve ID", "serve ID: differs", "block", "pass", "stub".
func ask(r *router, request, resource string) string {
	parts := strings.SplitN(request, " ", 3)
	q := LiveRequest{Method: parts[0], URL: parts[1], Resource: resource}
	if strings.HasPrefix(q.URL, "/") {
		q.URL = testApp + q.URL
	}
	if len(parts) > 2 {
		q.Body = []byte(parts[2])
		q.Headers = playback.Headers{"content-type": {"application/json"}}
	}
	route := r.Route(q)
	out := [...]string{"block", "serve", "pass", "stub"}[route.Do]
	switch pos := route.Pos - r.cat.file.Len(); {
	case route.Do == Serve && route.Direct:
		out += " " + r.cat.file.ID(r.served[pos/2].again)
	case route.Do == Serve:
		out += " " + r.cat.file.ID(route.Pos)
	}
	notes, err := r.move(0)
	if err != nil {
		return err.Error()
	}
	for _, d := range notes {
		if d.Kind == playback.RequestDiffers {
			out += ": differs"
		} else if !d.Blocking {
			out += " softly"
		}
	}
	return out
}

func get(id, url string) string {
	return fmt.Sprintf(`{"t":0,"ev":"req","id":%q,"method":"GET","url":%q,"resource":"fetch"}`, id, url)
}

func post(id, url, body string) string {
	return fmt.Sprintf(`{"t":0,"ev":"req","id":%q,"method":"POST","url":%q,"resource":"fetch","headers":{"content-type":"application/json"},"body":{"json":%s}}`,
		id, url, body)
}

func TestRoutes(t *testing.T) {
	const shop = "https://shop.example"
	for _, c := range []struct {
		name   string
		o      Options
		header string
		lines  []string
		asks   []string // "METHOD URL [BODY] | resource -> route"
	}{
		{"the k-th occurrence", Options{}, "", []string{get("a", shop+"/x"), post("b", shop+"/x", `{"n":1}`), get("c", shop+"/x")}, []string{
			"GET /x -> serve a",
			`POST /x {"n": 1} -> serve b`,
			"GET /x -> serve c",
			"GET /x -> serve c: differs", // asked once more, and asking changes nothing
			`POST /x {"n":1} -> block`,
		}},
		{"the order of a query does not count, its values do", Options{}, "", []string{get("a", shop+"/x?p=1&q=2"), get("b", shop+"/x?p=3")}, []string{
			"GET /x?q=2&p=1 -> serve a",
			"GET /x?p=4 -> serve b: differs",
			"GET /y?p=4 -> block",
		}},
		{"ids, times and tokens are volatile", Options{}, "", []string{
			get("a", shop+"/x?_=1763750000123"),
			get("b", shop+"/o/2f1acc6c-8a1c-4a8c-9a55-0d6c4b7d1e11/items?page=2"),
			post("c", shop+"/y", `{"at":"2026-11-21T18:55:00.120Z","nonce":"9f86d081884c7d65","n":1}`),
		}, []string{
			"GET /x?_=1763759999999 -> serve a",
			"GET /o/77777777-8a1c-4a8c-9a55-0d6c4b7d1e99/items?page=2 -> serve b",
			`POST /y {"at":"2027-01-01T00:00:00Z","nonce":"0000d081884c7d65","n":1} -> serve c`,
		}},
		{"rules", Options{}, `,"rules":[{"match":"POST /y","ignore":["body.meta","body.items[].seq","query.v"]},{"match":"https://shop.example/_sink/*","drop":true}]`, []string{
			post("a", shop+"/y?v=1", `{"meta":{"a":1},"items":[{"seq":1,"n":"x"},{"seq":2,"n":"y"}]}`),
			post("s", shop+"/_sink/1", `{}`),
		}, []string{
			`POST /y?v=2 {"meta":{"b":2},"items":[{"seq":7,"n":"x"},{"seq":8,"n":"y"}]} -> serve a`,
			`POST /_sink/1 {} -> stub`,
			`POST /_sink/2?x {} -> stub`,
		}},
		{"rules do not hide what they do not name", Options{}, `,"rules":[{"match":"/y","ignore":["body.items[].seq"]}]`,
			[]string{post("a", shop+"/y", `{"items":[{"seq":1,"n":"x"}]}`)},
			[]string{`POST /y {"items":[{"seq":7,"n":"z"}]} -> serve a: differs`}},
		{"masked fields", Options{}, "", []string{
			`{"t":0,"ev":"req","id":"a","method":"POST","url":"https://shop.example/login","body":{"json":{"user":"u","hash":"aaa"}},"masked":["body.hash"]}`,
		}, []string{`POST /login {"user":"u","hash":"bbb"} -> serve a`}},
		{"GraphQL by operation and variables", Options{}, "", []string{
			post("a", shop+"/graphql", `{"operationName":"Cart","query":"query Cart($id:ID){cart(id:$id){n}}","variables":{"id":1}}`),
			post("b", shop+"/graphql", `{"operationName":"Cart","query":"query Cart($id:ID){cart(id:$id){n}}","variables":{"id":2}}`),
			post("c", shop+"/graphql", `{"operationName":"User","query":"query User{user{n}}","variables":{}}`),
		}, []string{
			`POST /graphql {"operationName":"User","query":"query User {\n user { n } }","variables":{}} -> serve c`,
			`POST /graphql {"operationName":"Cart","query":"query Cart($id: ID) { cart(id: $id) { n } }","variables":{"id":2}} -> serve b`,
			`POST /graphql {"operationName":"Nope","query":"query Nope{x}","variables":{"id":1}} -> block`,
		}},
		{"a GraphQL query may be asked again, a mutation not", Options{}, "", []string{
			post("a", shop+"/graphql", `{"query":"query A{a}"}`), post("b", shop+"/graphql", `{"query":"mutation B{b}"}`),
		}, []string{
			`POST /graphql {"query":"query A{a}"} -> serve a`, `POST /graphql {"query":"query A{a}"} -> serve a: differs`,
			`POST /graphql {"query":"mutation B{b}"} -> serve b`, `POST /graphql {"query":"mutation B{b}"} -> block`,
		}},
		{"another origin when nothing else fits", Options{}, "", []string{get("a", "https://api.shop.example/x"), get("b", shop+"/y")}, []string{
			"GET http://127.0.0.1:9000/x -> serve a: differs",
			"GET /y -> serve b",
		}},
		{"mapped origins", Options{Origins: []Origin{{"https://api.shop.example", "http://127.0.0.1:9000"}, {"https://api.shop.example/v2/", "http://127.0.0.1:9002/new"}}}, "",
			[]string{get("a", "https://api.shop.example/x"), get("b", "https://api.shop.example/v2/x"), get("c", "https://api.shop.example.org/x")}, []string{
				"GET http://127.0.0.1:9000/x -> serve a",
				"GET http://127.0.0.1:9002/new/x -> serve b",
				"GET https://api.shop.example.org/x -> serve c",
			}},
		{"what the local app serves passes", Options{}, "", []string{get("a", shop+"/api")}, []string{
			"GET / | document -> pass", "GET /src/main.ts | script -> pass", "GET /a.css | style -> pass", "GET /a.png | image -> pass",
			"GET /@vite/client | fetch -> pass", "GET /x.hot-update.json | fetch -> pass", "GET ws://127.0.0.1:5173/?token=1 | ws -> pass",
			"GET /api/secret | fetch -> block", "GET ws://127.0.0.1:5173/chat | ws -> block", "OPTIONS /api | fetch -> stub",
		}},
		{"what others serve does not", Options{}, "", []string{
			`{"t":0,"ev":"req","id":"i","method":"GET","url":"https://cdn.example/a.png","resource":"image"}`,
		}, []string{
			"GET https://cdn.example/a.png | image -> serve i", "GET https://cdn.example/b.png | image -> block softly",
			"GET https://cdn.example/b.js | script -> block", "GET https://evil.example/ | document -> block",
			"GET http://127.0.0.1:5174/a.js | script -> block",
		}},
		{"documents come from the local app, what they lead to does not", Options{}, "", []string{
			`{"t":0,"ev":"req","id":"page","method":"GET","url":"https://shop.example/orders","resource":"document"}`,
			`{"t":1,"ev":"res","id":"p","of":"page","status":200,"headers":{"content-type":"text/html"}}`,
			`{"t":2,"ev":"req","id":"file","method":"GET","url":"https://shop.example/list.csv","resource":"document"}`,
			`{"t":3,"ev":"res","id":"f","of":"file","status":200,"headers":{"content-disposition":"attachment; filename=list.csv"}}`,
			`{"t":4,"ev":"req","id":"form","method":"POST","url":"https://shop.example/order","resource":"document"}`,
		}, []string{
			"GET /orders | document -> pass", "GET /orders | fetch -> block", "GET /list.csv | document -> serve file", "GET /list.csv | document -> pass",
			"POST /order | document -> serve form",
		}},
		{"live patterns", Options{Live: []string{"https://maps.example/*", "GET /health"}}, "", []string{get("a", "https://maps.example/tile/1")}, []string{
			"GET https://maps.example/tile/1 | fetch -> pass", "GET /health -> pass", "POST /health {} -> block",
		}},
		{"redirects", Options{}, "", []string{
			get("a", shop+"/old"), `{"t":1,"ev":"res","id":"r","of":"a","status":302,"headers":{"location":"https://shop.example/new?x=1"}}`,
			`{"t":2,"ev":"req","id":"b","from":"a","method":"GET","url":"https://shop.example/new?x=1"}`,
		}, []string{"GET /old -> serve a", "GET /new?x=1 -> serve b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := testRouter(t, c.o, c.header, c.lines...)
			for _, line := range c.asks {
				request, want, _ := strings.Cut(line, " -> ")
				request, resource, ok := strings.Cut(request, " | ")
				if !ok {
					resource = "fetch"
				}
				if got := ask(r, request, resource); got != want {
					t.Errorf("%s -> %s, want %s", request, got, want)
				}
			}
		})
	}
}

// What an app asks for in the last moment of a recording that was ended in the middle of something says nothing.
func TestRequestsAtTheEnd(t *testing.T) {
	for _, c := range []struct {
		end  string
		want bool
	}{{"110", false}, {"500", true}} {
		r := testRouter(t, Options{}, "", `{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}`, get("a", "https://shop.example/x"),
			`{"t":100,"ev":"res","id":"r","of":"a","status":204}`, `{"t":`+c.end+`,"ev":"expect","id":"e","url":"https://shop.example/"}`)
		if _, err := r.move(3); err != nil { // on the way to the last line
			t.Fatal(err)
		}
		r.Route(LiveRequest{Method: "GET", URL: testApp + "/new", Resource: "fetch"})
		notes, err := r.move(3)
		if err != nil || len(notes) != 1 || notes[0].Blocking != c.want {
			t.Errorf("an end at %s ms: %+v, %v, want blocking: %v", c.end, notes, err, c.want)
		}
	}
}

// A near miss does not take what a later action asks for.
func TestNearMissStaysNear(t *testing.T) {
	r := testRouter(t, Options{}, "",
		`{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}`,
		`{"t":1,"ev":"click","id":"c1"}`, `{"t":2,"ev":"click","id":"c2"}`, `{"t":3,"ev":"click","id":"c3"}`,
		`{"t":4,"ev":"req","id":"far","method":"GET","url":"https://shop.example/x?p=9"}`)
	if got := ask(r, "GET /x?p=1", "fetch"); got != "block" {
		t.Errorf("got %s", got)
	}
	if _, err := r.move(3); err != nil {
		t.Fatal(err)
	}
	if got := ask(r, "GET /x?p=1", "fetch"); got != "serve far: differs" {
		t.Errorf("near its place: %s", got)
	}
}

func TestDivergenceSaysWhatDiffers(t *testing.T) {
	r := testRouter(t, Options{}, "", post("a", "https://shop.example/x", `{"cart":{"n":3,"code":"A"},"old":1}`))
	r.Route(LiveRequest{Method: "POST", URL: testApp + "/x", Body: []byte(`{"cart":{"n":4,"code":"A"},"new":2}`)})
	notes, err := r.move(0)
	if err != nil || len(notes) != 1 {
		t.Fatalf("%v %+v", err, notes)
	}
	want := `POST http://127.0.0.1:5173/x differs from req a (line 2): body.cart.n is "4" instead of "3", body.old is missing (recorded "1"), body.new is new ("2")`
	if notes[0].Text != want {
		t.Errorf("got  %s\nwant %s", notes[0].Text, want)
	}
	if notes[0].Want != "body.cart.n = \"3\"\nbody.old = \"1\"" || notes[0].Got != "body.cart.n = \"4\"\nbody.new = \"2\"" {
		t.Errorf("sides: %q %q", notes[0].Want, notes[0].Got)
	}
}

func TestRedirectsLeadToTheLocalApp(t *testing.T) {
	r := testRouter(t, Options{}, "", get("a", "https://shop.example/old"),
		`{"t":1,"ev":"res","id":"r","of":"a","status":302,"headers":{"location":"https://shop.example/new","access-control-allow-origin":"https://shop.example"}}`)
	route := r.Route(LiveRequest{Method: "GET", URL: testApp + "/old"})
	h := route.Answer.Headers
	if h["location"][0] != testApp+"/new" || h["access-control-allow-origin"][0] != testApp {
		t.Errorf("headers: %v", h)
	}
	if route.Answer.Latency != 1 {
		t.Errorf("latency: %v", route.Answer.Latency)
	}
}

func TestLeft(t *testing.T) {
	r := testRouter(t, Options{}, "", get("a", "https://shop.example/x"), get("b", "https://shop.example/x"), get("c", "https://shop.example/y"),
		`{"t":0,"ev":"req","id":"d","method":"GET","url":"https://shop.example/app.js","resource":"script"}`)
	ids := func() (out []string) {
		for _, q := range r.Left() {
			out = append(out, r.cat.file.ID(q.Pos))
		}
		return out
	}
	if got := ids(); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("at first: %v", got)
	}
	r.Took(0)
	r.Route(LiveRequest{Method: "GET", URL: testApp + "/y"})
	if got := ids(); !slices.Equal(got, []string{"b"}) {
		t.Errorf("then: %v", got)
	}
}

func TestConcurrentRoutes(t *testing.T) {
	var lines []string
	for i := range 50 {
		lines = append(lines, get(fmt.Sprint("r", i), "https://shop.example/x"))
	}
	r := testRouter(t, Options{}, "", lines...)
	got := make(chan int)
	for range 50 {
		go func() { got <- r.Route(LiveRequest{Method: "GET", URL: testApp + "/x"}).Pos }()
	}
	seen := map[int]bool{}
	for range 50 {
		seen[<-got] = true
	}
	if len(seen) != 50 {
		t.Errorf("%d different requests were served to 50", len(seen))
	}
}

func TestHoles(t *testing.T) {
	hole := func(mediaType string, size int) *playback.Body {
		return &playback.Body{Missing: "truncated", Size: int64(size), Type: mediaType}
	}
	for _, c := range []struct {
		mediaType string
		size      int
		begin     string
		length    int
	}{
		{"application/json", 10, "{}", 10}, {"application/problem+json; charset=utf-8", 1, "{}", 2}, {"text/plain", 5, "xxxxx", 5},
		{"text/html", 30, "<!doctype html>", 30}, {"image/png", 900, "GIF89a", 43}, {"application/octet-stream", 7, "\x00", 7},
		{"", -5, "", 0}, {"text/plain", 1 << 40, "x", holeMax},
	} {
		got := fill(hole(c.mediaType, c.size), c.mediaType, nil)
		if len(got) != c.length || !strings.HasPrefix(string(got), c.begin) {
			t.Errorf("%s of %d: %d bytes, %.20q", c.mediaType, c.size, len(got), got)
		}
	}
	values := map[string]jsontext.Value{"r": jsontext.Value(`{"a":1}`), "q": jsontext.Value(`"text"`), "GET */api/*": jsontext.Value(`[1]`)}
	for names, want := range map[string]string{"r": `{"a":1}`, "x q": "text", "x GET\x00*/api/*": `[1]`} {
		list := strings.Fields(names)
		for i := range list {
			list[i] = strings.ReplaceAll(list[i], "\x00", " ")
		}
		if got := fill(hole("text/plain", 3), "", values, list...); string(got) != want {
			t.Errorf("%s: %q", names, got)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, method, url string
		want                 bool
	}{
		{"https://a.example/*", "GET", "https://a.example/x/y", true},
		{"https://a.example/*", "GET", "https://a.example.org/x", false},
		{"/api/*", "POST", "http://127.0.0.1:1/api/x?y=1", true},
		{"GET /api/x", "POST", "http://127.0.0.1:1/api/x", false},
		{"get /api/x", "GET", "http://127.0.0.1:1/api/x", false}, // a method is upper case, else it is part of a URL
		{"GET /api/x", "get", "http://127.0.0.1:1/api/x?q=1#f", true},
		{"/api/x?q=1", "GET", "http://127.0.0.1:1/api/x?q=2", false},
		{"/api/x?q=*", "GET", "http://127.0.0.1:1/api/x?q=2", true},
		{"* /api/x", "PUT", "http://127.0.0.1:1/api/x", true},
		{"*", "GET", "data:text/plain,x", true},
		{"", "GET", "https://a.example/", false},
		{"*/a*b*c", "GET", "https://x/aXbXbXc", true},
		{strings.Repeat("*a", 50) + "b", "GET", strings.Repeat("a", 5000), false},
	} {
		if got := parsePattern(c.pattern).match(c.method, c.url); got != c.want {
			t.Errorf("%.40q with %s %.40s: %v", c.pattern, c.method, c.url, got)
		}
	}
}

// The socket of a development server passes wherever the app is served; one of the app's own does not.
func TestDevSockets(t *testing.T) {
	for _, c := range []struct {
		path, protocol string
		want           RouteKind
	}{
		{"/", "", Pass}, {"/ws", "", Pass}, {"/shop/?token=x", "vite-hmr", Pass}, {"/shop/", "vite-ping", Pass},
		{"/shop/?token=x", "", Block}, {"/live", "graphql-ws", Block},
	} {
		r := testRouter(t, Options{}, "", `{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}`)
		q := LiveRequest{Method: "GET", URL: "ws" + strings.TrimPrefix(testApp, "http") + c.path, Resource: "ws"}
		if c.protocol != "" {
			q.Headers = playback.Headers{"sec-websocket-protocol": {c.protocol}}
		}
		if got := r.Route(q).Do; got != c.want {
			t.Errorf("%s %s: %v, want %v", c.path, c.protocol, got, c.want)
		}
	}
}
