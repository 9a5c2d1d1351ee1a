package sources

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"restep/player/playback"
)

// field is an element that text was typed into.
func field(name string) playback.On {
	return playback.On{Target: &playback.Target{Attrs: map[string]string{"name": name}}}
}

func enter(name, text string) Line {
	return Line{Event: playback.Event{Kind: playback.Type, Text: text, Value: &text, On: field(name)}}
}

func message(e playback.Event, body string) Line { return Line{Event: e, Content: memory(body)} }

// maskAll masks a recording of these lines and returns what can be read in each.
func maskAll(t *testing.T, m *Masker, lines ...Line) []string {
	t.Helper()
	r := NewRecording("test", Options{})
	defer r.Close()
	for _, l := range lines {
		r.Add(l)
	}
	if err := m.Learn(r); err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range lines {
		e := cloneEvent(&lines[i].Event)
		data, err := lines[i].bytes()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, everything(e, m.Event(e, data)))
	}
	return out
}

// TestAnyPassword checks that a password is hidden whatever it looks like, wherever it stands under its name, and that
// what was typed is what is sent.
func TestAnyPassword(t *testing.T) {
	for _, p := range []string{
		"{Zq81xv!plm", "${Kx9-plumbum", "{Kx9plumbum}", "2031-04-05", "9.81.77.23", "Basic", "bearer", "none", "undefined", "https://Tz5Kp9.example/Wn81",
		"{\"Qq77w\":1", "[Kk81mn]", "[1234567]", `{"a":"plumbum"}`, `"plumbum"`, "correct horse battery", "zz", "12345678", "Basic plumbum", "***9", "jane@example.com",
	} {
		quoted := strconv.Quote(p)
		form := "client_secret=" + url.QueryEscape(p)
		xml := "<password>" + textEscapes.Replace(p) + "</password>"
		part := "--b\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n" + p + "\r\n--b--\r\n"
		basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("ana:"+p))
		out := maskAll(t, testMasker(),
			enter("new-password", p),
			message(req(api, asJSON), `{"userPassword":`+quoted+`}`),
			message(req(api, asForm), form),
			message(req(api, asXML), xml),
			message(req(api, "multipart/form-data; boundary=b"), part),
			Line{Event: playback.Event{Kind: playback.Req, Headers: playback.Headers{"authorization": {basic}}}},
		)
		for i, in := range []string{p, quoted, form, xml, p + "\r\n--b", basic} {
			if strings.Contains(out[i], in) {
				t.Errorf("%s can be read in\n%s", p, out[i])
			}
		}
		standIn := strings.Trim(out[0], "\n")[:len(p)]
		if want := `{"userPassword":` + strconv.Quote(standIn) + `}`; !strings.HasPrefix(out[1], want) {
			t.Errorf("%s is typed as %s, and sent as %s", p, standIn, out[1])
		}
		if want := "client_secret=" + url.QueryEscape(standIn); !strings.HasPrefix(out[2], want) {
			t.Errorf("%s is typed as %s, and sent as %s", p, standIn, out[2])
		}
	}
	for _, p := range []string{"true", "null", "${DB.PASSWORD}", "{{ password }}", "*****", "••••"} {
		if got := testMasker().password(p); got != p {
			t.Errorf("%s, which is no secret, becomes %s", p, got)
		}
	}
}

