package main

import (
	"fmt"
	"strings"
)

// step is one thing that the user does. Every player gets the same list, each in its own words.
type step struct {
	Kind string `json:"kind"` // "open" "click" "type" "key"
	Path string `json:"path,omitzero"`
	Test string `json:"test,omitzero"` // data-testid of the element
	Name string `json:"name,omitzero"` // its accessible name
	Text string `json:"text,omitzero"`
	Key  string `json:"key,omitzero"`

	request *exchange // what the step makes the app ask, nil: nothing
}

// exchange is a request of the app with its answer.
type exchange struct {
	method, path, body, answer string
}

// flow is a session of one user, and what the page shows at its end.
type flow struct {
	steps   []step
	changes int // what #changes says
	total   int // what #total says
}

// deskFlow is a session of n steps with so many document loads, evenly spread. A document is loaded, some text is
// searched for now and then, and the other steps are clicks that change a quantity; each click makes one request. There
// is one Enter key for each document: @puppeteer/replay waits 200 ms for each key that a Recorder flow presses. Text is
// replaced but never removed, which @puppeteer/replay does without telling the app.
func deskFlow(n, documents int) flow {
	var f flow
	for d := range documents {
		f.changes, f.total = 0, 0
		path := fmt.Sprintf("/desk/%d", d+1)
		f.steps = append(f.steps, step{Kind: "open", Path: path,
			request: &exchange{"GET", "/api/items", "", string(marshal(items()))}})
		count := n*(d+1)/documents - len(f.steps)
		for i := range count {
			f.add(path, i, count)
		}
	}
	return f
}

// add appends the i-th of count steps on a document.
func (f *flow) add(path string, i, count int) {
	const word = "nn" // in Funnel
	switch {
	case i == count-2:
		f.steps = append(f.steps, typing(word))
	case i == count-1:
		a := searchAnswer(word)
		f.note(step{Kind: "key", Key: "Enter", request: &exchange{"GET", "/api/search?q=" + word, "", string(marshal(a))}}, a)
	case i%6 == 4:
		f.steps = append(f.steps, typing("item"))
	case i%6 == 5:
		f.steps = append(f.steps, typing("tem"))
	default:
		f.click(path, i)
	}
}

func typing(text string) step { return step{Kind: "type", Test: "search", Name: "Search", Text: text} }

func (f *flow) click(path string, i int) {
	c := change{Desk: path, ID: i * 5 % itemCount, By: 1}
	verb := "add"
	if i%6 == 3 {
		verb, c.By = "drop", -1
	}
	a := c.answer()
	f.note(step{
		Kind: "click", Test: fmt.Sprintf("%s-%d", verb, c.ID), Name: strings.ToUpper(verb[:1]) + verb[1:] + " " + itemName(c.ID),
		request: &exchange{"POST", "/api/change", string(marshal(c)), string(marshal(a))},
	}, a)
}

func (f *flow) note(s step, a answer) {
	f.steps = append(f.steps, s)
	f.changes++
	f.total += a.Price
}

// end is an expression that holds when the page shows the end of the flow.
func (f *flow) end() string {
	return fmt.Sprintf("document.querySelector('#changes').value === '%d' && document.querySelector('#total').value === '%d'",
		f.changes, f.total)
}
