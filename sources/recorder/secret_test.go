package recorder

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"restep/player/playback"
)

// planted are values that nobody may find in a recording, by the field that they are typed into.
type planted struct{ field, value string }

// letters of planted values: those that no number or word of the page is made of by chance.
const letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

func randomText(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	b[0], b[1], b[2] = 'q', '7', 'Z' // letters of both cases and digits
	return string(b)
}

// card is a number that passes the check of Luhn.
func card(r *rand.Rand) string {
	digits := []int{4}
	for len(digits) < 15 {
		digits = append(digits, r.IntN(10))
	}
	sum := 0
	for i, d := range digits {
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	text := ""
	for _, d := range append(digits, (10-sum%10)%10) {
		text += fmt.Sprint(d)
	}
	return text
}

// iban is a German account number with its check digits (ISO 13616).
func iban(r *rand.Rand) string {
	account := ""
	for len(account) < 18 {
		account += fmt.Sprint(r.IntN(10))
	}
	rest := 0
	for _, c := range account + "131400" { // D, E, 00
		rest = (rest*10 + int(c-'0')) % 97
	}
	return fmt.Sprintf("DE%02d%s", 98-rest, account)
}

// plant makes one value of each kind.
func plant(r *rand.Rand) []planted {
	return []planted{
		{"password", randomText(r, 14)},
		{"cardnumber", card(r)},
		{"iban", iban(r)},
		{"email", randomText(r, 9) + "@" + strings.ToLower(randomText(r, 6)) + ".org"},
		{"token", randomText(r, 24)},
		{"remark", "private " + randomText(r, 12)},
		{"customer", randomText(r, 13)},
		{"phrase", "correct horse " + randomText(r, 8)},
	}
}

// secretPage sends, logs, stores and shows what is typed into it, and checks it first as apps do.
const secretPage = `<form id=f autocomplete=off>
	<input name=password type=password><input name=cardnumber autocomplete=cc-number><input name=iban><input name=email type=email>
	<input name=token autocomplete=one-time-code><input name=remark data-private><input name=customer class=customer>
	<input name=phrase type=password></form><button id=done>done</button><p id=shown></p><script>
	const luhn = (s) => [...s].reverse().reduce((n, c, i) => n + (i % 2 ? (c * 2 > 9 ? c * 2 - 9 : c * 2) : +c), 0) % 10 === 0;
	const valid = (v) => luhn(v.cardnumber) && /^DE\d{20}$/.test(v.iban) && f.email.checkValidity() && v.password.length >= 8;
	let round = 0;
	async function go() {
		const v = Object.fromEntries(new FormData(f));
		round++;
		console.log('sending', v.password, v);
		console.log('card ' + v.cardnumber + ' of ' + v.email);
		localStorage.setItem('draft', JSON.stringify(v));
		sessionStorage.setItem('last', v.token);
		localStorage.plain = v.password;
		document.cookie = 'auth=' + v.token;
		history.replaceState(null, '', '?token=' + encodeURIComponent(v.token));
		const headers = {authorization: 'Bearer ' + v.token, 'content-type': 'application/json'};
		const r = await (await fetch('/api?q=' + encodeURIComponent(v.password), {method: 'POST', headers, body: JSON.stringify(v)})).json();
		await fetch('/form', {method: 'POST', body: new URLSearchParams(v)});
		await fetch('/multi', {method: 'POST', body: new FormData(f)}).then((r) => r.text());
		navigator.sendBeacon('/beacon', v.phrase);
		document.querySelector('#shown').textContent = r.echo;
		Promise.reject(new Error('failed for ' + v.email + ' with ' + v.password));
		window.ok = valid(v);
		document.title = 'round ' + round + ' of ' + v.customer;
		f.reset();
	}</script>`

// TestSecrets types, sends, gets, logs, stores and shows more than 500 secrets. None may be in the file or its blobs, at
// the end and at any moment before.
func TestSecrets(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		q, _ := url.ParseQuery(r.URL.RawQuery)
		w.Header().Set("content-type", "application/json")
		w.Header().Add("set-cookie", "session="+strings.TrimPrefix(r.Header.Get("authorization"), "Bearer ")+"; Path=/")
		fmt.Fprintf(w, `{"echo":%q,"asked":%q,"again":[%q],"fill":%q}`, body, q.Get("q"), strings.Repeat(string(body)+" ", 8), strings.Repeat("x", 3000))
	}
	base := site(t, map[string]http.HandlerFunc{
		"/": html(secretPage), "/api": echo, "/form": echo, "/multi": echo, "/beacon": echo,
	})
	const rounds = 64
	random := rand.New(rand.NewPCG(3, 4))
	r := startRecording(t, Options{URL: base + "/", Rules: Rules{CSS: []string{".customer"}}})
	r.until("document.querySelector('#f')")
	var all []planted
	var looks atomic.Int64
	for round := range rounds {
		values := plant(random)
		all = append(all, values...)
		for _, p := range values {
			if round%16 == 0 {
				r.click("[name=" + p.field + "]")
				r.keys(p.value)
				continue
			}
			r.eval("f." + p.field + ".focus()")
			if err := r.user.Call(t.Context(), "Input.insertText", params{"text": p.value}, nil); err != nil { // as a password manager does
				t.Fatal(err)
			}
		}
		r.click("#done")
		r.eval("go()")
		r.until(fmt.Sprintf("document.title.startsWith('round %d ')", round+1))
		if r.eval("window.ok") != "true" {
			t.Fatal("the page finds the values wrong, so that nothing would be tested")
		}
		if round%16 == 0 {
			looks.Add(1)
			reveal(t, filepath.Dir(r.name), all)
		}
	}
	list := r.finish()
	reveal(t, filepath.Dir(r.name), all)
	t.Logf("%d values in %d lines, looked for %d times while recording", len(all), len(list), looks.Load())
	if len(all) < 500 || len(find(list, playback.Req, to("/api"))) != rounds {
		t.Errorf("%d values, %d requests", len(all), len(find(list, playback.Req, to("/api"))))
	}
	r.sameStandIns(list)
}

