package chrome

import (
	"testing"
	"time"

	"restep/player"
	"restep/player/playback"
)

// What the app did is not lost when a dialog opens while its journal is asked for.
func TestJournalBehindADialog(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><title>x</title>`})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	tab := p.(*page).shown()
	eval(t, p, "setTimeout(() => { console.log('before'); alert('hold'); console.log('after') }, 50)")
	tab.give(100) // what a window does, without waiting for its end: the question comes behind the dialog
	begin := time.Now()
	var got []string
	for open := false; !open; open = tab.open() != nil {
		d, err := tab.drain(t.Context())
		if err != nil || time.Since(begin) > hangTime {
			t.Fatalf("after %v: %v", time.Since(begin), err)
		}
		for _, o := range d.Seen {
			got = append(got, o.Text)
		}
	}
	act(t, p, &playback.Event{Kind: playback.Dialog})
	r := advance(t, p, player.Window{To: 300})
	for _, s := range r.Seen {
		if s.Kind == playback.Console {
			got = append(got, s.Text)
		}
	}
	if len(got) != 2 || got[0] != "before" || got[1] != "after" {
		t.Errorf("the page told %q", got)
	}
}