// TestShortSecrets checks that a password or code that may mean something else is replaced under names that may hold
// it, and what the app shows stays.
func TestShortSecrets(t *testing.T) {
	m := testMasker()
	const answer = `{"plan":"gold2024","price":"100000","total":123456,"orders":[{"id":"123456","sum":100000}],"plans":["gold2024"]}`
	out := maskAll(t, m,
		message(req(api, asJSON), `{"pass":"gold2024","pin":"100000","otp":123456,"password":"Sommerwiese","session":"2024-10-01","token":"primary"}`),
		message(res(asJSON), answer),
		message(req("https://a.example/plans/gold2024?plan=gold2024", asJSON), `{"pw2":"gold2024","price":"100000","day":"2024-10-01","class":"primary"}`),
		message(res(asJSON), `{"loginPin":"100000","password":"Sommerwiese","season":"Sommerwiese"}`),
		Line{Event: playback.Event{Kind: playback.Console, Args: nil, Extra: []byte(`{"args":["gold2024","100000"]}`)}},
	)
	if !strings.HasPrefix(out[1], answer) {
		t.Errorf("the answer becomes %s", out[1])
	}
	for i, want := range map[int]string{
		2: `{"pw2":"` + m.shape("secret", "gold2024") + `","price":"100000","day":"2024-10-01","class":"primary"}` + "\nhttps://a.example/plans/gold2024?plan=gold2024",
		3: `{"loginPin":"` + m.shape("secret", "100000") + `","password":"` + m.shape("secret", "Sommerwiese") + `","season":"Sommerwiese"}`,
		4: `{"args":["` + m.shape("secret", "gold2024") + `","100000"]}`,
	} {
		if !strings.Contains(out[i], want) {
			t.Errorf("line %d holds\n%s\nwant\n%s", i+1, out[i], want)
		}
	}
}

// TestLongSecrets checks that a secret that can mean nothing else is replaced everywhere, and one that is made of words
// is not, unless a person typed it as a password.
func TestLongSecrets(t *testing.T) {
	out := maskAll(t, testMasker(),
		message(res(asJSON), `{"token":"x8Kd02mQpL4v","session_id":"spring-sale-2024-b","x":"x8Kd02mQpL4v1 spring-sale-2024-b"}`),
		message(req(api, asJSON), `{"password":"correct horse 77 battery"}`),
		message(res("text/plain"), "tried correct horse 77 battery"),
		message(res(asJSON), `{"a":"q1w2e3r4","b":"q1w2e3r4 "}`),
		message(req(api, asJSON), `{"token":"q1w2e3r4"}`),
	)
	for i, want := range []string{` spring-sale-2024-b"}`, "{", "tried ", `"b":"q1w2e3r4 "`} {
		if !strings.Contains(out[i], want) {
			t.Errorf("%q is gone from %s", want, out[i])
		}
	}
	for i, hidden := range []string{"x8Kd02mQpL4v", "horse", "horse", `"a":"q1w2e3r4"`} {
		if strings.Contains(out[i], hidden) {
			t.Errorf("%q can be read in %s", hidden, out[i])
		}
	}
}

