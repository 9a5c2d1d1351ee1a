package sources

import (
	"encoding/base64"
	"strings"
	"testing"

	"restep/player/playback"
)

// pem is a private key that opens nothing.
const pem = "-----BEGIN RSA PRIVATE KEY-----\n" +
	"MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\n" +
	"KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQJAIJLixBy2qpFoS4DSmoEm\n-----END RSA PRIVATE KEY-----\n"

// found is one message of a recording: what must not be readable afterwards, and what must stay.
type found struct {
	name string
	e    playback.Event
	body string
	hide []string
	keep []string
}

func req(url, typ string) playback.Event {
	e := playback.Event{Kind: playback.Req, Method: "POST", URL: url}
	if typ != "" {
		e.Headers = playback.Headers{"content-type": {typ}}
	}
	return e
}

func res(typ string) playback.Event {
	return playback.Event{Kind: playback.Res, Headers: playback.Headers{"content-type": {typ}}}
}

const api, asJSON, asForm, asHTML, asXML = "https://api.example/x", "application/json", "application/x-www-form-urlencoded", "text/html", "text/xml"

// bodies are secrets in the content of messages.
var bodies = []found{
	{"a private key", res("text/plain"), pem, []string{"MIIBOgIBAAJB", "KUpRKfFLfRYC"}, []string{"-----BEGIN RSA PRIVATE KEY-----\n", "\n-----END RSA"}},
	{"a private key in JSON", res(asJSON), `{"key":"` + strings.ReplaceAll(pem, "\n", `\n`) + `"}`, []string{"MIIBOgIBAAJB", "KUpRKfFLfRYC"}, []string{`-----\n`}},
	{"a private key in broken JSON", res(asJSON), `{"key":"` + strings.ReplaceAll(pem, "\n", `\n`), []string{"MIIBOgIBAAJB", "KUpRKfFLfRYC"}, []string{`KEY-----\n`}},
	{"a private key without its end", res("text/plain"), pem[:90], []string{"MIIBOgIBAAJB"}, nil},
	{"a public key", res("text/plain"), strings.ReplaceAll(pem, "RSA PRIVATE", "PUBLIC"), nil, []string{"MIIBOgIBAAJB"}},
	{"GraphQL", req(api, asJSON), `{"query":"mutation { login(user: \"ana\", password: \"letmein\", pin: 4711) { token } }"}`, []string{"letmein", "4711"}, []string{`user: \"ana\"`, "{ token }"}},
	{"GraphQL with an input object", req(api, "application/graphql"), `mutation { login(input: {password: """let "me" in""", token:"a\"b7x"}) { id } }`, []string{`let "me" in`, `b7x`}, []string{"login(input: {"}},
	{"GraphQL with variables", req(api, asJSON), `{"query":"mutation($password: String!) { login(password: $password) { ok } }","variables":{"password":"letmein"}}`, []string{"letmein"}, []string{"$password: String!", "password: $password"}},
	{"XML", req(api, asXML), `<?xml version="1.0"?><login user="ana" apiKey='k1'><password>hunter2</password><Token><![CDATA[t&0k]]></Token><note>hi</note></login>`, []string{"hunter2", "t&0k", "'k1'"}, []string{`user="ana"`, "<note>hi</note>", "<![CDATA["}},
	{"SOAP", req(api, "application/soap+xml"), `<s:Envelope><wsse:UsernameToken><wsse:Username>ana</wsse:Username><wsse:Password Type="http://docs.oasis-open.org/wss#PasswordText">let&amp;me</wsse:Password></wsse:UsernameToken></s:Envelope>`, []string{"let&amp;me", "let&me"}, []string{"<wsse:Username>ana<", `#PasswordText"`}},
	{"XML of settings", res(asXML), `<map><string name="auth_token">ab12cd34</string><string name="city">Zug 6300</string><add key="Password" value="pw12"/></map>`, []string{"ab12cd34", "pw12"}, []string{"Zug 6300", `key="Password"`}},
	{"keys in XML", req(api, asXML), `<api key="sk_live_4eC39HqLyjWDarjtT1zdp7dc"/><api key="8f14e45fceea167a5a36dedd"/><add key="Timeout2" value="30"/>`, []string{"4eC39HqLy", "8f14e45f"}, []string{"sk_live_", `key="Timeout2" value="30"`}},
	{"XML-RPC", req(api, asXML), `<struct><member><name>password</name><value><string>letmein</string></value></member><member><name>city</name><value>Zug 1</value></member></struct>`, []string{"letmein"}, []string{"<name>password</name>", "Zug 1"}},
	{"texts about passwords in XML", res(asXML), `<t><Password>Passwort vergessen?</Password></t>`, nil, []string{"Passwort vergessen?"}},
	{"JSON in JSON in JSON", req(api, asJSON), `{"a":"{\"b\":\"{\\\"c\\\":\\\"[{\\\\\\\"token\\\\\\\":\\\\\\\"x1y2z3\\\\\\\"}]\\\"}\"}"}`, []string{"x1y2z3"}, []string{`{\"b\":`}},
	{"a Socket.IO event", playback.Event{Kind: playback.WS, Dir: playback.Out}, `42["auth",{"token":"x7","room":"r7"}]`, []string{`"x7"`}, []string{`42["auth",{"token":"`, `"room":"r7"`}},
	{"a Socket.IO event in a namespace", playback.Event{Kind: playback.WS, Dir: playback.Out}, `451-/chat,12["auth",{"password":"x7"}]`, []string{`"x7"`}, []string{`451-/chat,12["auth",`}},
	{"an Engine.IO handshake", playback.Event{Kind: playback.WS, Dir: playback.In}, `0{"sid":"lv_VI97HAXpY6yYWAAAC","pingInterval":25000}`, []string{"lv_VI97HAXpY6yYWAAAC"}, []string{`0{"sid":"`, `"pingInterval":25000`}},
	{"packets of Engine.IO", res("text/plain"), "40{\"sid\":\"wZX3oN0bSVIhsaknAAAI\"}\x1e42[\"in\",{\"token\":\"x7\"}]", []string{"wZX3oN0bSVIhsaknAAAI", `"x7"`}, []string{"\x1e42["}},
	{"SignalR", playback.Event{Kind: playback.WS, Dir: playback.Out}, "{\"protocol\":\"json\"}\x1e{\"arguments\":[{\"password\":\"x7\"}]}\x1e", []string{`"x7"`}, []string{"}\x1e{", `"json"`}},
	{"SockJS", playback.Event{Kind: playback.WS, Dir: playback.In}, `a["{\"token\":\"x7y8\"}"]`, []string{"x7y8"}, []string{`a["{\"token`}},
	{"STOMP", playback.Event{Kind: playback.WS, Dir: playback.Out}, "CONNECT\nlogin:ana\npasscode:letmein\n\n\x00", []string{"letmein"}, []string{"login:ana", "\x00"}},
	{"graphql-ws", playback.Event{Kind: playback.WS, Dir: playback.Out}, `{"type":"connection_init","payload":{"Authorization":"Bearer a1b2c3d4"}}`, []string{"a1b2c3d4"}, []string{"Bearer ", "connection_init"}},
	{"JSON behind a guard", res(asJSON), ")]}',\n{\"csrf\":\"a1b2\"}", []string{"a1b2"}, []string{")]}',\n"}},
	{"JSONP", res("text/javascript"), `cb_17({"sessionId":"a1b2","n":2});`, []string{"a1b2"}, []string{`cb_17({"sessionId":"`, `"n":2});`}},
	{"names in parts", req(api, asForm), "user%5Bpassword%5D=letmein&session.id=a1&session_id=a2&user[name]=ana&sessionId=a3", []string{"letmein", "=a1", "=a2", "=a3"}, []string{"user[name]=ana"}},
	{"names around values", req(api, asJSON), `{"session":{"id":"a1","user":"ana"},"password":{"old":"letmein","new":"letmeout"},"token":{"type":"x"}}`, []string{`"a1"`, "letme"}, []string{"ana", `"type":"x"`}},
	{"names beside values", req(api, asJSON), `[{"name":"user","value":"ana"},{"name":"password","value":"letmein"}]`, []string{"letmein"}, []string{`"value":"ana"`}},
	{"an exchange of OAuth", req(api, asForm), "grant_type=authorization_code&code=4/0AX4XfWh-zzQ&code_verifier=abc123def456&redirect_uri=https%3A%2F%2Fa.example%2Fcb", []string{"0AX4XfWh", "abc123def456"}, []string{"grant_type=authorization_code", "redirect_uri=https%3A%2F%2Fa.example%2Fcb"}},
	{"HTML", res(asHTML), `<form><input type=hidden name=csrf_token value=abc123><input type="password" value="let&quot;me"><input name="city" value="Zug 12"></form><meta content="Zm9vYmFy99" name="csrf-token">`,
		[]string{"abc123", "let&quot;me", "Zm9vYmFy99"}, []string{`value="Zug 12"`, "name=csrf_token"}},
	{"scripts in HTML", res(asHTML), `<script>window.csrfToken = "Zm9vYmFyMTIzNDU2"; var cfg = {"apiKey":"8f14e45fceea167a", token: "comma"};</script><script type="application/json">{"session":{"id":"a1"}}</script>`,
		[]string{"Zm9vYmFyMTIzNDU2", "8f14e45fceea167a", `"a1"`}, []string{`token: "comma"`, "window.csrfToken = "}},
	{"links in HTML", res(asHTML), `<a href="/reset?token=a1b2&amp;x=1">go</a> <a class="token-1 password" id="password" href='https://a.example/invite/8f14e45fceea167a5a36dedd4bea2543'>x</a>`,
		[]string{"a1b2", "8f14e45fceea167a5a36dedd4bea2543"}, []string{"x=1", `class="token-1 password" id="password"`, ">go</a>"}},
	{"properties in HTML", res(asHTML), `<div data-props='{"user":"ana","token":"a1b2"}' data-csrf="a1b3">A password</div><button accesskey="s">s</button>`, []string{"a1b2", "a1b3"}, []string{"ana", "A password", `accesskey="s"`}},
	{"a URL under a secret name", res(asJSON), `{"passwordResetUrl":"https://a.example/reset/8f14e45fceea167a5a36dedd4bea2543?lang=de"}`, []string{"8f14e45fceea167a5a36dedd4bea2543"}, []string{"https://a.example/reset/", "?lang=de"}},
	{"a URL in a sentence", res(asJSON), `{"text":"See https://a.example/x?token=a1b2c3 for more, token fans"}`, []string{"a1b2c3"}, []string{"for more, token fans", "See https://a.example/x?token="}},
	{"a log line", playback.Event{Kind: playback.Console}, "login failed: password=letmein, user=ana; token: 'letme1n'", []string{"letmein", "letme1n"}, []string{"user=ana", "login failed"}},
	{"an encrypted token", res(asJSON), `{"t":"eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGe.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX.XFBoMYUZodetZdvTiFvSkQ"}`,
		[]string{"OKOawDo13gRp2ojaHV7", "5eym8TW_c8SuK0lt"}, []string{"eyJhbGciOiJSU0EtT0FFUCJ9."}},
	{"JSON in base64", res("text/plain"), encode(`{"password":"B64Pw7712xyz","n":1}`), []string{encode(`"B64Pw7712xyz"`)[4:12]}, []string{encode(`{"password"`)[:12]}},
	{"a field of JSON in base64", req(api, asJSON), `{"data":"` + strings.TrimRight(encode(`{"user":"ana","token":"a1b2c3"}`), "=") + `"}`, []string{encode(`{"user":"ana","token":"a1b2c3`)[32:]}, []string{encode(`{"user":"ana","token":"`)[:28]}},
	{"JSON in base64 that holds no secret", req(api, asJSON), `{"after":"` + encode(`{"id":123, "sort":[1,"2024-01-01"]}`) + `"}`, nil, []string{encode(`{"id":123, "sort":[1,"2024-01-01"]}`)}},
	{"CSV", res("text/csv"), "user,password,\"API Key\"\r\nbob,CsvPw771x,\"a\"\"b,1\"\r\nana,letmein,k22\r\n", []string{"CsvPw771x", `a""b,1`, "letmein", "k22"}, []string{"user,password,\"API Key\"\r\nbob,", "\r\nana,"}},
	{"CSV without a type", res("text/plain"), "mail;token\nana@corp.ch;a1b2c3\n", []string{"ana@corp.ch", "a1b2c3"}, []string{"mail;token\n"}},
	{"texts with commas", res("text/plain"), "Your password, please\nand then, all", nil, []string{"Your password, please\nand then, all"}},
	{"lines that are no table", res("text/plain"), "password,user\nSommerwiese", nil, []string{"\nSommerwiese"}},
	{"CSV without secrets", res("text/csv"), "name,tokens\nA,\"1,5\"\n", nil, []string{"A,\"1,5\""}},
	{"keys of services", res(asJSON), `{"a":"DefaultEndpointsProtocol=https;AccountKey=` + strings.Repeat("abcd1234+/", 8) + `abcd12==;EndpointSuffix=core.windows.net","b":"MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz1234","c":"use SK0123456789abcdef0123456789abcdef.","d":"AC0123456789abcdef0123456789abcdef"}`,
		[]string{"abcd1234+/abcd1234", "TIzNDU2Nzg5", "Gabcde", "0123456789abcdef"}, []string{"AccountKey=", ";EndpointSuffix=core.windows.net", "use SK", `"AC`}},
	{"account numbers", res(asJSON), `{"iban":"DE89370400440532013000","text":"Pay to DE89 3704 0044 0532 0130 00, or CH9300762011623852957.","gb":"GB29 NWBK 6016 1331 9268 19"}`,
		[]string{"370400440532013000", "3704 0044", "0762011623852957", "NWBK"}, []string{`"iban":"DE`, "Pay to DE", ", or CH", `"GB`}},
	{"no account numbers", res(asJSON), `{"a":"DE89370400440532013001","b":"SE4550000000058398257467","c":"xDE89370400440532013000","d":"DE893704004405320130001"}`, nil, []string{`{"a":"DE89370400440532013001","b":"SE4550000000058398257467","c":"xDE89370400440532013000","d":"DE893704004405320130001"}`}},
	{"a code beside names of codes", req(api, asJSON), `{"mfaToken":"a1b2c3","code":"918273"}`, []string{"918273"}, nil},
	{"a code behind a telling address", req("https://a.example/login/2fa", asJSON), `{"code":4711}`, []string{"4711"}, nil},
	{"a code in an answer", res(asJSON), `{"code":"918273","verificationId":"x"}`, []string{"918273"}, []string{`"verificationId":"x"`}},
	{"codes of errors", res(asJSON), `{"code":40013,"verification_required":true,"error":{"code":"4001"}}`, nil, []string{`"code":40013`, `"code":"4001"`}},
	{"codes of places", req(api, asJSON), `{"code":"800100","country":"CH","verified":true}`, nil, []string{`"code":"800100"`}},
	{"an exchange of OAuth in JSON", req(api, asJSON), `{"code":"4/0AX4XfWh-zzQ","redirectUri":"https://a.example/cb"}`, []string{"0AX4XfWh"}, []string{"https://a.example/cb"}},
	{"short words under names of passwords", res(asJSON), `{"password":"XKCD","token":"XKCD"}`, []string{`"password":"XKCD"`}, []string{`"token":"XKCD"`}},
	{"words under names of tokens", res(asJSON), `{"token":"USD","auth":"google","session":"day-1","password":"Passwort?","secret":"${NAME}","pin":true}`, nil, []string{`{"token":"USD","auth":"google","session":"day-1","password":"Passwort?","secret":"${NAME}","pin":true}`}},
	{"binary messages that hold a secret", playback.Event{Kind: playback.WS, Dir: playback.Out}, "\x81\xa5token\xb0q7Jx2mNvB8sKd4Tz\x00{\"token\"", []string{"q7Jx2mNvB8sKd4Tz"}, []string{"\x81\xa5token\xb0"}},
}

