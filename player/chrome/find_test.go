package chrome

import (
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/playback"
)

// TestFind looks for elements by every selector, on one page per case.
func TestFind(t *testing.T) {
	html, err := os.ReadFile("testdata/find.html")
	if err != nil {
		t.Fatal(err)
	}
	frame, err := os.ReadFile("testdata/find_frame.html")
	if err != nil {
		t.Fatal(err)
	}
	other := serve(t, map[string]string{"/": string(frame)})
	a := serve(t, map[string]string{
		"/": strings.ReplaceAll(string(html), "OTHER", other.URL), "/frame": string(frame),
	})
	s := scene(a, &router{pass: true}, nil)
	s.Live = []string{other.URL + "/*"}
	b := stage(t)
	t.Run("selectors", func(t *testing.T) { testSelectors(t, opened(t, b, s)) })
	t.Run("problems", func(t *testing.T) { testProblems(t, opened(t, b, s)) })
	t.Run("frames", func(t *testing.T) { testFrames(t, opened(t, b, s)) })
	t.Run("late", func(t *testing.T) { testLate(t, opened(t, b, s)) })
	t.Run("walk", func(t *testing.T) { testWalk(t, opened(t, b, s)) })
}

func testSelectors(t *testing.T, p player.Page) {
	var box [4]float64
	raw := text(t, p, "(() => { const r = row1.getBoundingClientRect(); return JSON.stringify([r.x, r.y - 3, r.width, r.height]); })()")
	if err := json.Unmarshal([]byte(raw), &box); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		target playback.Target
		want   string // id of what was clicked
	}{
		{"test id", playback.Target{TestID: "save"}, "save"},
		{"other test attribute", playback.Target{TestID: "cy"}, "cy"},
		{"role and name", playback.Target{Role: "button", Name: "Save"}, "save"},
		{"name by label", playback.Target{Role: "textbox", Name: "E-mail"}, "email"},
		{"name by aria-labelledby", playback.Target{Role: "button", Name: "Delete Item 7"}, "del7"},
		{"name of an image", playback.Target{Role: "link", Name: "Home page"}, "home"},
		{"name without a role", playback.Target{Name: "Close"}, "close"},
		{"name leaves out what is hidden", playback.Target{Role: "button", Name: "Shown"}, "shown"},
		{"label", playback.Target{Label: "E-mail"}, "email"},
		{"text over several nodes", playback.Target{Text: "Pay now"}, "pay"},
		{"attributes", playback.Target{Attrs: map[string]string{"placeholder": "Search"}}, "search"},
		{"xpath", playback.Target{XPath: "//ul/li[2]/button"}, "row2"},
		{"css", playback.Target{CSS: playback.CSS{"#email"}}, "email"},
		{"css through a shadow root", playback.Target{CSS: playback.CSS{"x-open", "button"}}, "inopen"},
		{"css through a closed one", playback.Target{CSS: playback.CSS{"x-closed", "button"}}, "inclosed"},
		{"role through shadow roots", playback.Target{Role: "button", Name: "Inside open"}, "inopen"},
		{"pierce", playback.Target{Pierce: "#inopen"}, "inopen"},
		{"the wrong css is outvoted", playback.Target{TestID: "save", Role: "button", Name: "Save", CSS: playback.CSS{"main > button:nth-of-type(2)"}, XPath: "//main/button[2]"}, "save"},
		{"a renamed button keeps its id", playback.Target{Role: "button", Name: "Save it", Attrs: map[string]string{"id": "save"}}, "save"},
		{"position among equals", playback.Target{Role: "button", Name: "Edit", CSS: playback.CSS{"ul > li:nth-child(3) > button"}}, "row3"},
		{"box among equals", playback.Target{Role: "button", Name: "Edit", Box: &box, Matches: playback.Matches{All: 3}}, "row1"},
		{"visible twin", playback.Target{Role: "button", Name: "Twin"}, "twin2"},
		{"invalid selectors are passed over", playback.Target{CSS: playback.CSS{"##"}, XPath: "///[", TestID: "save"}, "save"},
		{"clobbered form", playback.Target{Role: "button", Name: "Clobber"}, "clobber"},
	} {
		text(t, p, "(window.clicked = '')")
		f := act(t, p, &playback.Event{Kind: playback.Click, On: playback.On{Target: &c.target}})
		if got := text(t, p, "clicked"); got != c.want || f.Problem != "" {
			t.Errorf("%s: clicked %q, want %q; %+v", c.name, got, c.want, f)
		}
		if f.Problem == "" && (f.Score <= 0 || f.Score > 1 || len(f.By) == 0) {
			t.Errorf("%s: score %v by %v", c.name, f.Score, f.By)
		}
	}
}

func testProblems(t *testing.T, p player.Page) {
	for _, c := range []struct {
		name    string
		target  playback.Target
		problem string
	}{
		{"equals", playback.Target{Role: "button", Name: "Edit"}, "ambiguous"},
		{"nothing", playback.Target{TestID: "gone", Role: "button", Name: "Gone"}, "not found"},
		{"only the position fits", playback.Target{TestID: "gone", CSS: playback.CSS{"main > button:nth-of-type(2)"}}, "not found"},
		{"invisible", playback.Target{TestID: "invisible"}, "not found"},
	} {
		text(t, p, "(window.clicked = '')")
		f := act(t, p, &playback.Event{Kind: playback.Click, On: playback.On{Target: &c.target}})
		if f.Problem != c.problem || f.Detail == "" || text(t, p, "clicked") != "" {
			t.Errorf("%s: %+v, want %s", c.name, f, c.problem)
		}
	}
}

