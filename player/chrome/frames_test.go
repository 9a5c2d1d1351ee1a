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

// What is cancelled before it would have ended is told as that: by another transition, by display: none, by another class.
func TestAnimationsAreCancelled(t *testing.T) {
	p := play(t)
	p.run(`
		document.body.innerHTML = '<style>#panel { height: 0; transition: height .4s } #panel.open { height: 99px } @keyframes in { from { top: 9px } } .on { animation: in 1s forwards }</style>' +
			'<div id=panel>panel</div><p id=toast>toast</p><p id=flash>flash</p>';
		const at = () => Math.floor((Date.now() - 1795287300120) / 100) * 100;
		for (const [what, e] of Object.entries({panel, toast, flash})) {
			for (const type of ['transitionend', 'transitioncancel', 'animationend', 'animationcancel']) e.addEventListener(type, () => log(what, type, at()));
		}
		const then = (ms, f) => setTimeout(f, ms);
		then(100, () => { panel.className = 'open'; toast.className = 'on'; flash.className = 'on'; });
		then(250, () => { panel.className = ''; });
		then(500, () => { toast.style.display = 'none'; flash.className = ''; });
	`)
	p.until(3000, 1)
	p.wantLog("panel transitioncancel 300", "panel transitionend 700", "toast animationcancel 1200", "flash animationcancel 1200")
}

// The promises and events of Animation objects come at virtual times too, however short the animations are: by the real time
// one of 5 ms may end before the next frame, or after it.
func TestAnimationObjects(t *testing.T) {
	for range 3 {
		p := play(t)
		p.run(`
			document.body.innerHTML = '<style>@keyframes in { from { top: 9px } } .on { animation: in .2s }</style><p id=box>box</p><p id=other>other</p>';
			const at = () => Date.now() - 1795287300120, keys = [{opacity: 0}, {opacity: 1}];
			setTimeout(() => {
				const a = box.animate(keys, 300);
				a.ready.then(() => log('ready', at()));
				a.finished.then((x) => log('finished', x === a, at()));
				a.onfinish = () => log('finish', at());
				log(a.finished === a.finished, a.finished instanceof Promise);
				box.animate(keys, 5).finished.then(() => log('short', at()));
				const c = box.animate(keys, 400);
				c.finished.catch((e) => log(e.name, at()));
				c.onfinish = () => log('never');
				setTimeout(() => c.cancel(), 150);
				const d = box.animate(keys, 400);
				d.finished.then(() => log('at once', at()));
				d.onfinish = () => log('its event', at());
				d.finish();
				const e = box.animate(keys, 100);
				e.onfinish = () => log('never: it is paused');
				setTimeout(() => e.pause(), 60);
				const n = new Animation(new KeyframeEffect(box, keys, 50));
				n.onfinish = () => log('made by hand', at());
				n.play();
				other.className = 'on';
				Promise.all(other.getAnimations().map((x) => x.finished)).then(() => log('slid', at()));
				const r = box.animate(keys, 60);
				r.onfinish = () => { log('again', at()); r.onfinish = () => log('and again', at()); r.play(); };
			}, 303 - at());
		`)
		p.until(3000, 1)
		p.wantLog("true true", "at once 303", "ready 320", "its event 320", "short 323", "made by hand 368", "again 378", "and again 445", "AbortError 453", "slid 518", "finished true 618", "finish 618")
	}
}

// Shadow roots are part of the page.
func TestFramesInShadowRoots(t *testing.T) {
	p := play(t)
	p.run(`
		document.body.innerHTML = '<div id=host></div>';
		const root = host.attachShadow({mode: 'closed'});
		root.innerHTML = '<style>b { display: block; opacity: 1; transition: opacity .3s } .out { opacity: 0 }</style><b>b</b>';
		const b = root.querySelector('b'), at = () => Math.floor((Date.now() - 1795287300120) / 100) * 100;
		b.addEventListener('transitionend', () => log('faded', at()));
		setTimeout(() => { b.className = 'out'; }, 100);
		setTimeout(() => { b.style.height = '77px'; }, 700);
		new ResizeObserver((list) => log('height', Math.round(list.at(-1).contentRect.height), at())).observe(b);
	`)
	p.until(3000, 1)
	p.wantLog("height 18 100", "faded 500", "height 77 800")
}

// What glides arrives at once, wherever the app scrolls, and however.
func TestSmoothScrolling(t *testing.T) {
	p := play(t)
	p.run(`
		document.body.innerHTML = '<style>html, #box { scroll-behavior: smooth } #box { height: 90px; overflow: auto }</style><div id=box><p style="height: 900px"></p></div><p style="height: 5000px"></p><p id=end>end</p>';
		const at = () => Math.floor((Date.now() - 1795287300120) / 100) * 100;
		box.addEventListener('scrollend', () => log('box', box.scrollTop, at()));
		addEventListener('scrollend', (e) => { if (e.target === document) log('page', Math.round(scrollY) > 1000, at()); });
		const steps = [() => box.scrollBy({top: 200, behavior: 'smooth'}), () => box.scrollTo(0, 300), () => { box.scrollTop = 50; }, () => box.scroll({top: 70}),
			() => end.scrollIntoView({behavior: 'smooth'}), () => scrollTo(0, 0), () => end.scrollIntoView(false), () => box.scrollTo()];
		steps.forEach((f, i) => setTimeout(f, 200 * i + 100));
		log(box.scrollTo.name, scrollTo.length, String(Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop').set));
	`)
	p.until(3000, 1)
	p.wantLog("scrollTo 0 function set scrollTop() { [native code] }",
		"box 200 200", "box 300 400", "box 50 600", "box 70 800", "page true 1000", "page false 1200", "page true 1400")
}
