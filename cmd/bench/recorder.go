package main

// The flow in the words of Chrome DevTools Recorder, which @puppeteer/replay plays.

type recorderFlow struct {
	Title string         `json:"title"`
	Steps []recorderStep `json:"steps"`
}

type recorderStep struct {
	Type      string     `json:"type"`
	URL       string     `json:"url,omitzero"`
	Target    string     `json:"target,omitzero"`
	Selectors [][]string `json:"selectors,omitzero"`
	OffsetX   float64    `json:"offsetX,omitzero"`
	OffsetY   float64    `json:"offsetY,omitzero"`
	Value     *string    `json:"value,omitzero"`
	Key       string     `json:"key,omitzero"`
}

// recorder writes the flow as the Recorder does: every element with its alternative selectors.
func (f *flow) recorder(app string) recorderFlow {
	out := recorderFlow{Title: "desk"}
	add := func(s recorderStep) { out.Steps = append(out.Steps, s) }
	for _, s := range f.steps {
		css := "[data-testid='" + s.Test + "']"
		selectors := [][]string{{"aria/" + s.Name}, {css}, {"xpath///*[@data-testid=\"" + s.Test + "\"]"}, {"pierce/" + css}}
		switch s.Kind {
		case "open":
			add(recorderStep{Type: "navigate", URL: app + s.Path})
		case "click":
			add(recorderStep{Type: "click", Target: "main", Selectors: selectors, OffsetX: 8, OffsetY: 8})
		case "type":
			add(recorderStep{Type: "change", Target: "main", Selectors: selectors, Value: &s.Text})
		case "key":
			add(recorderStep{Type: "keyDown", Target: "main", Key: s.Key})
			add(recorderStep{Type: "keyUp", Target: "main", Key: s.Key})
		}
	}
	return out
}
