package demo

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

type object = map[string]any

// shopAPI answers the shop while it is recorded, as slowly as its systems did: the price of a guest takes longest. It
// keeps the log of the price service, with the trace ids that the recorder gave to the requests.
type shopAPI struct {
	mu   sync.Mutex // guards what follows
	logs []logged
}

// logged is a line of the price service's log.
type logged struct {
	at    time.Time
	event playback.Event
}

// ServeHTTP implements http.Handler.
func (a *shopAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var took time.Duration
	var answer any
	path := strings.TrimPrefix(r.URL.Path, "/api/")
	switch {
	case path == "coffees":
		took, answer = 118*time.Millisecond, object{"coffees": catalogue}
	case path == "suggest":
		took, answer = 108*time.Millisecond, object{"suggestions": suggest(r.URL.Query().Get("q"))}
	case strings.HasPrefix(path, "coffees/"):
		took, answer = 88*time.Millisecond, coffee(strings.TrimPrefix(path, "coffees/"))
	case path == "cart":
		took, answer = 149*time.Millisecond, object{"id": "c-3817", "items": []object{
			{"coffee": "yirgacheffe", "name": "Yirgacheffe", "grind": "espresso", "quantity": 3, "price": 1720},
		}}
	case strings.HasPrefix(path, "members/"):
		took, answer = 84*time.Millisecond, object{"number": "VIP-2041", "name": "Ana Keller", "tier": "vip"}
	case path == "quote":
		answer = a.quote(r)
	default:
		http.NotFound(w, r)
		return
	}
	select {
	case <-time.After(took):
	case <-r.Context().Done():
	}
	w.Header().Set("Content-Type", "application/json")
	json.MarshalWrite(w, answer, json.Deterministic(true)) //nolint:errcheck // the browser is gone
}

// quote prices the order: for a member from a cache, for a guest with what the tax service says, which is slow.
func (a *shopAPI) quote(r *http.Request) any {
	var q struct {
		Cart   string  `json:"cart"`
		Member *string `json:"member"`
	}
	if err := json.UnmarshalRead(r.Body, &q); err != nil {
		return object{"error": err.Error()}
	}
	trace := ""
	if parts := strings.Split(r.Header.Get("traceparent"), "-"); len(parts) == 4 {
		trace = parts[1]
	}
	log := func(after time.Duration, level, message string) {
		time.Sleep(after) // the service's own time
		a.mu.Lock()
		defer a.mu.Unlock()
		a.logs = append(a.logs, logged{time.Now(), playback.Event{Kind: playback.Log, Source: "quote-api", Level: level, Msg: message, Trace: trace}})
	}
	if q.Member != nil {
		log(11*time.Millisecond, "info", "price of "+q.Cart+" for "+*q.Member+": member tariff from the cache")
		time.Sleep(62 * time.Millisecond)
		return object{
			"id": "q-7302", "audience": "vip", "subtotal": 5160, "shipping": 0, "total": 4680,
			"discounts": []object{{"label": "VIP price", "amount": 360}, {"label": "Three of a kind", "amount": 120}},
		}
	}
	log(13*time.Millisecond, "info", "price of "+q.Cart+" for a guest: asking tax-service")
	log(4*time.Second, "warn", "tax-service: no answer after 4000 ms, trying the next one")
	time.Sleep(116 * time.Millisecond)
	return object{"id": "q-7301", "audience": "guest", "subtotal": 5160, "shipping": 690, "total": 5850}
}

// suggest finds the coffees of a country by its first letters.
func suggest(letters string) []object {
	found := []object{}
	for _, c := range catalogue {
		if strings.HasPrefix(strings.ToLower(c["origin"].(string)), strings.ToLower(letters)) {
			found = append(found, object{"id": c["id"], "name": c["name"], "origin": c["origin"]})
		}
	}
	return found
}

// coffee is one of the catalogue, with its story.
func coffee(id string) object {
	i := slices.IndexFunc(catalogue, func(c object) bool { return c["id"] == id })
	if i < 0 {
		return object{}
	}
	detail := object{
		"story": "Washed heirloom beans from the hills above the town of Yirga Chefe, dried on raised beds " +
			"and roasted light, so that the tea-like florals stay.",
	}
	for key, value := range catalogue[i] {
		detail[key] = value
	}
	return detail
}

// catalogue is what the shop sells. Prices are in Rappen.
var catalogue = []object{
	{"id": "yirgacheffe", "name": "Yirgacheffe", "origin": "Ethiopia", "notes": []string{"bergamot", "peach"}, "price": 1720, "color": "#d9822b"},
	{"id": "huila", "name": "Huila", "origin": "Colombia", "notes": []string{"caramel", "plum"}, "price": 1580, "color": "#8f3d3d"},
	{"id": "cerrado", "name": "Cerrado", "origin": "Brazil", "notes": []string{"hazelnut", "cocoa"}, "price": 1390, "color": "#6b7f3f"},
	{"id": "nyeri", "name": "Nyeri", "origin": "Kenya", "notes": []string{"blackcurrant", "lime"}, "price": 1890, "color": "#5b4b8a"},
	{"id": "antigua", "name": "Antigua", "origin": "Guatemala", "notes": []string{"chocolate", "orange"}, "price": 1640, "color": "#2f6f73"},
	{"id": "sidamo", "name": "Sidamo", "origin": "Ethiopia", "notes": []string{"jasmine", "honey"}, "price": 1760, "color": "#c25b74"},
	{"id": "tarrazu", "name": "Tarrazú", "origin": "Costa Rica", "notes": []string{"apple", "brown sugar"}, "price": 1690, "color": "#3f6ca8"},
	{"id": "night-shift", "name": "Night Shift", "origin": "Blend", "notes": []string{"dark", "syrup"}, "price": 1290, "color": "#3a3a3a"},
}
