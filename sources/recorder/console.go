package recorder

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/browser"
	"restep/player/playback"
)

// remote is a value of a page, as the browser tells it without asking the page.
type remote struct {
	Type        string         `json:"type"`
	Subtype     string         `json:"subtype"`
	Class       string         `json:"className"`
	Value       jsontext.Value `json:"value"`
	Special     string         `json:"unserializableValue"`
	Description string         `json:"description"`
	Preview     *preview       `json:"preview"`
}

// preview is what the browser tells of an object's properties: the first ones, one level deep.
type preview struct {
	Overflow   bool `json:"overflow"`
	Properties []struct {
		Name    string   `json:"name"`
		Type    string   `json:"type"`
		Subtype string   `json:"subtype"`
		Value   string   `json:"value"`
		Inner   *preview `json:"valuePreview"`
	} `json:"properties"`
}

// levels are the methods of console that are lines; the others (group, table, time…) are for people who look on.
var levels = map[string]string{
	"log": "log", "debug": "debug", "info": "info", "error": "error", "warning": "warning", "assert": "error",
}

// maxConsole bounds the text of a line, in bytes.
const maxConsole = 8192

// onConsole writes a line of the console.
func (s *session) onConsole(x *target, e browser.Event) {
	var p struct {
		Type      string   `json:"type"`
		Args      []remote `json:"args"`
		Context   int      `json:"executionContextId"`
		Timestamp float64  `json:"timestamp"`
	}
	if e.Decode(&p) != nil || levels[p.Type] == "" {
		return
	}
	event := &playback.Event{Kind: playback.Console, Level: levels[p.Type]}
	args := p.Args
	if p.Type == "assert" {
		event.Text = "Assertion failed: "
	}
	event.Text = clip(event.Text+format(args), maxConsole)
	for i := range args {
		if v := args[i].json(); len(v) <= maxConsole {
			event.Args = append(event.Args, v)
		} else {
			event.Args = append(event.Args, quote(clip(string(v), maxConsole)))
		}
	}
	if f := s.frameOf(x, p.Context); f != nil && len(f.path) > 0 {
		event.Frame = f.path
	}
	s.add(x.tab, s.since(p.Timestamp), event)
}

// clip shortens a text to about n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// formatted are the places of a console's first argument that later ones fill in; see
// https://console.spec.whatwg.org/#formatter.
var formatted = regexp.MustCompile(`%[sdifoOc%]`)

// format is the text of a console line.
func format(args []remote) string {
	var words []string
	if len(args) > 0 && args[0].Type == "string" {
		rest := args[1:]
		text := formatted.ReplaceAllStringFunc(args[0].text(0), func(f string) string {
			if f == "%%" {
				return "%"
			}
			if len(rest) == 0 {
				return f
			}
			v := rest[0]
			rest = rest[1:]
			switch f {
			case "%c":
				return ""
			case "%s":
				return v.text(0)
			}
			return v.text(1)
		})
		words, args = append(words, text), rest
	}
	for i := range args {
		words = append(words, args[i].text(0))
	}
	return strings.Join(words, " ")
}

// text is a value as a console prints it; strings within others have quotes.
func (r *remote) text(depth int) string {
	switch {
	case r.Type == "string":
		var s string
		if json.Unmarshal(r.Value, &s, jsontext.AllowInvalidUTF8(true)) != nil || depth > 0 {
			return string(r.Value)
		}
		return s
	case r.Special != "":
		return strings.TrimSuffix(r.Special, "n")
	case r.Type == "undefined":
		return "undefined"
	case r.Preview != nil && r.Subtype != "error" && r.Subtype != "node":
		return r.Preview.text(r)
	case r.Description != "":
		return r.Description
	}
	return string(r.Value)
}

