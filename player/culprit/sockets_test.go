package culprit

import (
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// stockText is a session in which the stock of a shop comes by a socket, and its price by a request: two messages and an answer, of
// which the price has to be there before the second message. The app says hello, and answers each message, the first one on
// another socket.
const stockText = `{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":1,"ev":"req","id":"w1","cause":"e1","method":"GET","url":"wss://shop.example/live","resource":"ws"}
{"t":1,"ev":"req","id":"l1","cause":"e1","method":"GET","url":"wss://shop.example/log","resource":"ws"}
{"t":2,"ev":"ws","id":"w2","of":"w1","dir":"out","body":{"text":"hello"}}
{"t":3,"ev":"req","id":"q1","cause":"e1","method":"GET","url":"https://shop.example/api/price","resource":"fetch"}
{"t":50,"ev":"ws","id":"w3","of":"w1","dir":"in","body":{"text":"stock:9"}}
{"t":51,"ev":"ws","id":"w4","of":"l1","dir":"out","body":{"text":"got stock:9"}}
{"t":100,"ev":"res","id":"q2","of":"q1","status":200,"body":{"json":{"price":5}}}
{"t":200,"ev":"click","id":"e2","on":{"testid":"buy"}}
{"t":201,"ev":"req","id":"q3","cause":"e2","method":"POST","url":"https://shop.example/api/buy","resource":"fetch"}
{"t":250,"ev":"ws","id":"w5","of":"w1","dir":"in","body":{"text":"stock:8"}}
{"t":251,"ev":"ws","id":"w6","of":"w1","dir":"out","body":{"text":"got stock:8"}}
{"t":300,"ev":"res","id":"q4","of":"q3","status":204}
{"t":400,"ev":"click","id":"e3","on":{"testid":"pay"}}
`

// stock is the app of stockText.
func stock(w *playertest.World) {
	for _, name := range []string{"buy", "pay"} {
		w.Show(name, name)
		w.On("click "+name, func(*playback.Event) {})
	}
	w.On("click buy", func(*playback.Event) { w.Fetch("POST", "/api/buy", "", func(playertest.Answer) {}) })
	priced := false
	w.Request(player.LiveRequest{Method: "GET", URL: "wss://shop.example/live", Resource: "ws"}, func(a playertest.Answer) {
		w.Send("got " + a.Text)
		if a.Text == "stock:8" && !priced {
			w.Throw("TypeError", "no price of item 8")
		}
	})
	w.Request(player.LiveRequest{Method: "GET", URL: "wss://shop.example/log", Resource: "ws"}, func(playertest.Answer) {})
	w.Send("hello")
	w.Fetch("GET", "/api/price", "", func(playertest.Answer) { priced = true })
}

// TestExploreSockets moves messages among answers: the failure is that the price comes behind the second message. Messages keep
// their order, come behind what the app had said on any connection, and what the app answers to one is never put before it.
func TestExploreSockets(t *testing.T) {
	f := playertest.File(stockText)
	x, err := Explore(t.Context(), lab(stock), f, ExploreOptions{Runs: 60, Jobs: 2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := tell(f, x.Flip()); x.Answers != 4 || x.Recorded.Outcome != Fine || got != "q2<w6 fails" {
		t.Errorf("%d answers, recorded %s, flip %s", x.Answers, x.Recorded.Outcome, got)
	}
	first, _ := f.Find("w3")
	reply, _ := f.Find("w4")
	if x.Needs[first] != reply {
		t.Errorf("what waits: %v", x.Needs)
	}
	early, late := false, false
	for i := range x.Orders {
		o := &x.Orders[i]
		t.Log(tell(f, o))
		all := ids(o.File)
		for _, pair := range []string{"w2 w3", "w3 w5", "w4 w5", "q1 q2", "q3 w5"} {
			a, b, _ := strings.Cut(pair, " ")
			if strings.Index(all, a) > strings.Index(all, b) {
				t.Errorf("%s: %s stands behind %s", tell(f, o), a, b)
			}
		}
		if o.Outcome == Left {
			t.Errorf("%s", tell(f, o))
		}
		late = late || o.Outcome == Fine && strings.Index(all, "q4") < strings.Index(all, "w5")
		early = early || strings.Index(all, "q2") < strings.Index(all, "w3")
	}
	if !early || !late {
		t.Errorf("an answer came before the first message: %v; the second message, which is answered, came later: %v", early, late)
	}
}

// TestExploreLostPage has an order in which the page crashes: nothing is known of that one, and the others are played.
func TestExploreLostPage(t *testing.T) {
	app := func(w *playertest.World) {
		stock(w)
		asked := false
		w.On("click buy", func(*playback.Event) {
			asked = true
			w.Fetch("POST", "/api/buy", "", func(playertest.Answer) {})
		})
		w.Fetch("GET", "/api/more", "", func(playertest.Answer) {
			if asked {
				w.Crash()
			}
		})
	}
	f := playertest.File(strings.Replace(stockText, `{"t":200,"ev":"click"`, `{"t":110,"ev":"req","id":"q5","cause":"e1","method":"GET","url":"https://shop.example/api/more","resource":"fetch"}
{"t":120,"ev":"res","id":"q6","of":"q5","status":204}
{"t":200,"ev":"click"`, 1))
	stage := &playertest.Stage{App: app}
	x, err := Explore(t.Context(), &Lab{Stage: stage}, f, ExploreOptions{Runs: 20})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[Outcome]int{}
	for _, o := range x.Orders {
		counts[o.Outcome]++
	}
	if counts[Lost] == 0 || counts[Fine] == 0 || stage.Live() != 0 {
		t.Errorf("%v; %d pages are open", counts, stage.Live())
	}
}

// TestSwapsOfMany lists no more orders than anyone plays.
func TestSwapsOfMany(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":1,"ev":"req","id":"w1","cause":"e1","method":"GET","url":"wss://shop.example/live","resource":"ws"}
{"t":1,"ev":"req","id":"w2","cause":"e1","method":"GET","url":"wss://shop.example/other","resource":"ws"}
`)
	for range 5000 {
		b.WriteString(`{"t":2,"ev":"ws","of":"w1","dir":"in","body":{"text":"a"}}` + "\n" + `{"t":2,"ev":"ws","of":"w2","dir":"in","body":{"text":"b"}}` + "\n")
	}
	r, err := newRace(playertest.File(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	swaps, all := r.swaps()
	if len(r.answers) != 10_000 || all || len(swaps) > 10*mostMoves {
		t.Errorf("%d answers, %d orders, all: %v", len(r.answers), len(swaps), all)
	}
}
