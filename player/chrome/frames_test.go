package chrome

import (
	"fmt"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// A list that grows whenever its end comes into view asks for page after page while the clock runs, as it did when its
// answers were recorded: what it sees does not wait for the next action.
func TestObserversFollowAnswers(t *testing.T) {
	const pages = 4
	var recording []recorded
	for n := range pages {
		recording = append(recording, get(10+2*n, fmt.Sprint("/list?page=", n), res(11+2*n, 250+100*float64(n), 80, 200, "rows")))
	}
	p := play(t, recording...)
	p.run(`
		document.body.innerHTML = '<div id=list></div><div id=end>end</div>';
		let page = 0, busy = false;
		const more = async () => {
			if (busy || page === 4) return;
			busy = true;
			const text = await (await fetch('/list?page=' + page++)).text();
			for (let i = 0; i < 5; i++) list.insertAdjacentHTML('beforeend', '<div style="height: 20px">' + text + '</div>');
			busy = false;
			observer.unobserve(end);
			observer.observe(end);
		};
		const observer = new IntersectionObserver((entries) => { if (entries.at(-1).isIntersecting) more(); });
		observer.observe(end);
		new ResizeObserver((entries) => log(Math.round(entries.at(-1).contentRect.height) + ' by ' + Math.ceil((Date.now() - 1795287300120) / 50) * 50)).observe(list);
	`)
	p.until(200, 10)
	p.until(2000, 100)
	p.wantSeen("req 10 serve", "res 11", "req 12 serve", "res 13", "req 14 serve", "res 15", "req 16 serve", "res 17")
	p.wantLog("0 by 150", "100 by 300", "200 by 400", "300 by 500", "400 by 600")
}

// What observers and events of scrolling make the app do follows the action within frames, not at the next action.
func TestFramesAfterAnAction(t *testing.T) {
	p := play(t)
	p.run(`
		document.body.innerHTML = '<div style="height: 1500px"></div><div id=far>far</div><div style="height: 3000px"></div>';
		const at = () => Math.floor((Date.now() - 1795287300120) / 100) * 100;
		new IntersectionObserver((entries) => { if (entries.at(-1).isIntersecting) { log('far at ' + at()); far.style.height = '50px'; } }).observe(far);
		let first = true;
		new ResizeObserver(() => { if (!first) { log('size at ' + at()); document.title = 'seen'; } first = false; }).observe(far);
		addEventListener('scroll', () => log('scroll at ' + at()));
	`)
	p.until(500, 1)
	act(t, p.page, &playback.Event{Kind: playback.Scroll, X: ptr(0.0), Y: ptr(1200.0)})
	p.advance(player.Window{To: 2000})
	p.wantLog("scroll at 500", "far at 500", "size at 500")
}

// An app whose observer moves what it observes does not hold up a run.
func TestEndlessObserver(t *testing.T) {
	p := play(t)
	p.run(`
		document.body.innerHTML = '<div id=box style="height: 1px">box</div>';
		new ResizeObserver(() => { setTimeout(() => { box.style.height = box.offsetHeight + 1 + 'px'; }); }).observe(box);
	`)
	p.until(200, 1)
	act(t, p.page, &playback.Event{Kind: playback.Scroll, X: ptr(0.0), Y: ptr(0.0)})
	p.advance(player.Window{To: 60_000})
	if got := text(t, p.page, "String(box.offsetHeight < 200)"); got != "true" {
		t.Error("a frame was made for each of its moves")
	}
}

// The app hears of the end of an animation when it would have come, also while it waits for answers.
func TestAnimationsEndInTime(t *testing.T) {
	p := play(t, get(10, "/x", res(11, 640, 100, 200, "x")))
	p.run(`
		document.body.innerHTML = '<style>#box { transition: opacity .3s } .out { opacity: 0 } @keyframes in { from { top: 9px } } .on { animation: in .4s }</style>' +
			'<button id=box>box</button><p id=other>other</p>';
		const at = () => Math.floor((Date.now() - 1795287300120) / 50) * 50;
		box.ontransitionend = () => log('faded at ' + at());
		other.onanimationend = () => log('slid at ' + at());
		box.onclick = () => { box.className = 'out'; other.className = 'on'; fetch('/x').then(() => log('answer at ' + at())); };
	`)
	p.until(500, 10)
	act(t, p.page, &playback.Event{Kind: playback.Click, On: css("#box")})
	p.until(2000, 100)
	p.wantLog("answer at 600", "faded at 800", "slid at 900")
}