func (p *preview) text(r *remote) string {
	var items []string
	for _, x := range p.Properties {
		v := x.Value
		if x.Type == "string" {
			v = strconv.Quote(v)
		}
		if r.Subtype != "array" {
			v = x.Name + ": " + v
		}
		items = append(items, v)
	}
	if p.Overflow {
		items = append(items, "…")
	}
	if r.Subtype == "array" {
		return "[" + strings.Join(items, ", ") + "]"
	}
	name := ""
	if r.Class != "Object" && r.Class != "" {
		name = r.Class + " "
	}
	return name + "{" + strings.Join(items, ", ") + "}"
}

// json is a value as JSON; of objects what the browser tells.
func (r *remote) json() jsontext.Value {
	switch {
	case len(r.Value) > 0 && r.Value.IsValid():
		return r.Value
	case r.Preview != nil && r.Subtype == "array":
		var list []jsontext.Value
		for _, x := range r.Preview.Properties {
			list = append(list, plain(x.Type, x.Subtype, x.Value))
		}
		out, err := json.Marshal(list)
		if err == nil {
			return out
		}
	case r.Preview != nil && (r.Subtype == "" || r.Subtype == "error"):
		object := map[string]jsontext.Value{}
		for _, x := range r.Preview.Properties {
			object[x.Name] = plain(x.Type, x.Subtype, x.Value)
		}
		if r.Subtype == "error" {
			return quote(r.Description)
		}
		out, err := json.Marshal(object, json.Deterministic(true))
		if err == nil {
			return out
		}
	}
	return quote(r.text(0))
}

// plain is a property of a preview as JSON.
func plain(typ, subtype, value string) jsontext.Value {
	switch {
	case typ == "number" && jsontext.Value(value).IsValid(), typ == "boolean", subtype == "null":
		return jsontext.Value(value)
	}
	return quote(value)
}

func quote(s string) jsontext.Value {
	out, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(s, "\ufffd"))
	if err != nil {
		return jsontext.Value(`""`)
	}
	return out
}

// onException writes an error that a service worker or shared worker did not catch. Those of documents are reported by
// the page script, in the words in which a replay reports them, and so are those of the workers of a document, which
// come to it.
func (s *session) onException(x *target, e browser.Event) {
	var p struct {
		Timestamp float64 `json:"timestamp"`
		Details   struct {
			Text      string  `json:"text"`
			URL       string  `json:"url"`
			Exception *remote `json:"exception"`
			Stack     struct {
				Frames []struct {
					Function string `json:"functionName"`
					URL      string `json:"url"`
					Line     int    `json:"lineNumber"`
					Column   int    `json:"columnNumber"`
				} `json:"callFrames"`
			} `json:"stackTrace"`
		} `json:"exceptionDetails"`
	}
	if e.Decode(&p) != nil {
		return
	}
	if p.Details.URL == scriptName {
		s.o.Log.Error("page script", "error", p.Details.Text)
		s.problem("the page script failed in tab %s", x.tab.name)
		return
	}
	if x.kind != "service_worker" && x.kind != "shared_worker" || p.Details.Exception == nil {
		return
	}
	event := &playback.Event{Kind: playback.Error, Rejection: strings.Contains(p.Details.Text, "in promise")}
	event.Name, event.Message = errorOf(p.Details.Exception)
	for _, f := range p.Details.Stack.Frames {
		event.Stack = append(event.Stack, playback.StackFrame{Function: f.Function, URL: f.URL, Line: f.Line + 1, Column: f.Column + 1})
	}
	event.Source = x.kind
	s.add(x.tab, s.since(p.Timestamp), event)
}

// scriptName is how the page script is called in stacks.
const scriptName = "__restep"

// errorHead is the first lines of an error's description, before its stack.
var errorHead = regexp.MustCompile(`(?s)^([\w$.]+)(?:: (.*?))?(?:\n    at .*)?$`)

// errorOf returns the name and message of what was thrown.
func errorOf(r *remote) (name, message string) {
	if r.Subtype != "error" {
		return "Error", r.text(0)
	}
	if m := errorHead.FindStringSubmatch(r.Description); m != nil {
		return m[1], m[2]
	}
	return fmt.Sprint(r.Class), r.Description
}
