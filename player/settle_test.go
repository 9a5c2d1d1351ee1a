package player_test

import (
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// The document of a popup may be there long before the line that says that the popup was opened: busy machines record that late.
func TestPopupsDocumentComesEarly(t *testing.T) {
	const text = `{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}
{"t":1000,"ev":"click","id":"c","on":{"testid":"go"}}
{"t":1500,"ev":"tab","id":"n","op":"open","tab":"B","opener":"A"}
{"t":1700,"ev":"page","id":"p","tab":"B","url":"https://shop.example/child"}
{"t":3000,"ev":"hover","id":"h","on":{"testid":"go"}}
`
	app := func(w *playertest.World) {
		w.Show("go", "Go")
		w.On("click go", func(*playback.Event) {
			w.See(playback.Event{Kind: playback.PageCommit, Tab: "B", URL: local + "/child"})
		})
	}
	p, _ := start(t, playertest.File(text), app, player.Options{})
	run(t, p, "continue -> end matched")
	if d := p.Divergences(); len(d) > 0 {
		t.Errorf("divergences: %+v", d)
	}
	if p.Live(posOf(t, p, "p")) == nil {
		t.Error("the document is not known as the recorded one")
	}
}
