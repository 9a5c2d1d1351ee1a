package recorder_test

import "testing"

// TestTargets: selectors prefer what people have written over what tools have made and over the place in the page, lead
// through shadow roots, and are left out where they do not find the element.
func TestTargets(t *testing.T) {
	p := at(t, torture(t), true)
	p.Eval(`(() => {
		document.body.innerHTML = [
			'<button id="save" class="css-1x2y3z">Save</button>',
			'<button id=":r3:" class="sc-bdVaJa primary Button_root__x8Qm2">Buy</button>',
			'<button id="radix-17" data-testid="pay" class="md:flex is-active">Pay</button>',
			'<div id="list">' + '<p class="row"><b>same</b><a href="/x?id=1234567">Open</a></p>'.repeat(3) + '</div>',
			'<input name="user[mail]" placeholder="Mail" class="jss12">',
			'<label for="q">Query</label><input id="q" class="field focused">',
			'<section><i></i></section><section><i></i></section>',
			'<button class="named"><svg><path d=""/></svg> Named <b>by</b> parts</button>',
			'<x-host id="host"></x-host>',
			'<div id="twice"><u>1</u></div><div id="twice"><u>2</u></div><svg><em></em></svg><em></em>',
		].join('');
		document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<x-in class="inner"></x-in>';
		document.querySelector('#host').shadowRoot.firstChild.attachShadow({ mode: 'closed' }).innerHTML = '<button>Deep</button>';
		globalThis.deep = R.shadow(document.querySelector('#host').shadowRoot.firstChild).firstChild;
	})()`, nil)
	for _, c := range []struct{ element, css, matches string }{
		{"$('#save')", `"#save"`, `{"role":1,"css":1,"xpath":1,"text":1,"id":1}`},
		{"$('.primary')", `"button.primary"`, `{"role":1,"css":1,"xpath":1,"text":1}`},
		{"$('[data-testid]')", `"[data-testid=\"pay\"]"`, `{"testid":1,"role":1,"css":1,"xpath":1,"text":1}`},
		{"$('#list p:nth-child(2) a')", `"#list > p:nth-of-type(2) > a"`, `{"role":3,"css":1,"xpath":1,"text":3,"href":3}`},
		{"$('[placeholder]')", `"input[name=\"user[mail]\"]"`, `{"role":1,"css":1,"xpath":1,"name":1,"placeholder":1}`},
		{"$('#q')", `"#q"`, `{"role":1,"label":1,"css":1,"xpath":1,"id":1}`},
		{"document.querySelectorAll('i')[1]", `"html > body > section:nth-of-type(2) > i"`, `{"css":1,"xpath":1}`},
		{"R.meant($('path'))", `"button.named"`, `{"role":1,"css":1,"xpath":1,"text":1}`},
		{"document.querySelectorAll('u')[0]", `"html > body > div:nth-of-type(2) > u"`, `{"css":1,"xpath":2,"text":1}`},
		{"document.querySelectorAll('em')[1]", `"html > body > em:nth-of-type(2)"`, `{"css":1,"xpath":1}`},
		{"deep", `["#host","x-in.inner","button"]`, `{"role":1,"css":1,"pierce":5,"text":1}`},
	} {
		if got := p.Text("JSON.stringify(R.target(" + c.element + ").css)"); got != c.css {
			t.Errorf("%s: css %s, want %s", c.element, got, c.css)
		}
		if got := p.Text("JSON.stringify(R.target(" + c.element + ").matches)"); got != c.matches {
			t.Errorf("%s: matches %s, want %s", c.element, got, c.matches)
		}
		const evaluated = `const t = R.target(e), found = t.xpath && document.evaluate(t.xpath, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
			return !found || found.snapshotLength === t.matches.xpath && [...Array(found.snapshotLength).keys()].some((i) => found.snapshotItem(i) === e);`
		if got := p.Text("((e) => {" + evaluated + "})(" + c.element + ")"); got != "true" {
			t.Errorf("%s: its XPath does not match it, or so many", c.element)
		}
	}
}
