package recorder_test

import (
	"testing"

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