// urls are secrets in addresses.
var urls = []found{
	{"a reset link", req("https://a.example/reset/8f14e45fceea167a5a36dedd4bea2543?next=/home", ""), "", []string{"8f14e45fceea167a"}, []string{"/reset/", "?next=/home"}},
	{"an invitation", req("https://a.example/team/invite/42/Zk3_q9XvT2mLw8RbN5yP", ""), "", []string{"Zk3_q9XvT2mLw8RbN5yP"}, []string{"/team/invite/42/"}},
	{"a shared folder", req("https://a.example/share/123e4567-e89b-42d3-a456-426614174000/photo.jpg", ""), "", []string{"123e4567-e89b"}, []string{"/photo.jpg"}},
	{"a session in the path", req("https://a.example/shop;jsessionid=8F14E45FCEEA?x=1", ""), "", []string{"8F14E45FCEEA"}, []string{"/shop;jsessionid=", "?x=1"}},
	{"assets beside login pages", req("https://a.example/reset/static/main.8a7b6c5d4e3f2a1b0c9d.chunk.js", ""), "", nil, []string{"8a7b6c5d4e3f2a1b0c9d"}},
	{"slugs", req("https://a.example/verify/how-to-verify-your-email-address-in-2024", ""), "", nil, []string{"how-to-verify-your-email-address-in-2024"}},
	{"ids of things", req("https://a.example/orders/8f14e45fceea167a5a36dedd4bea2543/items", ""), "", nil, []string{"8f14e45fceea167a5a36dedd4bea2543"}},
	{"an authorization code", req("https://a.example/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz", ""), "", []string{"SplxlOBeZQQYbYS6WxSbIA"}, []string{"state=xyz"}},
	{"an answer of Google", req("https://a.example/cb?code=4/0AbCdEf77Gh_xyzQQ1234&scope=email", ""), "", []string{"0AbCdEf77Gh", "xyzQQ1234"}, []string{"scope=email"}},
	{"an answer with a state", req("https://a.example/cb?code=0AbC_Ef7-Gh9.xyQ&state=zz", ""), "", []string{"AbC_Ef7", "xyQ"}, []string{"state=zz"}},
	{"an answer with a session state", req("https://a.example/cb#code=abcdefghijklmnop.QRSTUVWXYZ&session_state=a", ""), "", []string{"abcdefghijkl", "QRSTU"}, []string{"#code="}},
	{"an answer with an issuer", req("https://a.example/cb?iss=https%3A%2F%2Fa.example&code=12345678", ""), "", []string{"12345678"}, []string{"iss=https%3A%2F%2Fa.example"}},
	{"a code of base64url without neighbours", req("https://a.example/cb?code=aB3_xY9-Kq2_Zr7w-Lm4T", ""), "", []string{"aB3_xY9", "Lm4T"}, nil},
	{"a one-time code in a query", req("https://a.example/verify-otp?code=4711", ""), "", []string{"4711"}, nil},
	{"words under vague names", req("https://a.example/x?pan=left&auth=google&session=day-1", ""), "", nil, []string{"pan=left&auth=google&session=day-1"}},
	{"secrets under vague names", req("https://a.example/x?auth=Zx9Zx9Z&session=4711&sig=a8f3b1", ""), "", []string{"Zx9Zx9Z", "4711", "a8f3b1"}, nil},
	{"codes that are none", req("https://a.example/x?code=US&state=CA&country_code=CH&zip_code=8001", ""), "", nil, []string{"code=US&state=CA&country_code=CH&zip_code=8001"}},
	{"a product code", req("https://a.example/x?code=SKU-2024-00017-XL&state=open", ""), "", nil, []string{"code=SKU-2024-00017-XL&state=open"}},
	{"a key", req("https://a.example/x?key=dcb5fe783bf219c022c9b03416082a4e", ""), "", []string{"dcb5fe783bf2"}, nil},
	{"keys of lists", req("https://a.example/x?key=product-1234-abc&sort_key=created_at2&key=listItem20", ""), "", nil, []string{"key=product-1234-abc&sort_key=created_at2&key=listItem20"}},
	{"a fragment", req("https://a.example/cb#access_token=a1b2c3&token_type=bearer&expires_in=3600", ""), "", []string{"a1b2c3"}, []string{"token_type=bearer&expires_in=3600"}},
	{"a fragment of a router", req("https://a.example/#/id_token=a1b2c3&state=x", ""), "", []string{"a1b2c3"}, []string{"#/id_token=", "&state=x"}},
	{"a page of a router", req("https://a.example/#/reset/8f14e45fceea167a5a36dedd4bea2543?token=a1b2c3", ""), "", []string{"8f14e45fceea167a", "a1b2c3"}, []string{"#/reset/"}},
	{"a signed address", req("https://s3.example/b/o.png?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101&X-Amz-Signature=8f14e45fceea167a&X-Amz-Expires=60", ""), "", []string{"IOSFODNN7", "8f14e45fceea167a"}, []string{"X-Amz-Expires=60"}},
	{"GraphQL in a query", req("https://a.example/g?query=%7Blogin(password%3A%22letmein%22)%7Bid%7D%7D", ""), "", []string{"letmein"}, []string{"login"}},
	{"a known secret with escapes", req("https://a.example/u/q7Jx2mNv%428sKd4Tz%20x/q7Jx2mNvB8sKd4T%7A?n=q7Jx2mNvB8sKd4%54z", ""), "", []string{"q7Jx2mNvB8sKd4"}, []string{"/u/", "?n="}},
	{"cursors", req("https://a.example/x?after=Y3Vyc29yOnYyOpK5MjAyNC0w&page=2", ""), "", nil, []string{"after=Y3Vyc29yOnYyOpK5MjAyNC0w&page=2"}},
}

