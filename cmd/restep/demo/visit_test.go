package demo

import "restep/player/playback"

type object = map[string]any

// search opens the shop and looks for a coffee by typing and with the arrow keys.
func (s *session) search() {
	s.add(0, playback.Open, playback.Event{URL: origin + "/"})
	s.add(41, playback.PageCommit, playback.Event{URL: origin + "/", Title: "Halden Coffee Roasters"})
	coffees := s.ask(78, "GET", "/api/coffees", nil, "")
	s.answer(196, coffees, object{"coffees": catalogue})
	s.act(3120, playback.Click, searchField, playback.Event{})
	value := "eth"
	s.act(3890, playback.Type, searchField, playback.Event{
		Text: value, Value: &value, Rhythm: []float64{0, 128, 251},
	})
	suggest := s.ask(4323, "GET", "/api/suggest?q=eth", nil, "")
	s.answer(4431, suggest, object{"suggestions": []object{
		{"id": "yirgacheffe", "name": "Yirgacheffe", "origin": "Ethiopia"},
		{"id": "sidamo", "name": "Sidamo", "origin": "Ethiopia"},
	}})
	s.act(5210, playback.Key, searchField, playback.Event{Key: "ArrowDown", Code: "ArrowDown"})
	s.act(5640, playback.Key, searchField, playback.Event{Key: "Enter", Code: "Enter"})
}

// choose puts three bags of the coffee that was found into the basket.
func (s *session) choose() {
	s.add(5642, playback.Route, playback.Event{URL: origin + "/coffee/yirgacheffe"})
	coffee := s.ask(5643, "GET", "/api/coffees/yirgacheffe", nil, "")
	detail := object{
		"story": "Washed heirloom beans from the hills above the town of Yirga Chefe, dried on raised beds " +
			"and roasted light, so that the tea-like florals stay.",
	}
	for key, value := range catalogue[0] {
		detail[key] = value
	}
	s.answer(5731, coffee, detail)
	value := "espresso"
	s.act(8400, playback.Input, grindField, playback.Event{Value: &value})
	s.act(9950, playback.Click, addButton, playback.Event{})
	cart := s.ask(9953, "POST", "/api/cart", object{"coffee": "yirgacheffe", "grind": "espresso", "quantity": 3}, "")
	s.answer(10102, cart, object{"id": "c-3817", "items": []object{
		{"coffee": "yirgacheffe", "name": "Yirgacheffe", "grind": "espresso", "quantity": 3, "price": 1720},
	}})
}

const (
	guestTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	memberTrace = "0af7651916cd43dd8448eb211c80319c"
)

// openTill goes to the till, which asks for the price of a guest. It returns the request: its answer is slow.
func (s *session) openTill() (slow string) {
	s.act(11480, playback.Click, checkoutLink, playback.Event{})
	s.add(11482, playback.Route, playback.Event{URL: origin + "/checkout"})
	slow = s.ask(11484, "POST", "/api/quote", object{"cart": "c-3817", "member": nil}, guestTrace)
	s.add(11486, playback.Expect, playback.Event{
		URL: origin + "/checkout", Title: "Checkout · Halden Coffee Roasters",
	})
	s.log(11497, "quote-api", "info", "price of c-3817 for a guest: asking tax-service", guestTrace)
	return slow
}

// showCard enters the member number. The price of the member comes at once; that of the guest arrives after it.
func (s *session) showCard(slow string) {
	s.act(13020, playback.Click, memberField, playback.Event{})
	value := "VIP-2041"
	s.act(13540, playback.Type, memberField, playback.Event{
		Text: value, Value: &value, Rhythm: []float64{0, 142, 260, 391, 640, 757, 894, 1011},
	})
	s.act(14880, playback.Key, memberField, playback.Event{Key: "Enter", Code: "Enter"})
	member := s.ask(14882, "GET", "/api/members/VIP-2041", nil, "")
	s.answer(14966, member, object{"number": "VIP-2041", "name": "Ana Keller", "tier": "vip"})
	quick := s.ask(14968, "POST", "/api/quote", object{"cart": "c-3817", "member": "VIP-2041"}, memberTrace)
	s.log(14979, "quote-api", "info", "price of c-3817 for VIP-2041: member tariff from the cache", memberTrace)
	s.answer(15041, quick, object{
		"id": "q-7302", "audience": "vip", "subtotal": 5160, "shipping": 0, "total": 4680,
		"discounts": []object{{"label": "VIP price", "amount": 360}, {"label": "Three of a kind", "amount": 120}},
	})
	s.add(15043, playback.Console, playback.Event{Level: "info", Text: "quote q-7302 for vip: CHF 46.80"})
	s.log(15502, "quote-api", "warn", "tax-service: no answer after 4000 ms, trying the next one", guestTrace)
	s.guestAnswer = s.answer(15618, slow, object{
		"id": "q-7301", "audience": "guest", "subtotal": 5160, "shipping": 690, "total": 5850,
	})
	s.add(15620, playback.Console, playback.Event{Level: "info", Text: "quote q-7301 for guest: CHF 58.50"})
}

// pay is where it fails. The person who looked at the session added what is wrong even without the error.
func (s *session) pay(stack []playback.StackFrame) {
	click := s.act(17350, playback.Click, payButton, playback.Event{})
	s.add(17352, playback.Error, playback.Event{
		Name: "TypeError", Message: "Cannot read properties of undefined (reading 'length')", Stack: stack,
	})
	s.add(17352, playback.Bug, playback.Event{
		On: playback.On{Ref: click}, CSS: playback.CSS{"[data-testid=total]"}, Text: "CHF 58.50",
	})
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
