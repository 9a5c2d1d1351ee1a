package recorder

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"restep/player/browser"
	"restep/player/playback"
)

// newSeed draws the seed of a recording's random numbers, which a replay uses again: a positive number of 31 bits, which
// is what V8 takes.
func newSeed() int64 {
	var b [4]byte
	rand.Read(b[:])
	return max(1, int64(binary.BigEndian.Uint32(b[:])&0x7fffffff))
}

// ask evaluates an expression that gives JSON.
func (t *tab) ask(ctx context.Context, expression string, result any) error {
	var r struct {
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
	}
	if err := t.main.cdp.Call(ctx, "Runtime.evaluate", params{"expression": expression, "awaitPromise": true, "returnByValue": true}, &r); err != nil {
		return err
	}
	return json.Unmarshal([]byte(r.Result.Value), result)
}

// state reads what a kept profile holds for the app: cookies, storage, permissions. Storage is only open to a document
// of its origin: an empty one, which no server is asked for.
func (s *session) state(ctx context.Context, t *tab, h *playback.Header) error {
	var jar struct {
		Cookies []struct {
			playback.Cookie
			Session bool `json:"session"`
		} `json:"cookies"`
	}
	cdp := t.main.cdp
	if err := cdp.Call(ctx, "Storage.getCookies", nil, &jar); err != nil {
		return err
	}
	state := &playback.State{}
	for _, c := range jar.Cookies {
		if !s.ofApp(c.Domain) {
			continue
		}
		if c.Session {
			c.Expires = 0
		}
		c.Extra = nil
		state.Cookies = append(state.Cookies, c.Cookie)
	}
	slices.SortFunc(state.Cookies, func(a, b playback.Cookie) int {
		return cmp.Or(cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Name, b.Name))
	})
	var own held
	if err := s.lookInside(ctx, t, &own); err != nil {
		return err
	}
	if len(own.Local) > 0 {
		state.Local = map[string]playback.StorageItems{s.app: own.Local}
	}
	h.Permissions = own.Permissions
	if len(state.Cookies)+len(state.Local) > 0 {
		h.State = state
	}
	return nil
}

// ofApp reports whether a cookie of the domain may go to the app, or to a server whose name is below the app's. That two
// other names are of one site could only be told by the list of public suffixes.
func (s *session) ofApp(domain string) bool {
	u, err := url.Parse(s.app)
	if err != nil {
		return false
	}
	host, domain := "."+u.Hostname(), "."+strings.TrimPrefix(domain, ".")
	return strings.HasSuffix(host, domain) || strings.HasSuffix(domain, host)
}

// held is what the app's origin holds.
type held struct {
	Local       playback.StorageItems `json:"local"`
	Permissions []string              `json:"permissions"`
}

const lookIn = `(async () => {
	const permissions = [];
	for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'clipboard-write', 'persistent-storage', 'midi']) {
		try { if ((await navigator.permissions.query({name})).state === 'granted') permissions.push(name); } catch {}
	}
	return JSON.stringify({local: {...localStorage}, permissions});
})()`

// lookInside opens an empty document of the app's origin and reads its storage. Service workers are passed by.
func (s *session) lookInside(ctx context.Context, t *tab, own *held) error {
	cdp := t.main.cdp
	at := s.app + "/"
	cdp.Go("Page.enable", nil)
	cdp.Go("Network.enable", nil)
	cdp.Go("Network.setBypassServiceWorker", params{"bypass": true})
	paused := make(chan string, 1)
	cdp.Handle(func(e browser.Event) {
		var p struct {
			ID string `json:"requestId"`
		}
		if e.Method == "Fetch.requestPaused" && e.Decode(&p) == nil {
			cdp.Go("Fetch.fulfillRequest", params{"requestId": p.ID, "responseCode": 200,
				"responseHeaders": []params{{"name": "content-type", "value": "text/html"}}})
			select {
			case paused <- p.ID:
			default:
			}
		}
	})
	if err := cdp.Call(ctx, "Fetch.enable", params{"patterns": []params{{"urlPattern": "*"}}}, nil); err != nil {
		return err
	}
	if err := cdp.Call(ctx, "Page.navigate", params{"url": at}, nil); err != nil {
		return err
	}
	select {
	case <-paused:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := t.ask(ctx, lookIn, own); err != nil {
		return err
	}
	if err := cdp.Call(ctx, "Page.navigate", params{"url": "about:blank"}, nil); err != nil {
		return err
	}
	t.main.listen(s)
	for _, method := range []string{"Fetch.disable", "Page.resetNavigationHistory", "Network.disable"} {
		if err := cdp.Call(ctx, method, nil, nil); err != nil {
			return err
		}
	}
	return cdp.Call(ctx, "Network.setBypassServiceWorker", params{"bypass": false}, nil)
}