// sameStandIns looks whether what was typed is what was sent, so that a replay sends what was recorded, and is valid.
func (r *recording) sameStandIns(list []*playback.Event) {
	r.t.Helper()
	typed := map[string]string{}
	for _, e := range list {
		if e.Kind == playback.Type && e.On.Target != nil && e.Value != nil {
			typed[e.On.Target.Attrs["name"]] = *e.Value
		}
		if e.Kind != playback.Req || !to("/form")(e) {
			continue
		}
		sent, err := url.ParseQuery(text(e.Body))
		if err != nil {
			r.t.Fatal(err)
		}
		for name := range sent {
			if got, want := sent.Get(name), typed[name]; got != want {
				r.t.Errorf("%s: field %s was sent as %q and typed as %q", e.ID, name, got, want)
			}
		}
		if n := sent.Get("cardnumber"); !luhn(n) {
			r.t.Errorf("%s: %q is no card", e.ID, n)
		}
		if at, host, ok := strings.Cut(sent.Get("email"), "@"); !ok || at == "" || !strings.Contains(host, ".") {
			r.t.Errorf("%s: %q is no address", e.ID, sent.Get("email"))
		}
	}
}

// luhn reports whether digits pass the check of card numbers.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(s) > 0 && sum%10 == 0
}

// reveal looks for the values in all files of a folder, also as URLs, JSON and hexadecimal digits write them.
func reveal(t *testing.T, dir string, all []planted) {
	t.Helper()
	found := map[string]int{}
	example := map[string]string{}
	for name, data := range contents(t, dir) {
		s := string(data)
		for _, p := range all {
			for _, form := range []string{p.value, url.QueryEscape(p.value), url.PathEscape(p.value)} {
				if at := strings.Index(s, form); at >= 0 {
					found[p.field]++
					example[p.field] = fmt.Sprintf("%s: %s", filepath.Base(name), s[max(0, at-200):min(len(s), at+60)])
					break
				}
			}
		}
	}
	for field, n := range found {
		t.Errorf("%d values of %s are there: %s", n, field, example[field])
	}
	if t.Failed() {
		t.FailNow()
	}
}
