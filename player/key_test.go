package player

import (
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	const form, jsonType = "application/x-www-form-urlencoded", "application/json"
	long := strings.Repeat("x", 600)
	for _, c := range []struct{ name, method, url, contentType, body, want string }{
		{"plain", "GET", "http://a.test/x", "", "", "GET http://a.test/x"},
		{"method and host", "get", "HTTP://A.Test:80", "", "", "GET http://a.test/"},
		{"port", "GET", "https://a.test:8443/", "", "", "GET https://a.test:8443/"},
		{"socket", "GET", "wss://a.test:443/s#x", "", "", "GET https://a.test/s"},
		{"user", "GET", "http://u:p@a.test/", "", "", "GET http://a.test/"},
		{"dots", "GET", "http://a.test/a/./b/../%2e%2E/c//d/..", "", "", "GET http://a.test/c//"},
		{"escapes", "GET", "http://a.test/%7e%c3%a9é a%2fb%zz", "", "", "GET http://a.test/~%C3%A9%C3%A9%20a%2Fb%25zz"},
		{"query", "GET", "http://a.test/?b=2&a=%7E1&&b=1&c#f", "", "", "GET http://a.test/?a=~1&b=2&b=1&c="},
		{"plus", "GET", "http://a.test/?q=a+b%20c%2B'", "", "", "GET http://a.test/?q=a%20b%20c%2B%27"},
		{"empty query", "GET", "http://a.test/?", "", "", "GET http://a.test/"},
		{"not http", "GET", "blob:http://a.test/1#x", "", "", "GET blob:http://a.test/1"},
		{"json", "POST", "http://a.test/", jsonType, `{ "b": [1.0, 1e2, -0], "a": "\u00e9\/" }`, `POST http://a.test/ json {"a":"é/","b":[1,100,0]}`},
		{"json undeclared", "POST", "http://a.test/", "text/plain;charset=UTF-8", `{"b":1,"a":2}`, `POST http://a.test/ json {"a":2,"b":1}`},
		{"json scalar", "POST", "http://a.test/", "application/ld+json; charset=utf-8", ` "x" `, `POST http://a.test/ json "x"`},
		{"json twice", "POST", "http://a.test/", jsonType, `{"a":1,"a":2}`, `POST http://a.test/ json {"a":2}`},
		{"json surrogate", "POST", "http://a.test/", jsonType, `{"\ufb33":1,"\ud83d\ude00":"\ud800"}`, "POST http://a.test/ json {\"😀\":\"\ufffd\",\"\ufb33\":1}"},
		{"json numbers", "POST", "http://a.test/", jsonType, `[1e21,1e-7,123456789012345680000,1e999]`,
			`POST http://a.test/ json [1e+21,1e-7,123456789012345680000,1.7976931348623157e+308]`},
		{"not json", "POST", "http://a.test/", jsonType, `{"a":1} x`, `POST http://a.test/ text {"a":1} x`},
		{"deep json", "POST", "http://a.test/", jsonType, strings.Repeat("[", 502) + strings.Repeat("]", 502),
			"POST http://a.test/ text #1004:8efa272fefd9edb2"},
		{"form", "POST", "http://a.test/", form, "b=2&a=1+1", "POST http://a.test/ form a=1%201&b=2"},
		{"form undeclared", "POST", "http://a.test/", "", "b=2&a=1+1", "POST http://a.test/ form a=1%201&b=2"},
		{"text", "POST", "http://a.test/", "text/plain", "hello", "POST http://a.test/ text hello"},
		{"long", "POST", "http://a.test/", "text/plain", long, "POST http://a.test/ text #600:aa2340bf866c91ae"},
		{"binary", "POST", "http://a.test/", "", "\xff\x00", "POST http://a.test/ binary 2:1a2204157987da7b"},
		{"multipart", "POST", "http://a.test/", `multipart/form-data; boundary="q q"`,
			"--q q\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n2\r\n--q q\r\ncontent-disposition: form-data; name=\"a\"; filename=\"f\"\r\nContent-Type: x/y\r\n\r\n\xff\r\n--q q--\r\n",
			"POST http://a.test/ multipart a=@1:2c54b1787cf3bb44&b=1%0D%0A2"},
		{"graphql", "POST", "http://a.test/", jsonType, `{"query":"query Cart($n: Int) { cart }","variables":{"n":1,"a":2}}`,
			`POST http://a.test/ json graphql:Cart:{"a":2,"n":1}`},
		{"graphql named", "POST", "http://a.test/", jsonType, `{"operationName":"Cart","query":"# c\n {cart}","variables":null}`,
			`POST http://a.test/ json graphql:Cart:{}`},
		{"graphql nameless", "POST", "http://a.test/", jsonType, `{"query":"{\n  cart(id: 1),  x }\n"}`,
			`POST http://a.test/ json graphql:{%7B%20cart%28id%3A%201%29%20x%20%7D}:{}`},
		{"graphql persisted", "POST", "http://a.test/", jsonType, `{"operationName":"A","extensions":{"h":1}}`,
			`POST http://a.test/ json graphql:A:{}`},
		{"graphql batch", "POST", "http://a.test/", jsonType, `[{"query":"query A{a}"},{"query":"mutation B{b}"}]`,
			`POST http://a.test/ json [graphql:A:{},graphql:B:{}]`},
		{"graphql GET", "GET", `http://a.test/g?variables={"b":1,"a":2}&query=query+A{a}&z=1`, "", "",
			"GET http://a.test/g?z=1&graphql:A:%7B%22a%22%3A2%2C%22b%22%3A1%7D"},
		{"search", "POST", "http://a.test/", jsonType, `{"query":"query shoes"}`, `POST http://a.test/ json {"query":"query shoes"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Key(c.method, c.url, c.contentType, []byte(c.body)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestKeyTellsApart(t *testing.T) {
	long := strings.Repeat("x", 600)
	a := Key("POST", "http://a.test/", "text/plain", []byte(long+"a"))
	b := Key("POST", "http://a.test/", "text/plain", []byte(long+"b"))
	if a == b {
		t.Errorf("long bodies that differ have one key: %s", a)
	}
}

func FuzzKey(f *testing.F) {
	f.Add("POST", "http://a.test/?a=1", "application/json", []byte(`{"a":1}`))
	f.Add("POST", "//%", "multipart/form-data; boundary=x", []byte("--x\r\n\r\n--x--"))
	f.Add("", ":/\\@:?#", ";", []byte("\n--"))
	f.Fuzz(func(t *testing.T, method, url, contentType string, body []byte) {
		key := Key(method, url, contentType, body)
		if len(key) > len(method)+3*len(url)+keyLongest*3+200 {
			t.Errorf("key of %d bytes", len(key))
		}
	})
}
