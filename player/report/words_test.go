package report

import (
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

func TestWords(t *testing.T) {
	for line, want := range map[string]string{
		`{"ev":"open","url":"https://shop.example/cart?x=1"}`: "Open /cart?x=1.",
		`{"ev":"open","url":"https://other.example/"}`:        "Open https://other.example/.",
		`{"ev":"back"}`:   "Go back.",
		`{"ev":"reload"}`: "Reload the page.",
		`{"ev":"click","on":{"role":"button","name":"Pay\n now"}}`:                                 `Click the button "Pay now".`,
		`{"ev":"click","count":2,"on":{"tag":"div","css":"#a"}}`:                                   "Double-click the element at #a.",
		`{"ev":"click","count":3,"on":{"tag":"p"}}`:                                                "Click 3 times on the element.",
		`{"ev":"click","button":"right","modifiers":["Shift"],"on":{"role":"link","name":"Help"}}`: `Right-click the link "Help" while holding Shift.`,
		`{"ev":"click","x":10,"y":20}`:                                                             "Click the page at 10, 20.",
		`{"ev":"type","text":"Ana","on":{"tag":"input","label":"Name"}}`:                           `Type "Ana" into the field "Name".`,
		`{"ev":"type","text":"Ana"}`:                                                               `Type "Ana".`,
		`{"ev":"type","text":"x7","masked":["text"],"on":{"tag":"input"}}`:                         `Type "x7" (a stand-in for what was masked) into the field.`,
		`{"ev":"key","key":"ArrowDown","modifiers":["Control"]}`:                                   "Press Control+Down arrow.",
		`{"ev":"key","key":" ","on":{"role":"checkbox","name":"Gift"}}`:                            `Press Space in the check box "Gift".`,
		`{"ev":"input","checked":true,"on":{"role":"checkbox","name":"Gift"}}`:                     `Tick the check box "Gift".`,
		`{"ev":"input","checked":false,"on":{"role":"checkbox","name":"Gift"}}`:                    `Untick the check box "Gift".`,
		`{"ev":"input","value":"de","on":{"role":"combobox","tag":"select","name":"Country"}}`:     `Choose "de" in the list "Country".`,
		`{"ev":"input","value":"2026-01-02","on":{"tag":"input","name":"Date"}}`:                   `Set the field "Date" to "2026-01-02".`,
		`{"ev":"input","value":"","on":{"tag":"input","name":"Date"}}`:                             `Empty the field "Date".`,
		`{"ev":"hover","on":{"role":"menuitem","name":"File"}}`:                                    `Move the pointer over the menu item "File".`,
		`{"ev":"scroll","x":0,"y":1200}`:                                                           "Scroll the page down to 1200 px.",
		`{"ev":"scroll","y":0}`:                                                                    "Scroll the page to its top.",
		`{"ev":"scroll","x":50,"on":{"tag":"ul","name":"Cards"}}`:                                  `Scroll the element "Cards" to the right, to 50 px.`,
		`{"ev":"drag","on":{"name":"A","role":"listitem"},"to":{"name":"B","role":"listitem"}}`:    `Drag the list item "A" onto the list item "B".`,
		`{"ev":"drag","on":{"name":"A","role":"slider"},"path":[[0,10,10],[5,60,8]]}`:              `Drag the slider "A" by 50 px to the right and 2 px up.`,
		`{"ev":"upload","files":[{"name":"a.pdf"}],"on":{"tag":"input","name":"Invoice"}}`:         `Choose the file "a.pdf" for the field "Invoice".`,
		`{"ev":"upload","files":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}]}`:            `Choose the files "a", "b", "c" and 1 more.`,
		`{"ev":"clipboard","op":"paste","text":"12","on":{"tag":"input","name":"Sum"}}`:            `Paste "12" into the field "Sum".`,
		`{"ev":"clipboard","op":"copy"}`:                                                           "Copy the selected text.",
		`{"ev":"resize","width":800,"height":600}`:                                                 "Make the window 800 × 600 px large.",
		`{"ev":"dialog","accept":true}`:                                                            "Confirm the dialog.",
		`{"ev":"dialog","accept":false}`:                                                           "Cancel the dialog.",
		`{"ev":"dialog","accept":true,"text":"yes"}`:                                               `Answer the dialog with "yes".`,
		`{"ev":"tab","op":"switch","tab":"B"}`:                                                     "Go to the tab B.",
		`{"ev":"tab","op":"close","tab":"B"}`:                                                      "Close the tab B.",
		`{"ev":"tab","op":"open","url":"https://shop.example/help"}`:                               "Open a tab with /help.",
	} {
		var e playback.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if got := Words("https://shop.example", &e); got != want {
			t.Errorf("%s\n  is %q\nwant %q", line, got, want)
		}
	}
}
