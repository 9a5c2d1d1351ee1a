package recorderjson

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
	"restep/sources"
)

// step is one step of a flow, of any type.
type step struct {
	Type      string          `json:"type"`
	Target    string          `json:"target"`
	Frame     []int           `json:"frame"`
	Selectors []selector      `json:"selectors"`
	Asserted  []assertedEvent `json:"assertedEvents"`

	URL        string   `json:"url"`        // navigate
	OffsetX    *float64 `json:"offsetX"`    // click, doubleClick: CSS px from the element's top left corner
	OffsetY    *float64 `json:"offsetY"`    //
	Button     string   `json:"button"`     // click: primary, auxiliary, secondary, back, forward
	DeviceType string   `json:"deviceType"` // click: mouse, pen, touch
	Duration   float64  `json:"duration"`   // click: ms between press and release
	Key        string   `json:"key"`        // keyDown, keyUp
	Value      *string  `json:"value"`      // change: what the field holds at the end
	X          *float64 `json:"x"`          // scroll: the offset that was reached
	Y          *float64 `json:"y"`

	Width  int     `json:"width"` // setViewport
	Height int     `json:"height"`
	Scale  float64 `json:"deviceScaleFactor"`
	Mobile bool    `json:"isMobile"`
	Touch  bool    `json:"hasTouch"`

	Operator   string            `json:"operator"` // waitForElement: >= (where empty), ==, <=
	Count      *int              `json:"count"`
	Visible    *bool             `json:"visible"`
	Attributes map[string]string `json:"attributes"`
	Properties jsontext.Value    `json:"properties"`

	Name string `json:"name"` // customStep
}

// assertedEvent is what followed a step when it was recorded.
type assertedEvent struct {
	Type  string `json:"type"`
	URL   string `json:"url"`
	Title string `json:"title"`
}

// step converts one step.
func (c *converter) step(n int, raw jsontext.Value) error {
	c.n = n
	var s step
	if err := decode(raw, &s); err != nil {
		return err
	}
	if err := c.convert(&s); err != nil {
		return err
	}
	for i, a := range s.Asserted {
		if a.Type != "navigation" {
			c.problem("assertion of %q left out: only navigations are known", a.Type)
			continue
		}
		if a.URL != "" || a.Title != "" {
			c.checkURL(a.URL)
			c.expect("n"+strings.Repeat("+", i), playback.Event{Tab: c.tab, URL: a.URL, Title: a.Title})
		}
	}
	return nil
}

// convert adds the lines of a step.
func (c *converter) convert(s *step) error {
	switch s.Type {
	case "setViewport":
		return c.viewport(s)
	case "navigate":
		return c.navigate(s)
	case "click", "doubleClick":
		return c.click(s)
	case "change":
		return c.change(s)
	case "hover":
		return c.onElement(s, playback.Event{Kind: playback.Hover})
	case "scroll":
		return c.scroll(s)
	case "keyDown":
		c.keyDown(s)
	case "keyUp":
		c.keyUp(s)
	case "waitForElement":
		return c.waitForElement(s)
	case "waitForExpression":
		c.problem("waitForExpression left out: a playback holds no code that could run")
	case "close":
		c.add(playback.Event{Kind: playback.Tab, Op: "close", Tab: c.tabOf(s)})
	case "emulateNetworkConditions":
		c.problem("emulateNetworkConditions left out: answers come when they were recorded to come")
	case "customStep":
		c.problem("customStep %q left out: only its extension knows what it does", s.Name)
	case "":
		return fmt.Errorf(`it has no "type"`)
	default:
		c.problem("step of the unknown type %q left out", s.Type)
	}
	return nil
}

func (c *converter) viewport(s *step) error {
	if s.Width <= 0 || s.Height <= 0 || s.Scale < 0 {
		return fmt.Errorf("setViewport: %d×%d at %g is no size", s.Width, s.Height, cmp.Or(s.Scale, 1))
	}
	if c.actions == 0 { // the page opens in this size
		c.rec.Header.Viewport = playback.Viewport{
			Width: s.Width, Height: s.Height, Scale: s.Scale, Mobile: s.Mobile, Touch: s.Touch,
		}
	}
	c.add(playback.Event{Kind: playback.Resize, Tab: c.tab, Width: s.Width, Height: s.Height, Scale: s.Scale})
	return nil
}

func (c *converter) navigate(s *step) error {
	if s.URL == "" {
		return fmt.Errorf("navigate: it has no url")
	}
	c.checkURL(s.URL)
	if c.rec.Header.App == "" {
		c.rec.Header.App = sources.OriginOf(s.URL)
	}
	c.add(playback.Event{Kind: playback.Open, Tab: c.tabOf(s), URL: s.URL})
	return nil
}

