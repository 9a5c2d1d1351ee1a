package sources

import (
	"strings"
	"testing"

	"restep/player/playback"
)

// Secrets stand in places that are no content: names of files, the protocols of a WebSocket, headers of any name.
func TestSecretPlaces(t *testing.T) {
	header := func(name, value string) playback.Event {
		return playback.Event{Kind: playback.Req, Method: "GET", URL: "https://a.example/", Headers: playback.Headers{name: {value}}}
	}
	const token = "tk9Qm2ZxV7rLb4NcW8sHd3Jf"
	for _, c := range []struct {
		name   string
		event  playback.Event
		body   string
		secret string // is hidden
		kept   string
	}{
		{"upload", playback.Event{Kind: playback.Upload, Files: []playback.FileRef{{Name: "cv ana.m@private.de.pdf"}}}, "", "ana.m@private.de", "cv "},
		{"download", playback.Event{Kind: playback.Download, Name: "invoice-ana.m@private.de.pdf"}, "", "ana.m@private.de", ".pdf"},
		{"protocol", header("sec-websocket-protocol", "graphql-transport-ws, bearer, hunter2zebra"), "", "hunter2zebra", "graphql-transport-ws, bearer, "},
		{"protocol that is random", header("sec-websocket-protocol", "v1.chat, "+token), "", token, "v1.chat, "},
		{"protocol with dots", header("sec-websocket-protocol", "base64url.bearer.authorization.k8s.io."+token), "", token, "base64url.bearer.authorization.k8s.io."},
		{"header", header("x-shop-auth", token), "", token, ""},
		{"tokens", header("content-type", "application/json"), `{"tokens":["x1y2z3w4"],"max_tokens":4096}`, "x1y2z3w4", `"max_tokens":4096`},
		{"answer", header("content-type", "application/json"), `{"securityAnswer":"Bello"}`, "Bello", ""},
		{"small letters", header("content-type", "application/json"), `{"a":"de89370400440532013000"}`, "370400440532013000", `"de`},
	} {
		e := c.event
		got := everything(&e, testMasker().Event(&e, []byte(c.body))) + e.Name
		for _, f := range e.Files {
			got += f.Name
		}
		if strings.Contains(got, c.secret) || !strings.Contains(got, c.kept) || len(e.Masked) == 0 {
			t.Errorf("%s: %s, masked %v", c.name, got, e.Masked)
		}
	}
	m := testMasker()
	big, small := m.password("DE89370400440532013000"), m.password("de89370400440532013000")
	if big != strings.ToUpper(small) || m.password(small) != small {
		t.Errorf("%s and %s", big, small)
	}
}

// A card number has one stand-in, in groups as it is shown and without as it is sent.
func TestCardGroups(t *testing.T) {
	m := testMasker()
	for _, groups := range []string{"4539 5787 6362 1486", "4539-5787-6362-1486", "3782 822463 10005"} {
		plain := strings.NewReplacer(" ", "", "-", "").Replace(groups)
		shown, sent := m.card(groups), m.card(plain)
		if strings.NewReplacer(" ", "", "-", "").Replace(shown) != sent || sent == plain || !luhn(sent) {
			t.Errorf("%s is shown as %s and sent as %s", groups, shown, sent)
		}
		if !m.cardStandsIn(shown) || !m.cardStandsIn(sent) || m.cardStandsIn(plain) {
			t.Errorf("it is not seen which of %s, %s and %s are stand-ins", plain, shown, sent)
		}
	}
}
