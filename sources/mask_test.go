package sources

import (
	"strings"
	"testing"

	"restep/player/playback"
)

func testMasker() *Masker { return NewMasker([]byte("a key for tests only")) }

// TestStandInKeepsFormat checks the shape of stand-ins, that they hide the value, and that masking again changes
// nothing where a stand-in can be recognised.
func TestStandInKeepsFormat(t *testing.T) {
	m := testMasker()
	for _, v := range []string{
		"8f14e45fceea167a5a36dedd4bea2543", "123e4567-e89b-42d3-a456-426614174000", "0123456789012345678",
		"correct horse 7", "Pässwörd-ünd-mehr-99", "A1B2C3D4E5F60718", "zz9plural7alpha42", "xy",
	} {
		got := m.secret(v)
		if got == v || len([]rune(got)) != len([]rune(v)) {
			t.Errorf("secret(%q) = %q", v, got)
		}
		for i, r := range []rune(v) {
			s := []rune(got)[i]
			if strings.ContainsRune("-_. ", r) != strings.ContainsRune("-_. ", s) {
				t.Errorf("secret(%q) = %q: the signs moved", v, got)
			}
		}
		if again := m.secret(got); len(v) >= checked+4 && again != got {
			t.Errorf("masking %q again gives %q", got, again)
		}
		if m.secret(v) != got || NewMasker([]byte("a key for tests only")).secret(v) != got {
			t.Errorf("secret(%q) is not always the same", v)
		}
		if len(v) > 4 && NewMasker([]byte("another key")).secret(v) == got {
			t.Errorf("secret(%q) does not depend on the key", v)
		}
	}
	if got := m.secret("8f14e45fceea167a5a36dedd4bea2543"); strings.Trim(got, hexLow) != "" {
		t.Errorf("%q is no longer hexadecimal", got)
	}
	if got := m.secret("123e4567-e89b-42d3-a456-426614174000"); !isUUID(got) || got[14] != '4' || got[19] != 'a' {
		t.Errorf("%q is no UUID of the same version", got)
	}
}

func TestForms(t *testing.T) {
	m := testMasker()
	const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiIsImV4cCI6MTgwMDAwMDAwMH0.q8Xk2-Zp0aLw7sYt5vRb3nMc6dHf9gJe1uKi4oPzQxE"
	for _, c := range []struct {
		in     string
		masked bool
	}{
		{"mail ana@corp.ch now", true},
		{"see logo@2x.png", false},
		{"ana@example.com", false}, // belongs to nobody
		{"card 4111 1111 1111 1111.", true},
		{"order 4111 1111 1111 1112", false}, // no card: the checksum fails
		{"378282246310005", true},
		{token, true},
		{"key sk_live_4eC39HqLyjWDarjtT1zdp7dc", true},
		{"Authorization: Bearer abcdef0123456789", true},
		{"1795288704700", false},
		{"a plain text", false},
	} {
		got := m.text(c.in, scope{})
		if (got != c.in) != c.masked {
			t.Errorf("text(%q) = %q, want it masked: %v", c.in, got, c.masked)
		}
		if again := m.text(got, scope{}); again != got && !strings.Contains(c.in, "Bearer") {
			t.Errorf("masking %q again gives %q", got, again)
		}
	}
	if card := m.text("4111-1111-1111-1111", scope{}); !luhn(card) || card[0] != '4' || card[4] != '-' {
		t.Errorf("%q is no card of the same kind", card)
	}
	if parts := strings.Split(m.text(token, scope{}), "."); len(parts) != 3 || parts[1] != strings.Split(token, ".")[1] {
		t.Errorf("the claims of a token that hold no secret change: %v", parts)
	}
}

