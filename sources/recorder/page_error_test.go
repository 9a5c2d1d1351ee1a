package recorder_test

import (
	"slices"
	"testing"

	"restep/player/playback"
)

// TestErrorsOfADocumentWrittenAnew: document.open() takes the listeners of the window away; errors are told all the same.
func TestErrorsOfADocumentWrittenAnew(t *testing.T) {
	p := at(t, torture(t), false)
	p.Eval(`document.open(), document.write('<p>new</p>'), document.close()`, nil)
	p.Eval(`setTimeout(() => { window.thrown = 1; throw new TypeError('late'); }), Promise.reject({ code: 7 }), 0`, nil)
	p.Wait("window.thrown")
	var got []string
	for _, e := range p.Leave() {
		if e.Kind == playback.Error {
			got = append(got, e.Name+" "+e.Message)
			if e.Message == "late" && len(e.Stack) == 0 {
				t.Error("the error has no stack")
			}
		}
	}
	slices.Sort(got)
	if len(got) != 2 || got[0] != `Error {"code":7}` || got[1] != "TypeError late" {
		t.Errorf("errors %q", got)
	}
}