func testFrames(t *testing.T, p player.Page) {
	for _, c := range []struct {
		name  string
		frame []playback.FrameStep
		want  string
	}{
		{"same origin", []playback.FrameStep{{CSS: "#same"}}, "same"},
		{"other origin, far down", []playback.FrameStep{{CSS: "#other"}}, "other"},
		{"by index", []playback.FrameStep{{Index: 1}}, "other"},
	} {
		text(t, p, "(window.said = '')")
		f := act(t, p, &playback.Event{Kind: playback.Click, Frame: c.frame, On: playback.On{Target: &playback.Target{Role: "button", Name: "In frame"}}})
		advance(t, p, player.Window{To: 0}) // the frame tells by a message
		if got := text(t, p, "said"); f.Problem != "" || got != c.want+" click true" {
			t.Errorf("%s: the frame said %q; %+v", c.name, got, f)
		}
		act(t, p, &playback.Event{Kind: playback.Type, Frame: c.frame, On: playback.On{Target: &playback.Target{Label: "Field"}}, Text: "x", Value: ptr("x")})
		advance(t, p, player.Window{To: 0})
		if got := text(t, p, "said"); got != c.want+" input true" {
			t.Errorf("%s: the frame said %q", c.name, got)
		}
	}
	f := act(t, p, &playback.Event{Kind: playback.Click, Frame: []playback.FrameStep{{CSS: "#none"}}, On: playback.On{Target: &playback.Target{Text: "x"}}})
	if f.Problem != "not found" || !strings.Contains(f.Detail, "#none") {
		t.Errorf("a frame that is not there: %+v", f)
	}
}

// An element that comes late, or moves, is waited for in virtual time.
func testLate(t *testing.T, p player.Page) {
	text(t, p, `(setTimeout(() => { const b = document.createElement('button'); b.id = 'late'; b.textContent = 'Late'; document.querySelector('main').prepend(b); }, 700), '')`)
	f := act(t, p, &playback.Event{Kind: playback.Click, On: playback.On{Target: &playback.Target{Role: "button", Name: "Late"}}})
	if got := text(t, p, "clicked"); got != "late" {
		t.Errorf("clicked %q; %+v", got, f)
	}
	text(t, p, `(document.querySelector('#save').animate([{transform: 'translateX(300px)'}, {transform: 'none'}], 400), window.clicked = '')`)
	f = act(t, p, &playback.Event{Kind: playback.Click, On: playback.On{Target: &playback.Target{TestID: "save"}}})
	if x := text(t, p, "clicked + Math.round(document.querySelector('#save').getBoundingClientRect().x)"); !strings.HasPrefix(x, "save") || f.X > 200 {
		t.Errorf("clicked %s at %v while it moved", x, f.X)
	}
}

func testWalk(t *testing.T, p player.Page) {
	sum := text(t, p, "__restep.sum()")
	if len(sum) != 16 || sum != text(t, p, "__restep.sum()") {
		t.Errorf("fingerprint %q", sum)
	}
	text(t, p, "(document.querySelector('#save').style.color = 'red')")
	if got := text(t, p, "__restep.sum()"); got != sum {
		t.Error("a colour changes the fingerprint")
	}
	text(t, p, "(document.querySelector('#save').textContent = 'Saved')")
	if got := text(t, p, "__restep.sum()"); got == sum {
		t.Error("a name does not change the fingerprint")
	}
	for spec, want := range map[string]string{
		`{css: '#save', text: 'Saved'}`:                        `{"holds":true,"got":"\"Saved\""}`,
		`{css: '#save', text: 'NaN'}`:                          `{"holds":false,"got":"\"Saved\""}`,
		`{css: 'ul > li', count: 3}`:                           `{"holds":true,"got":"count 3, \"Edit\" \"Edit\" \"Edit\""}`,
		`{css: '#email', value: ''}`:                           `{"holds":true,"got":"\"\""}`,
		`{css: '#home', attr: 'href', value: '/x'}`:            `{"holds":false,"got":"href=\"#\""}`,
		`{css: ['x-closed', 'button'], text: 'Inside closed'}`: `{"holds":true,"got":"\"Inside closed\""}`,
		`{url: '/'}`:  ``,
		`{css: '##'}`: `{"holds":false,"got":"","unknown":"\"##\" is not a valid selector"}`,
	} {
		got := text(t, p, "JSON.stringify(__restep.bug("+spec+"))")
		if want == "" {
			if !strings.HasPrefix(got, `{"holds":true`) {
				t.Errorf("bug %s = %s", spec, got)
			}
		} else if got != want {
			t.Errorf("bug %s = %s, want %s", spec, got, want)
		}
	}
	for spec, want := range map[string]string{
		`{title: 'find', url: '/'}`:                          `[]`,
		`{title: 'other'}`:                                   `[{"what":"title","want":"other","got":"find"}]`,
		`{target: {role: 'button', name: 'Edit'}, count: 3}`: `[]`,
		`{target: {testid: 'gone'}}`:                         `[{"what":"count","want":"at least 1","got":"0"}]`,
		`{target: {testid: 'gone'}, count: 0}`:               `[]`,
	} {
		if got := text(t, p, "JSON.stringify(__restep.expect("+spec+"))"); got != want {
			t.Errorf("expect %s = %s, want %s", spec, got, want)
		}
	}
}