// heads are secrets in headers, and in what people typed and programs stored.
var heads = []found{
	{"links", withHeader(playback.Res, "link", `<https://a.example/x?page_token=a1b2c3>; rel="next", <https://a.example/x?page=1>; rel="first"`), "", []string{"a1b2c3"}, []string{`>; rel="next", <https://a.example/x?page=1>; rel="first"`}},
	{"a refresh", withHeader(playback.Res, "refresh", `5; url=/login?token=a1b2c3`), "", []string{"a1b2c3"}, []string{"5; url=/login?token="}},
	{"JSON in a header", withHeader(playback.Req, "x-context", `{"user":"ana","token":"a1b2"}`), "", []string{"a1b2"}, []string{`"user":"ana"`}},
	{"escaped cookies", withHeader(playback.Req, "cookie", "p=%7B%22theme%22%3A%22dark%22%2C%22token%22%3A%22a1b2%22%7D;sid=a%20b%3D12345678"), "", []string{"a1b2", "b%3D1234"}, []string{"%22theme%22%3A%22dark%22", "%20", "%3D"}},
	{"stored settings under a secret name", playback.Event{Kind: playback.Storage, Key: "auth", Value: ptr(`{"token":"a1b2","remember":true,"user":"ana"}`)}, "", []string{"a1b2"}, []string{`"remember":true,"user":"ana"}`}},
	{"a stored string", playback.Event{Kind: playback.Storage, Key: "token", Value: ptr(`"a1b2c3"`)}, "", []string{"a1b2c3"}, []string{`"`}},
	{"an address in a stack", playback.Event{Kind: playback.Error, Stack: []playback.StackFrame{{URL: "https://a.example/app.js?token=a1b2c3"}}}, "", []string{"a1b2c3"}, []string{"https://a.example/app.js?token="}},
	{"unknown keys", playback.Event{Kind: playback.Log, Extra: []byte(`{"ctx":{"password":"a1b2","mail":"ana@corp.ch"}}`)}, "", []string{"a1b2", "ana@corp.ch"}, []string{`{"ctx":{"password":"`}},
	{"further selectors", playback.Event{Kind: playback.Click, On: playback.On{Target: &playback.Target{CSS: playback.CSS{"a"}, Extra: []byte(`{"selectors":[["text/ana@corp.ch"]]}`)}}}, "", []string{"ana@corp.ch"}, []string{"text/"}},
	{"a link that was clicked", playback.Event{Kind: playback.Click, On: playback.On{Target: &playback.Target{Attrs: map[string]string{"href": "/invite/8f14e45fceea167a5a36dedd4bea2543"}}}}, "", []string{"8f14e45fceea167a"}, []string{"/invite/"}},
	{"a password in another language", playback.Event{Kind: playback.Input, Value: ptr("geheim"), On: playback.On{Target: &playback.Target{Name: "Kennwort"}}}, "", []string{"geheim"}, []string{"Kennwort"}},
	{"a route", playback.Event{Kind: playback.Route, URL: "https://a.example/verify-email/eyJ0b2tlbl9pZCI6MTIzfQ8f14e45"}, "", []string{"eyJ0b2tlbl9pZCI6MTIzfQ8f14e45"}, []string{"/verify-email/"}},
	{"dates under secret names", playback.Event{Kind: playback.Storage, Key: "token_issued", Value: ptr("2026-01-02T03:04:05Z")}, "", nil, []string{"2026-01-02T03:04:05Z"}},
}