// TestForm checks that what is typed is what the request sends, under whatever name, until something else begins.
func TestForm(t *testing.T) {
	m := testMasker()
	pass, pin := m.shape("secret", "hunter2"), m.shape("secret", "390666")
	route := Line{Event: playback.Event{Kind: playback.Route, URL: "https://a.example/home"}}
	click := Line{Event: playback.Event{Kind: playback.Click}}
	for _, c := range []struct {
		name  string
		lines []Line
		want  string // in the last line
	}{
		{"an odd name", []Line{enter("password", "hunter2"), click, message(req(api, asJSON), `["ana","hunter2",{"q7":"hunter2"}]`)}, `["ana","` + pass + `",{"q7":"` + pass + `"}]`},
		{"a form", []Line{enter("password", "hunter2"), message(req(api, asForm), "q7=hunter2&x=1")}, "q7=" + pass + "&x=1"},
		{"a multipart form", []Line{enter("password", "hunter2"), message(req(api, "multipart/form-data; boundary=b"), "--b\r\nContent-Disposition: form-data; name=q7\r\n\r\nhunter2\r\n--b--")}, "\r\n" + pass + "\r\n"},
		{"another request before", []Line{enter("password", "hunter2"), message(req(api, asJSON), `{"seen":1}`), click, message(req(api, asJSON), `["hunter2"]`)}, `["` + pass + `"]`},
		{"another field behind", []Line{enter("password", "hunter2"), enter("city", "Zug"), message(req(api, asJSON), `["hunter2","Zug"]`)}, `["` + pass + `","Zug"]`},
		{"sent again", []Line{enter("password", "hunter2"), message(req(api, asJSON), `["hunter2"]`), click, message(req(api, asJSON), `["hunter2"]`)}, `["` + pass + `"]`},
		{"on the next page", []Line{enter("pin", "390666"), message(req(api, asJSON), `{"pin":"390666"}`), route, message(req(api, asJSON), `{"ref":"390666"}`)}, `{"ref":"390666"}`},
		{"numbers and things", []Line{enter("pin", "390666"), message(req(api, asJSON), `{"x":"390666","n":390666,"orderId":"390666","price":"390666"}`)}, `{"x":"` + pin + `","n":390666,"orderId":"390666","price":"390666"}`},
		{"an answer", []Line{enter("pin", "390666"), message(res(asJSON), `{"ref":"390666"}`)}, `{"ref":"390666"}`},
		{"a field that does not tell", []Line{message(req(api, asJSON), `{"otp":"390666"}`), enter("digits", "390666")}, "390666"},
		{"a price that is typed too", []Line{enter("pin", "390666"), enter("amount", "390666")}, "390666"},
	} {
		out := maskAll(t, testMasker(), c.lines...)
		if got := out[len(out)-1]; !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	out := maskAll(t, testMasker(), enter("digits", "390666"), message(req(api, asJSON), `{"otp":"390666","again":"390666"}`))
	if strings.Contains(out[0]+out[1], "390666") || !strings.Contains(out[0], pin) {
		t.Errorf("a code is typed as %s, and sent as %s", out[0], out[1])
	}
	out = maskAll(t, testMasker(), enter("pin", "390666"), enter("amount", "390666"), message(req(api, asJSON), `{"pin":"390666","amount":"390666"}`))
	if !strings.HasPrefix(out[1], "\n\n390666") || !strings.Contains(out[2], `"amount":"390666"`) {
		t.Errorf("an amount is typed as %q, and sent as %s", out[1], out[2])
	}
}

// TestAccountNumbersAndCards checks that no part of an account number, or of its stand-in, is taken for a card.
func TestAccountNumbersAndCards(t *testing.T) {
	m := testMasker()
	for n := range 500 {
		plain := fmt.Appendf(nil, "DE00%08d%08d%02d", 41111111+n*7919, 11111111+n*104729, n%100)
		check := 98 - ibanRest([]rune(string(plain)))
		s := fmt.Sprintf("DE%02d %s %s %s %s %s", check, plain[4:8], plain[8:12], plain[12:16], plain[16:20], plain[20:])
		if got := m.text(s, scope{}); ibanAt(s) != len(s) || ibanAt(got) != len(got) || m.text(got, scope{}) != got {
			t.Fatalf("%s becomes %s", s, got)
		}
	}
}

// TestAccountNumbers checks that stand-ins of account numbers pass the checksum, are the same with and without spaces,
// and are not masked again.
func TestAccountNumbers(t *testing.T) {
	m := testMasker()
	for _, s := range []string{"DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"} {
		got := m.password(s)
		if got == s || got[:2] != s[:2] || ibanAt(got) != len(s) {
			t.Errorf("%s becomes %s", s, got)
		}
		var groups []string
		for at := 0; at < len(s); at += 4 {
			groups = append(groups, s[at:min(at+4, len(s))])
		}
		spaced := m.text("to "+strings.Join(groups, " ")+".", scope{})
		if strings.ReplaceAll(spaced, " ", "") != "to"+got+"." {
			t.Errorf("with spaces it becomes %s, want %s", spaced, got)
		}
		if again := m.text(spaced, scope{}); again != spaced || m.password(got) != got {
			t.Errorf("masking again gives %s and %s", again, m.password(got))
		}
	}
}
