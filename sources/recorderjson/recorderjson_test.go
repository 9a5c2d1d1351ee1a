package recorderjson_test

import (
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources"
	"restep/sources/recorderjson"
	"restep/sources/sourcetest"
)

func TestSamples(t *testing.T) { sourcetest.Run(t, recorderjson.Source{}, ".json") }

func TestSharedData(t *testing.T) { sourcetest.Shared(t, recorderjson.Source{}, "recorder/*.json") }

// flow imports a flow of some steps.
func flow(t *testing.T, steps string) *sources.Recording {
	t.Helper()
	rec, err := sourcetest.Import(recorderjson.Source{}, "flow.json", []byte(`{"title":"x","steps":[`+steps+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Close() })
	return rec
}

func TestKeys(t *testing.T) {
	key := func(kind, name string) string { return `{"type":"` + kind + `","key":"` + name + `"}` }
	tap := func(name string) string { return key("keyDown", name) + "," + key("keyUp", name) }
	for name, c := range map[string]struct {
		steps string
		want  string // key+modifiers of each line
	}{
		"a press is one line":                 {tap("Enter"), "Enter"},
		"a held modifier belongs to the key":  {key("keyDown", "Shift") + "," + tap("Tab") + "," + key("keyUp", "Shift"), "Tab+Shift"},
		"two modifiers, the left one by side": {key("keyDown", "ControlLeft") + "," + key("keyDown", "Shift") + "," + tap("k") + "," + key("keyUp", "Shift") + "," + key("keyUp", "ControlLeft"), "k+Control+Shift"},
		"a modifier alone is a press":         {tap("Alt"), "Alt"},
		"a modifier ends":                     {key("keyDown", "Meta") + "," + tap("a") + "," + key("keyUp", "Meta") + "," + tap("b"), "a+Meta b"},
		"a repeated keyDown of a modifier":    {key("keyDown", "Shift") + "," + key("keyDown", "Shift") + "," + tap("A") + "," + key("keyUp", "Shift"), "A+Shift"},
		"names of codes":                      {tap("Space") + "," + tap("Digit5") + "," + tap("KeyQ"), "  5 q"},
	} {
		var got []string
		for _, l := range flow(t, c.steps).Lines {
			got = append(got, strings.Join(append([]string{l.Key}, l.Modifiers...), "+"))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %q, want %q", name, s, c.want)
		}
	}
}

func TestModifiersOfClick(t *testing.T) {
	rec := flow(t, `{"type":"keyDown","key":"Control"},{"type":"click","selectors":["#a"]},{"type":"keyUp","key":"Control"}`)
	if len(rec.Lines) != 1 || rec.Lines[0].Kind != playback.Click || len(rec.Lines[0].Modifiers) != 1 {
		t.Errorf("got %+v, want one click with Control", rec.Lines)
	}
}

func TestSelectors(t *testing.T) {
	rec := flow(t, `{"type":"click","button":"secondary","offsetX":3,"offsetY":4.5,"target":"main","frame":[0,2],"selectors":[
		["aria/Pay now[role=\"button\"]"],["my-app","[data-testid='pay']"],["xpath///*[@id=\"pay\"]"],["pierce/#pay"],["text/Pay"],
		["aria/Shop","aria/[role=\"generic\"]"],"#second"]}`)
	e := rec.Lines[0].Event
	x := e.On.Target
	if x.Name != "Pay now" || x.Role != "button" || len(x.CSS) != 2 || x.CSS[0] != "my-app" || x.TestID != "pay" ||
		x.XPath != `//*[@id="pay"]` || x.Pierce != "#pay" || x.Text != "Pay" {
		t.Errorf("target %+v", *x)
	}
	if x.XY == nil || *x.XY != [2]float64{3, 4.5} || e.Button != "right" || len(e.Frame) != 2 || e.Frame[1].Index != 2 {
		t.Errorf("event %+v", e)
	}
	if want := `{"selectors":[["aria/Shop","aria/[role=\"generic\"]"],["#second"]]}`; string(x.Extra) != want {
		t.Errorf("further selectors %s, want %s", x.Extra, want)
	}
}

func TestTabs(t *testing.T) {
	rec := flow(t, `{"type":"click","target":"main","selectors":["#a"]},
		{"type":"click","target":"https://x.example/popup","selectors":["#b"]},
		{"type":"close","target":"https://x.example/popup"}`)
	var got []string
	for _, l := range rec.Lines {
		got = append(got, string(l.Kind)+l.Op+":"+l.Tab)
	}
	if s := strings.Join(got, " "); s != "click: tabswitch:B click:B tabclose:B" {
		t.Errorf("got %s", s)
	}
}

func TestRefused(t *testing.T) {
	for input, want := range map[string]string{
		`[]`:                                          "not a flow",
		`{"log":{"entries":[]}}`:                      `no "title"`,
		`{"title":"x","steps":[}`:                     "at byte 22",
		`{"title":"x","steps":{}}`:                    "/steps",
		`{"title":"x","steps":[{}]}`:                  `step 1: it has no "type"`,
		`{"title":"x","steps":[7]}`:                   "step 1",
		`{"title":"x","steps":[{"type":"click"}]}`:    "step 1: click: it has no selector",
		`{"title":"x","steps":[{"type":"navigate"}]}`: "no url",
		`{"title":"x","steps":[{"type":"change","selectors":["#a"]}]}`:                               "no value",
		`{"title":"x","steps":[{"type":"setViewport","width":0}]}`:                                   "no size",
		`{"title":"x","steps":[{"type":"click","button":"x","selectors":["#a"]}]}`:                   "no button",
		`{"title":"x","steps":[{"type":"waitForElement","count":-1,"selectors":["#a"]}]}`:            "no count",
		`{"title":"x","steps":[{"type":"setViewport","width":1,"height":1,"deviceScaleFactor":-1}]}`: "no size",
	} {
		rec, err := sourcetest.Import(recorderjson.Source{}, "f.json", []byte(input))
		if err == nil {
			rec.Close()
			t.Errorf("%s is imported", input)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want it to say %q", input, err, want)
		}
	}
}

// TestWrittenAsSound checks flows that say less, or more, than a playback allows.
func TestWrittenAsSound(t *testing.T) {
	for _, steps := range []string{
		`{"type":"scroll","y":120}`, `{"type":"scroll"}`, `{"type":"click","duration":-5,"selectors":["#a"]}`,
	} {
		out, _, err := sourcetest.Write(flow(t, steps))
		if err != nil {
			t.Fatal(err)
		}
		sourcetest.Sound(t, out)
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(`{"title":"x","steps":[{"type":"click","selectors":[["aria/A"],["#a","b"]],"frame":[1],"target":"u"}]}`))
	f.Add([]byte(`{"title":"x","steps":[{"type":"keyDown","key":"Shift"},{"type":"change","value":"a@b.ch","selectors":["#password"]},{"type":"waitForElement","selectors":["a"],"count":3,"operator":"<="}]}`))
	f.Add([]byte(`{"title":"x","steps":[{"type":"navigate","url":"http://a.b/<c>?token=d","assertedEvents":[{"type":"navigation","url":"x"}]},{"type":"scroll","x":1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := sourcetest.Import(recorderjson.Source{}, "fuzz.json", data)
		if err != nil {
			return
		}
		out, _, err := sourcetest.Write(rec)
		if err != nil {
			t.Fatalf("imported, but cannot be written: %v", err)
		}
		sourcetest.Sound(t, out)
	})
}
