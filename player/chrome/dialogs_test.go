package chrome

import (
	"slices"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// told are the texts of the divergences of a kind.
func told(r player.Report, kind playback.DivergenceKind) []string {
	var out []string
	for _, d := range r.Divergences {
		if d.Kind == kind {
			out = append(out, d.Text)
		}
	}
	return out
}

// dialogApp opens dialogs in the ways that apps do.
const dialogApp = `<!doctype html><title>x</title>
	<button id=one onclick="document.title = confirm('sure?') + prompt('name?', 'ana')">one</button>
	<button id=storm onclick="for (;;) alert('again')">storm</button>
	<button id=timers onclick="setTimeout(function f() { alert('timer'); setTimeout(f, 10) })">timers</button>
	<button id=late onclick="setTimeout(() => { alert('late'); document.title = 'late' }, 20)">late</button>
	<input id=field onfocus="this.onfocus = null; alert('focus')" oninput="document.title = this.value">
	<button id=next onclick="document.title += ' next'">next</button>`

// A dialog for which the recording has no line is accepted, as a user does who goes on, and that is told.
func TestDialogsWithoutALine(t *testing.T) {
	a := serve(t, map[string]string{"/": dialogApp})
	b := stage(t)
	click := func(id string) *playback.Event { return &playback.Event{Kind: playback.Click, On: css("#" + id)} }
	for _, c := range []struct {
		name  string
		acts  []*playback.Event
		title string
		told  []string
	}{
		{"before an action", []*playback.Event{click("one"), click("next")}, "trueana next", []string{
			`the app opened the dialog confirm "sure?" and 1 more, for which the recording has no line; they were accepted before this action`,
		}},
		{"of a timer", []*playback.Event{click("late"), click("next")}, "late next", []string{
			`the app opened the dialog alert "late", for which the recording has no line; it was accepted before this action`,
		}},
		{"with a line", []*playback.Event{click("late"), {Kind: playback.Dialog}, click("next")}, "late next", nil},
		{"before a navigation", []*playback.Event{click("late"), {Kind: playback.Reload}}, "x", []string{
			`the app opened the dialog alert "late", for which the recording has no line; it was accepted before this action`,
		}},
		{"before the input is sent", []*playback.Event{{Kind: playback.Type, On: css("#field"), Text: "ab"}}, "ab", []string{
			`the app opened the dialog alert "focus", for which the recording has no line; it was accepted before this action`,
		}},
		{"at the end", []*playback.Event{click("late")}, "", []string{
			`the dialog alert "late" is open at the end of the recording; the app waits for its answer`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := opened(t, b, scene(a, &router{}, nil))
			var got []string
			now := 100.0
			for i, e := range c.acts {
				if f := act(t, p, e); f.Problem != "" {
					t.Fatalf("action %d: %+v", i, f)
				}
				now += 100
				got = append(got, told(advance(t, p, player.Window{To: now, Drain: i == len(c.acts)-1}), playback.DialogUnrecorded)...)
			}
			if c.title != "" {
				if title := text(t, p, "document.title"); title != c.title {
					t.Errorf("the page shows %q, want %q", title, c.title)
				}
			}
			if !slices.Equal(got, c.told) {
				t.Errorf("told %q, want %q", got, c.told)
			}
		})
	}
}

// Where dialogs do not end, an action does not reach the page, which must not read as performed. Those of timers end
// with the stretch of the clock that they interrupt.
func TestDialogStorm(t *testing.T) {
	a := serve(t, map[string]string{"/": dialogApp})
	b := stage(t)
	for id, want := range map[string]string{"#storm": "dialog", "#timers": ""} {
		t.Run(id, func(t *testing.T) {
			p := opened(t, b, scene(a, &router{}, nil))
			act(t, p, &playback.Event{Kind: playback.Click, On: css(id)})
			advance(t, p, player.Window{To: 200})
			f := act(t, p, &playback.Event{Kind: playback.Click, On: css("#next")})
			if f.Problem != want {
				t.Errorf("%+v, want the problem %q", f, want)
			}
			if r := advance(t, p, player.Window{To: 300}); len(told(r, playback.DialogUnrecorded)) == 0 {
				t.Error("nothing is told about the dialogs that were accepted")
			}
			if want == "" {
				act(t, p, &playback.Event{Kind: playback.Key, Key: "Shift"}) // answers what opened meanwhile
				if got := text(t, p, "document.title"); got != "x next" {
					t.Errorf("the page shows %q", got)
				}
			}
		})
	}
}

// TestAnswersDuringDialogs gives the page an answer while a dialog holds it: it comes when the dialog has been answered. What
// was asked before the dialog is told before it is answered.
func TestAnswersDuringDialogs(t *testing.T) {
	p := play(t, get(1, "/before", res(3, 150, 20, 200, "early")), get(2, "/after", res(4, 320, 20, 200, "late")))
	p.run(`
		setTimeout(async () => {
			const before = fetch('/before').then((r) => r.text());
			log(confirm('sure?'));
			log(await (await fetch('/after')).text());
			log(await before);
		}, 20);`)
	p.until(140, 3)
	p.until(200, 4)
	p.wantSeen("req 1 serve")
	if f := act(t, p.page, &playback.Event{Kind: playback.Dialog}); f.Problem != "" {
		t.Fatalf("%+v", f)
	}
	p.until(400, 5)
	p.wantLog("true", "late", "early")
	p.wantSeen("req 1 serve", "req 2 serve", "res 3", "res 4")
}
