package sources

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
)

// TestSelectorsOfSecrets: what is secret in an id, a name or a link is masked in the selectors as it is in the document,
// so that they find the same elements.
func TestSelectorsOfSecrets(t *testing.T) {
	const mail, token = "ana.m@private.de", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1rwW1gFWFOEjXk0Q"
	m := testMasker()
	doc := &playback.Event{Kind: playback.Res, Headers: playback.Headers{"content-type": {"text/html"}}}
	page := m.Event(doc, []byte(`<p id="user-`+mail+`" name="`+token+`" data-testid="row `+mail+`" href="/u/`+mail+`" title='3" wide'></p>`))
	var p struct {
		Attrs []xml.Attr `xml:",any,attr"`
	}
	if err := xml.Unmarshal(page, &p); err != nil {
		t.Fatal(err)
	}
	attrs := map[string]string{}
	for _, a := range p.Attrs {
		attrs[a.Name.Local] = a.Value
	}
	escaped := strings.NewReplacer("@", `\@`, ".", `\.`)
	target := func(id, name, testid, href string) *playback.Target {
		return &playback.Target{
			TestID: testid, XPath: `//*[@id="` + id + `"]/p[1]`, Pierce: `p[data-testid="` + testid + `"] > i`,
			CSS:   playback.CSS{`#` + escaped.Replace(id) + ` > a[href="` + href + `"]:nth-of-type(2)`, `p[name="` + name + `"]`, `p[name=` + escaped.Replace(name) + `]`},
			Attrs: map[string]string{"id": id, "name": name, "href": href},
		}
	}
	e := &playback.Event{
		Kind: playback.Click, On: playback.On{Target: target("user-"+mail, token, "row "+mail, "/u/"+mail)},
		Frame: []playback.FrameStep{{CSS: `iframe[name="` + mail + `"]`}},
	}
	m.Event(e, nil)
	want := target(attrs["id"], attrs["name"], attrs["data-testid"], attrs["href"])
	got := e.On.Target
	if got.TestID != want.TestID || got.XPath != want.XPath || got.Pierce != want.Pierce || !slices.Equal(got.CSS, want.CSS) || got.Attrs["id"] != want.Attrs["id"] {
		t.Errorf("the target is\n%+v\nand in the document\n%+v", got, want)
	}
	all := everything(e, nil) + e.Frame[0].CSS + string(page)
	for _, s := range []string{mail, escaped.Replace(mail), token, "dBjftJeZ4CV"} {
		if strings.Contains(all, s) {
			t.Errorf("%s is there: %s", s, all)
		}
	}
}

// Selectors without secrets stay as they are, to the byte.
func TestSelectorsStay(t *testing.T) {
	for _, css := range []string{
		`#\31 23abc > .w-1\/2:nth-of-type(2)`, `a[href="/p/3"] > b`, `input[name="user[0].mail"]`, `[title="a \"b\" \\ c"]`, `.sm\:flex.\@lg`, `#größe`,
		`[data-x='it''s'`, `#-\31 `, `a\`, `"open`, `//*[@id="x"]/div[2]/*[3]`, `p:is(.a, .b)::before`, `#\0 x`, `[a="\26 B"]`,
	} {
		e := &playback.Event{Kind: playback.Click, On: playback.On{Target: &playback.Target{CSS: playback.CSS{css}, XPath: css}}}
		testMasker().Event(e, nil)
		if got := e.On.Target; got.CSS[0] != css || got.XPath != css || len(e.Masked) > 0 {
			t.Errorf("%s becomes %s and %s", css, got.CSS[0], got.XPath)
		}
	}
}