func withHeader(kind playback.Kind, name, value string) playback.Event {
	return playback.Event{Kind: kind, Headers: playback.Headers{name: {value}}}
}

func ptr[T any](v T) *T { return &v }

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// TestCorpus masks every message of the corpus alone, but for one secret that only another message gives away.
func TestCorpus(t *testing.T) {
	for _, list := range [][]found{bodies, urls, heads} {
		for _, c := range list {
			r := NewRecording("test", Options{})
			content, err := r.Keep([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Add(Line{Event: c.e, Content: content})
			r.Add(Line{Event: res(asJSON), Content: memory(`{"token":"q7Jx2mNvB8sKd4Tz"}`)})
			m := testMasker()
			if err := m.Learn(r); err != nil {
				t.Fatal(err)
			}
			e := cloneEvent(&c.e)
			out := everything(e, m.Event(e, []byte(c.body)))
			for _, s := range c.hide {
				if strings.Contains(out, s) {
					t.Errorf("%s: %q can still be read:\n%s", c.name, s, out)
				}
			}
			for _, s := range c.keep {
				if !strings.Contains(out, s) {
					t.Errorf("%s: %q is gone:\n%s", c.name, s, out)
				}
			}
			if len(c.hide) > 0 != (len(e.Masked) > 0) {
				t.Errorf("%s: the line says that it is masked at %q", c.name, e.Masked)
			}
			again := everything(e, m.Event(e, []byte(c.body)))
			if len(c.hide) == 0 && again != out {
				t.Errorf("%s: masking again gives\n%s after\n%s", c.name, again, out)
			}
			r.Close()
		}
	}
}

// everything is what can be read in a line.
func everything(e *playback.Event, body []byte) string {
	parts := []string{string(body), e.URL, e.Text, e.Message, string(e.Extra)}
	for _, v := range e.Headers {
		parts = append(parts, v...)
	}
	if e.Value != nil {
		parts = append(parts, *e.Value)
	}
	for _, f := range e.Stack {
		parts = append(parts, f.URL)
	}
	if t := e.On.Target; t != nil {
		parts = append(parts, t.Name, t.Attrs["href"], string(t.Extra))
	}
	return strings.Join(parts, "\n")
}

// TestClaims checks that a token stays one that an app can read: times, roles and the like stay, what tells who it is
// and the signature go.
func TestClaims(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	head := encode([]byte(`{"alg":"RS256","kid":"k1"}`))
	claims := `{"sub":"auth0|5f7c8ec7c33c6c004bbafe82","name":"Ana Muster","email":"ana@corp.ch","jti":"a1b2c3d4e5","sid":"s-4711",` +
		`"preferred_username":"ana.muster","exp":1800000000,"iat":1700000000,"aud":"shop-web","scope":"openid profile","realm_access":{"roles":["vip-2024"]}}`
	token := head + "." + encode([]byte(claims)) + ".q8Xk2-Zp0aLw7sYt5vRb3nMc6dHf9gJe1uKi4oPzQxE"
	m := testMasker()
	got := strings.Split(m.text(token, scope{}), ".")
	if len(got) != 3 || got[0] != head || got[2] == "q8Xk2-Zp0aLw7sYt5vRb3nMc6dHf9gJe1uKi4oPzQxE" {
		t.Fatalf("token %v", got)
	}
	plain, err := base64.RawURLEncoding.DecodeString(got[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"5f7c8ec7", "Ana", "Muster", "ana@", "a1b2c3d4e5", "s-4711", "ana.muster"} {
		if strings.Contains(string(plain), s) {
			t.Errorf("%q can still be read in %s", s, plain)
		}
	}
	for _, s := range []string{`"exp":1800000000,"iat":1700000000,"aud":"shop-web","scope":"openid profile"`, `["vip-2024"]`, `@example.com"`} {
		if !strings.Contains(string(plain), s) {
			t.Errorf("%q is gone from %s", s, plain)
		}
	}
	if again := m.text(strings.Join(got, "."), scope{}); again != strings.Join(got, ".") {
		t.Errorf("masking again gives %s", again)
	}
}

// TestClaimsMatchTheRest checks that what an app reads in a token is what the other messages say too: it may ask for
// the user that the token names, and show the name that is in it.
func TestClaimsMatchTheRest(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(`{"sub":"1234567890","name":"Ana Muster","preferred_username":"ana.muster","given_name":"Ana"}`)) + "."
	r := NewRecording("test", Options{})
	defer r.Close()
	r.Add(Line{Event: res(asJSON), Content: memory(`{"t":"` + token + `"}`)})
	r.Add(Line{Event: req("https://api.example/users/1234567890/cart?of=1234567890", asJSON), Content: memory(`{"id":1234567890,"ids":["1234567890"],"n":12345678901}`)})
	r.Add(Line{Event: playback.Event{Kind: playback.Input, Value: ptr("ana.muster"), On: playback.On{Target: &playback.Target{Name: "Hello Ana Muster!"}}}})
	m := testMasker()
	if err := m.Learn(r); err != nil {
		t.Fatal(err)
	}
	id, name, user := m.shape("secret", "1234567890"), m.shape("secret", "Ana Muster"), m.shape("secret", "ana.muster")
	want := []string{
		encode([]byte(`{"sub":"` + id + `","name":"` + name + `","preferred_username":"` + user + `","given_name":"Ana"}`)),
		`{"id":` + id + `,"ids":["` + id + `"],"n":12345678901}` + "\nhttps://api.example/users/" + id + "/cart?of=" + id,
		user + "\nHello " + name + "!",
	}
	for i := range r.Lines {
		e := cloneEvent(&r.Lines[i].Event)
		data, _ := r.Lines[i].bytes()
		if out := everything(e, m.Event(e, data)); !strings.Contains(out, want[i]) {
			t.Errorf("line %d holds\n%s\nwant\n%s", i+1, out, want[i])
		}
	}
}

// TestDepth checks that what is packed into itself very deep neither hides a known secret nor costs much.
func TestDepth(t *testing.T) {
	m := testMasker()
	s := `{"token":"x7"}`
	for range 14 {
		s = `{"a":"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"}`
	}
	if got := m.value(s, scope{}); strings.Contains(got, "x7") {
		t.Error("the innermost secret can still be read")
	}
	url := "https://a.example/?next=x"
	for range 40 {
		url = "https://a.example/?next=" + strings.NewReplacer("%", "%25", "?", "%3F", "&", "%26", "=", "%3D").Replace(url)
		if len(url) > 200_000 {
			break
		}
	}
	if got := m.value(url, scope{}); got != url {
		t.Error("a URL without secrets changes")
	}
}

// TestUploadedFile checks that a file has the same secrets masked as the request that sends it.
func TestUploadedFile(t *testing.T) {
	const file = `{"token":"a1b2c3","n":1}`
	m := testMasker()
	f, changed := m.file(&playback.FileRef{Name: "x.json", Type: asJSON}, []byte(file))
	form := "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.json\"\r\nContent-Type: application/json\r\n\r\n"
	e := req(api, "multipart/form-data; boundary=b")
	sent := string(m.Event(&e, []byte(form+file+"\r\n--b--\r\n")))
	if !changed || strings.Contains(string(f), "a1b2c3") || sent != form+string(f)+"\r\n--b--\r\n" {
		t.Errorf("the file becomes %s, the request\n%s", f, sent)
	}
}