// TestSameStandInEverywhere checks what replay depends on: a value that one message hands out and another sends is
// masked to the same stand-in in JSON, forms, URLs and headers, also where only its value tells that it is secret.
func TestSameStandInEverywhere(t *testing.T) {
	const secret = "q7Jx2mNvB8sKd4Tz"
	r := NewRecording("test", Options{})
	defer r.Close()
	body := func(kind playback.Kind, typ, text string) {
		c, err := r.Keep([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Add(Line{Event: playback.Event{Kind: kind, Headers: playback.Headers{"content-type": {typ}}}, Content: c})
	}
	body(playback.Res, "application/json", `{"access_token":"`+secret+`","note":"plain"}`)
	body(playback.Req, "application/x-www-form-urlencoded", "state=1&token="+secret)
	body(playback.Res, "text/html", "<a href='/go/"+secret+"'>go</a>")
	body(playback.Req, "application/json", `{ "nested": "{\"csrfToken\":\"`+secret+`\"}", "n": 1 }`)
	r.Add(Line{Event: playback.Event{Kind: playback.Req, URL: "https://a.example/r/" + secret + "?x=" + secret}})
	r.Add(Line{Event: playback.Event{Kind: playback.Console, Text: "got " + secret}})
	m := testMasker()
	want := m.secret(secret)
	if err := m.Learn(r); err != nil {
		t.Fatal(err)
	}
	for i := range r.Lines {
		e := cloneEvent(&r.Lines[i].Event)
		data, err := r.Lines[i].bytes()
		if err != nil {
			t.Fatal(err)
		}
		data = m.Event(e, data)
		all := string(data) + e.URL + e.Text
		if strings.Contains(all, secret) || !strings.Contains(all, want) {
			t.Errorf("line %d holds %s, want the stand-in %s", i+1, all, want)
		}
		if len(e.Masked) == 0 {
			t.Errorf("line %d does not say that it is masked", i+1)
		}
	}
	if got := string(m.Event(&playback.Event{Kind: playback.Req}, []byte(`{ "nested": "x",  "n": 1.0 }`))); got != `{ "nested": "x",  "n": 1.0 }` {
		t.Errorf("JSON without secrets becomes %s", got)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"password": true, "userPassword": true, "access_token": true, "X-Api-Key": true, "csrf-token": true, "PIN": true,
		"client_secret": true, "sessionId": true, "token_type": false, "max_tokens": false, "tokenExpires": false,
		"password_required": false, "opinion": false, "shipping": false, "author": false, "name": false,
	} {
		if secretName(name) != want {
			t.Errorf("secretName(%q) = %v", name, !want)
		}
	}
	for text, want := range map[string]bool{"Passwort vergessen?": true, "Token": true, "hunter2": false, "aB3xYz": false} {
		if label(text) != want {
			t.Errorf("label(%q) = %v", text, !want)
		}
	}
}

func TestCookies(t *testing.T) {
	m := testMasker()
	joined := "theme=dark; Path=/\nrefresh=8f14e45fceea1; HttpOnly"
	if got := m.header("set-cookie", joined, scope{}); strings.Contains(got, "8f14e45fceea1") || !strings.HasPrefix(got, "theme=dark; Path=/\nrefresh=") {
		t.Errorf("joined cookies become %q", got)
	}
	if got := m.header("x-auth", "s3cr3t-value", scope{}); got == "s3cr3t-value" {
		t.Error("x-auth is not masked")
	}
	for pair, masked := range map[string]bool{
		"theme=dark": false, "locale=de-CH": false, "seen=1": false, "sid=abcdefgh": true, "x=8f14e45fceea": true,
		"session=dark": true, "pref=averylongvaluewithoutdigits": true, "empty=": false, "noValue": false,
	} {
		if got := m.header("cookie", pair, scope{}); (got != pair) != masked {
			t.Errorf("%s becomes %s, want it masked: %v", pair, got, masked)
		}
	}
}

func TestTypedPassword(t *testing.T) {
	m := testMasker()
	value := "password"
	e := playback.Event{Kind: playback.Input, Value: &value, On: playback.On{Target: &playback.Target{CSS: playback.CSS{"input[name=password]"}}}}
	m.Event(&e, nil)
	sent := m.Event(&playback.Event{Kind: playback.Req}, []byte(`{"user":"ana","password":"password"}`))
	if *e.Value == "password" || string(sent) != `{"user":"ana","password":"`+*e.Value+`"}` {
		t.Errorf("typed %q, sent %s", *e.Value, sent)
	}
}

func FuzzMask(f *testing.F) {
	f.Add([]byte(`{"a":["b@c.de",{"token":"x"}],"n":4111111111111111} {"x":`), "application/json")
	f.Add([]byte("a=%zz&password=%41&code=1&state=2"), "application/x-www-form-urlencoded")
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n1\r\n--b--"), "multipart/form-data; boundary=b")
	f.Fuzz(func(t *testing.T, data []byte, typ string) {
		m := testMasker()
		e := &playback.Event{Kind: playback.Req, URL: string(data), Text: string(data), Headers: playback.Headers{
			"content-type": {typ}, "cookie": {string(data)}, "authorization": {string(data)},
		}}
		first := cloneEvent(e)
		one := m.Event(first, data)
		if two := m.Event(cloneEvent(e), data); string(one) != string(two) {
			t.Errorf("masking twice gives %q and %q", one, two)
		}
		second := cloneEvent(first)
		again := m.Event(second, one)
		if string(again) != string(one) || second.URL != first.URL || second.Text != first.Text {
			t.Errorf("masking what is masked, %q, gives\n%q %q %q after\n%q %q %q", first.Masked,
				again, second.URL, second.Text, one, first.URL, first.Text)
		}
	})
}
