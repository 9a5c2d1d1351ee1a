package recorder_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

// field is a page with a named field, where what an app does to the platform was done before anyone types into it.
func field(t *testing.T, c recorder.PageConfig, spoil string) *recordertest.Person {
	t.Helper()
	c.Binding = recordertest.Binding
	p, _ := answerable(t, recorder.PageScript(c), `<input id="who" name="who"><button id="go">Go</button><script>`+spoil+`</script>`)
	return p
}

// typedWho types into the field, and returns the actions that were recorded.
func typedWho(p *recordertest.Person) string {
	p.Click("#who")
	p.Type("Ana")
	p.Click("#go")
	return recordertest.Actions(p.Leave())
}

// TestPagesThatAddToPrototypes: what an app gives to all objects and arrays changes nothing of what is recorded.
func TestPagesThatAddToPrototypes(t *testing.T) {
	const want = "click #who\ntype #who \"Ana\" = \"Ana\"\nclick #go"
	for name, spoil := range map[string]string{
		"a name of all objects": "Object.prototype.extra = 'more'",
		"a method of all":       "Object.prototype.also = function() {}; Array.prototype.each = function() {}",
		"toJSON of arrays":      "Array.prototype.toJSON = function() { return 'list of ' + this.length; }; String.prototype.toJSON = function() { return 'text'; }",
		"toJSON of all objects": "Object.prototype.toJSON = function() { return 'object'; }",
	} {
		t.Run(name, func(t *testing.T) {
			if got := typedWho(field(t, recorder.PageConfig{}, spoil)); got != want {
				t.Errorf("recorded\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestBadRuleLeavesTheOthers: a rule that is no selector is told and skipped; the others hold, and typing is recorded.
func TestBadRuleLeavesTheOthers(t *testing.T) {
	app, script := torture(t), recorder.PageScript(recorder.PageConfig{Binding: recordertest.Binding, Private: []string{".a[", "p::(", ".ruled", "#x:is("}})
	p := recordertest.Start(t, strings.TrimPrefix(app.URL, "http://"), script)
	p.Fresh(app.URL + "/index.html")
	p.Click("#ruled")
	p.Type("Ana")
	p.Click("#name")
	p.Type("Bo")
	list := p.Leave()
	told := p.Problems() // once in each document
	slices.Sort(told)
	if told = slices.Compact(told); len(told) != 2 || !strings.HasSuffix(told[0], "by it: .a[") || !strings.HasSuffix(told[1], "by it: p::(") {
		t.Errorf("problems %q", told)
	}
	var got []string
	for _, e := range list {
		if e.Kind == playback.Type {
			got = append(got, fmt.Sprintf("%s %s %q", e.On.Target.Attrs["id"], e.Text, e.Secret["text"]))
		}
	}
	if want := []string{`ruled Ana "private"`, `name Bo ""`}; !slices.Equal(got, want) {
		t.Errorf("typed %q, want %q", got, want)
	}
}

// TestProblemsAreTold: what fails in the page script is told once for each kind of listener, without the words of the
// page, and the app notices nothing.
func TestProblemsAreTold(t *testing.T) {
	p := field(t, recorder.PageConfig{}, `window.errors = 0; onerror = () => { errors++; };
		go.getBoundingClientRect = () => { throw new TypeError('Ana Example'); }; go.onclick = () => { document.title = 'clicked'; };`)
	for range 2 {
		p.Eval(`(document.title = '', 0)`, nil)
		x := struct{ X, Y float64 }{}
		p.Eval(`(() => { const r = Element.prototype.getBoundingClientRect.call(go); return { X: r.x + 5, Y: r.y + 5 }; })()`, &x)
		for _, typ := range []string{"mousePressed", "mouseReleased"} {
			p.Call("Input.dispatchMouseEvent", map[string]any{"type": typ, "x": x.X, "y": x.Y, "button": "left", "clickCount": 1}, nil)
		}
		p.Wait("document.title === 'clicked'")
	}
	errors := p.Text("errors")
	p.Leave()
	told := strings.Join(p.Problems(), "\n")
	if !strings.HasPrefix(told, "mousedown: TypeError in line ") || strings.Count(told, "mousedown") != 1 || strings.Contains(told, "Ana") {
		t.Errorf("problems %q", told)
	}
	if errors != "0" {
		t.Errorf("the app saw %s errors", errors)
	}
}

// TestValueBeforeTakenKey: a key that the app takes, to write something of its own, ends the run of typing before it:
// the value is that from before the app.
func TestValueBeforeTakenKey(t *testing.T) {
	const take = `onkeydown = (e) => { if (e.key === ',') { e.preventDefault(); const f = e.target; if (f === who) f.value += '; '; else f.textContent += '; '; } };
		const note = document.body.appendChild(document.createElement('p')); note.id = 'note'; note.contentEditable = true; note.textContent = '.';`
	p := field(t, recorder.PageConfig{}, take)
	for _, id := range []string{"#who", "#note"} {
		p.Eval(`document.querySelector('`+id+`').focus()`, nil)
		p.Eval(`(document.activeElement === note && getSelection().selectAllChildren(note), 0)`, nil)
		p.Type("Ana")
		p.Keys(",")
		p.Pause(50) // what a released key leads to is done
	}
	want := `type #who "Ana" = "Ana"
key #who ,
type #note "Ana" = "Ana"
key #note ,`
	if got := recordertest.Actions(p.Leave()); got != want {
		t.Errorf("recorded\n%s\nwant\n%s", got, want)
	}
}