// checkURL reports a port that its recorder left open, as the test data of Chrome has it.
func (c *converter) checkURL(url string) {
	if o := sources.OriginOf(url); strings.ContainsAny(o, "<>") && !c.open[o] {
		c.open[o] = true
		c.problem("%s is no address: name the real one with --origin '%s=http://localhost:PORT'", o, o)
	}
}

func (c *converter) click(s *step) error {
	e := playback.Event{Kind: playback.Click, Modifiers: c.held.use()}
	if s.Type == "doubleClick" {
		two := 2
		e.Count = &two
	}
	switch s.Button {
	case "", "primary":
	case "auxiliary":
		e.Button = "middle"
	case "secondary":
		e.Button = "right"
	case "back", "forward":
		c.add(playback.Event{Kind: playback.Kind(s.Button), Tab: c.tabOf(s)})
		return nil
	default:
		return fmt.Errorf("%s: %q is no button", s.Type, s.Button)
	}
	if s.DeviceType == "touch" {
		c.problem("touch becomes a click: the playback has no touch events")
	}
	e.Duration = max(s.Duration, 0)
	return c.onElement(s, e)
}

// change becomes input, whatever the field: a flow has the final value of a field and not the keys that led to it.
// The player sees the element, and types where it can be typed into.
func (c *converter) change(s *step) error {
	if s.Value == nil {
		return fmt.Errorf("change: it has no value")
	}
	if name, ok := strings.CutPrefix(*s.Value, `C:\fakepath\`); ok {
		c.problem("the content of the file %q was not recorded", name)
		file := playback.FileRef{Name: path.Base(name), Body: playback.NewHole("not recorded", 0, "")}
		return c.onElement(s, playback.Event{Kind: playback.Upload, Files: []playback.FileRef{file}})
	}
	return c.onElement(s, playback.Event{Kind: playback.Input, Value: s.Value})
}

// scroll adds the offset that was reached; @puppeteer/replay takes one that is left out as 0.
func (c *converter) scroll(s *step) error {
	var top float64
	e := playback.Event{Kind: playback.Scroll, X: cmp.Or(s.X, &top), Y: cmp.Or(s.Y, &top)}
	if len(s.Selectors) > 0 {
		return c.onElement(s, e)
	}
	e.Tab, e.Frame = c.tabOf(s), frames(s)
	c.add(e)
	return nil
}

func (c *converter) waitForElement(s *step) error {
	t, err := c.target(s)
	if err != nil {
		return err
	}
	e := playback.Event{Tab: c.tabOf(s), Frame: frames(s), On: playback.On{Target: t}, Count: s.Count}
	switch s.Operator {
	case "==":
	case "", ">=":
		if s.Count != nil {
			e.Op = ">="
		}
	case "<=":
		e.Op = s.Operator
	default:
		return fmt.Errorf("waitForElement: %q is no operator", s.Operator)
	}
	if s.Count != nil && *s.Count < 0 {
		return fmt.Errorf("waitForElement: %d is no count", *s.Count)
	}
	if e.Count == nil && s.Operator != "" {
		one := 1
		e.Count = &one
	}
	if len(s.Attributes) > 0 {
		t.Attrs = s.Attributes
	}
	if len(s.Properties) > 0 && s.Properties.Kind() == '{' {
		c.problem("the properties that waitForElement compares are left out")
	}
	if s.Visible != nil && !*s.Visible {
		c.problem("waitForElement waits for a hidden element: only its number is kept")
	}
	c.expect("", e)
	return nil
}

// onElement adds an action on the element of a step.
func (c *converter) onElement(s *step, e playback.Event) error {
	t, err := c.target(s)
	if err != nil {
		return err
	}
	if s.OffsetX != nil && s.OffsetY != nil {
		t.XY = &[2]float64{*s.OffsetX, *s.OffsetY}
	}
	e.Tab, e.Frame, e.On = c.tabOf(s), frames(s), playback.On{Target: t}
	c.add(e)
	return nil
}

// tabOf names the tab of a step. A step's target is "main" or the URL of another page, which is then a tab of its
// own; that it came to the front is a line.
func (c *converter) tabOf(s *step) string {
	name, known := c.tabs[s.Target]
	if !known {
		name = tabName(len(c.tabs) - 1)
		c.tabs[s.Target] = name
		c.add(playback.Event{Kind: playback.Tab, Op: "switch", Tab: name, URL: s.Target})
		last := &c.rec.Lines[len(c.rec.Lines)-1]
		last.ID += "t"
	}
	c.tab = name
	return name
}

// tabName is the n-th name of a tab, from 0 for the one that is called main: B, C … Z, then T26 and so on.
func tabName(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return fmt.Sprintf("T%d", n)
}

func frames(s *step) []playback.FrameStep {
	var path []playback.FrameStep
	for _, i := range s.Frame {
		path = append(path, playback.FrameStep{Index: max(i, 0)})
	}
	return path
}
