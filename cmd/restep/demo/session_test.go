package demo

import (
	"fmt"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

const origin = "https://shop.example"

// session collects events. Times are ms since the start of the visit.
type session struct {
	t      *testing.T
	events []playback.Event
	last   string // id of the last action

	guestAnswer string // id of the answer that comes too late
}

func (s *session) add(t float64, kind playback.Kind, e playback.Event) string {
	e.T, e.Kind, e.ID = t, kind, fmt.Sprintf("e%d", len(s.events)+1)
	switch {
	case kind.Action():
		s.last = e.ID
	case e.Of == "" && e.Cause == "" && kind.Effect() && kind != playback.Bug:
		e.Cause = s.last
	}
	s.events = append(s.events, e)
	return e.ID
}

// act adds an action on an element.
func (s *session) act(t float64, kind playback.Kind, on element, e playback.Event) string {
	e.On = playback.On{Target: on.target()}
	return s.add(t, kind, e)
}

// ask adds a request to the shop's API; body is nil or becomes JSON.
func (s *session) ask(t float64, method, path string, body any, trace string) string {
	e := playback.Event{
		Method: method, URL: origin + path, Resource: "fetch", Trace: trace,
		Headers: playback.Headers{"accept": {"application/json"}},
	}
	if body != nil {
		e.Headers["content-type"] = playback.HeaderValues{"application/json"}
		e.Body = s.json(body)
	}
	return s.add(t, playback.Req, e)
}

// answer adds the API's answer to a request.
func (s *session) answer(t float64, of string, body any) string {
	return s.add(t, playback.Res, playback.Event{
		Of: of, Status: 200, Headers: playback.Headers{"content-type": {"application/json"}}, Body: s.json(body),
	})
}

func (s *session) log(t float64, service, level, message, trace string) {
	s.add(t, playback.Log, playback.Event{Source: service, Level: level, Msg: message, Trace: trace})
}

func (s *session) json(value any) *playback.Body {
	data, err := json.Marshal(value, json.Deterministic(true))
	if err != nil {
		s.t.Fatal(err)
	}
	return playback.NewBody(data, "application/json", nil)
}

// element is an element of the shop as the recorder saw it.
type element struct {
	testid, role, name, css, xpath, tag string

	text, label string
	attrs       map[string]string
	box         [4]float64 // x, y, width, height in CSS px
}

// target puts the pointer a little off the middle, as people do.
func (e element) target() *playback.Target {
	return &playback.Target{
		TestID: e.testid, Role: e.role, Name: e.name, Label: e.label, CSS: playback.CSS{e.css}, XPath: e.xpath,
		Text: e.text, Attrs: e.attrs, Tag: e.tag, Box: &e.box, Matches: playback.Matches{All: 1},
		XY: &[2]float64{float64(int(e.box[2] * 0.45)), float64(int(e.box[3] * 0.55))},
	}
}

var (
	searchField = element{
		testid: "search", role: "combobox", name: "Search coffees", css: "#header input[type=search]",
		xpath: "/html/body/header/div/input", tag: "input", label: "Search coffees",
		attrs: map[string]string{"placeholder": "Search coffees", "type": "search"}, box: [4]float64{234.8, 15.5, 440, 40},
	}
	grindField = element{
		testid: "grind", role: "combobox", name: "Grind", label: "Grind", css: "#grind",
		xpath: "/html/body/main/article/div/label/select", tag: "select",
		attrs: map[string]string{"id": "grind"}, box: [4]float64{532, 392.6, 280, 44},
	}
	addButton = element{
		testid: "add", role: "button", name: "Add three bags", text: "Add three bags", css: ".buy > button",
		xpath: "/html/body/main/article/div/div[2]/button", tag: "button", box: [4]float64{665.8, 456.6, 194.3, 48},
	}
	checkoutLink = element{
		testid: "checkout", role: "link", name: "Checkout 3", text: "Checkout3", css: "a.bag-link",
		xpath: "/html/body/header/a[2]", tag: "a",
		attrs: map[string]string{"href": "/checkout"}, box: [4]float64{1007.1, 14.5, 144.9, 42},
	}
	memberField = element{
		testid: "member", role: "textbox", name: "Member number", label: "Member number", css: "#member",
		xpath: "/html/body/main/div/div/section[1]/form/label/input", tag: "input",
		attrs: map[string]string{"id": "member", "placeholder": "VIP-0000"}, box: [4]float64{77, 289.6, 280, 44},
	}
	payButton = element{
		testid: "pay", role: "button", name: "Pay now", text: "Pay now", css: ".summary > button.primary",
		xpath: "/html/body/main/div/section/button", tag: "button", box: [4]float64{781, 418.6, 342, 48},
	}
)
