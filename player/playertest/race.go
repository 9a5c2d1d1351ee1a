package playertest

import (
	"fmt"
	"strings"

	"restep/player/playback"
)

// File reads a playback from its text. It is for tests: a text that cannot be read panics.
func File(text string) *playback.File {
	f, err := playback.Read("test.playback", strings.NewReader(text), int64(len(text)))
	if err != nil {
		panic(err)
	}
	return f
}

// Race is a session whose bug is the order of two answers: the quote for guests (e7) is asked for first and answered
// last, so that it replaces the one for members; paying (e14) then reads discounts that it does not have.
func Race() *playback.File { return File(RaceText) }

// RaceText is the text of [Race].
const RaceText = `{"playback":1,"id":"01JDRACE","title":"Paying fails for members","app":"https://shop.example","start":"2026-11-21T18:55:00Z","viewport":{"width":1200,"height":800}}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/cart"}
{"t":4,"ev":"page","id":"e2","cause":"e1","url":"https://shop.example/cart"}
{"t":5,"ev":"req","id":"e3","cause":"e1","method":"GET","url":"https://shop.example/api/cart","resource":"fetch"}
{"t":40,"ev":"res","id":"e4","of":"e3","status":200,"headers":{"content-type":"application/json"},"body":{"json":{"items":3,"total":120}}}
{"t":500,"ev":"type","id":"e5","on":{"testid":"email"},"text":"ana@example.com","value":"ana@example.com"}
{"t":520,"ev":"storage","id":"e5s","cause":"e5","area":"local","key":"email","value":"ana@example.com"}
{"t":900,"ev":"click","id":"e6","on":{"testid":"guest"}}
{"t":901,"ev":"req","id":"e7","cause":"e6","method":"GET","url":"https://shop.example/api/quote?tier=guest","resource":"fetch"}
{"t":1000,"ev":"click","id":"e8","on":{"testid":"member"}}
{"t":1001,"ev":"req","id":"e9","cause":"e8","method":"GET","url":"https://shop.example/api/quote?tier=member","resource":"fetch"}
{"t":1100,"ev":"res","id":"e10","of":"e9","status":200,"headers":{"content-type":"application/json"},"body":{"json":{"price":110,"discounts":[10]}}}
{"t":1200,"ev":"click","id":"e11","on":{"testid":"details"}}
{"t":1201,"ev":"console","id":"e12","cause":"e11","level":"log","text":"details of 1 discount"}
{"t":1240,"ev":"log","id":"b1","src":"quotes","level":"warning","msg":"slow query, 340 ms"}
{"t":1250,"ev":"res","id":"e13","of":"e7","status":200,"headers":{"content-type":"application/json"},"body":{"json":{"price":120}}}
{"t":1500,"ev":"click","id":"e14","on":{"testid":"pay"}}
{"t":1501,"ev":"error","id":"e15","cause":"e14","name":"TypeError","message":"Cannot read properties of undefined (reading 'length')","stack":[{"fn":"pay","url":"https://shop.example/app.js","line":12,"col":7}]}
{"t":1502,"ev":"bug","id":"e16","on":"e14","css":"#total","text":"NaN"}
{"t":1800,"ev":"click","id":"e17","on":{"testid":"help"}}
{"t":1801,"ev":"route","id":"e18","cause":"e17","url":"https://shop.example/help"}
{"t":1802,"ev":"req","id":"e19","cause":"e17","method":"POST","url":"https://shop.example/api/help","resource":"fetch","headers":{"content-type":"application/json"},"body":{"json":{"topic":"pay"}}}
{"t":1850,"ev":"res","id":"e20","of":"e19","status":200,"headers":{"content-type":"application/json"},"body":{"json":{"ok":true}}}
`

// Shop is the app of [Race], with its bug.
func Shop(w *World) { shop(w, false) }

// FixedShop is the app of [Race] without its bug: an answer that is not the newest is dropped.
func FixedShop(w *World) { shop(w, true) }

func shop(w *World, fixed bool) {
	w.Title("Cart")
	cart, quote := map[string]any{}, map[string]any{}
	w.Vars["cart"], w.Vars["quote"], w.Vars["paid"] = cart, quote, false
	for _, name := range []string{"email", "guest", "member", "details", "pay", "help"} {
		w.Show(name, name)
	}
	w.Fetch("GET", "/api/cart", "", func(a Answer) {
		w.Vars["cart"] = a.JSON()
		w.Show("#total", fmt.Sprint(a.JSON()["total"]))
	})
	w.On("type email", func(e *playback.Event) {
		w.Vars["email"] = e.Text
		w.Store("email", e.Text)
	})
	newest := 0
	ask := func(tier string) func(*playback.Event) {
		return func(*playback.Event) {
			newest++
			n := newest
			w.Fetch("GET", "/api/quote?tier="+tier, "", func(a Answer) {
				if !fixed || n == newest {
					w.Vars["quote"] = a.JSON()
				}
			})
		}
	}
	w.On("click guest", ask("guest"))
	w.On("click member", ask("member"))
	w.On("click details", func(*playback.Event) {
		n := 0
		if d, ok := w.Vars["quote"].(map[string]any)["discounts"].([]any); ok {
			n = len(d)
		}
		w.Log("log", fmt.Sprintf("details of %d discount", n))
	})
	w.On("click pay", func(*playback.Event) {
		if _, ok := w.Vars["quote"].(map[string]any)["discounts"]; !ok {
			w.Show("#total", "NaN")
			w.Throw("TypeError", "Cannot read properties of undefined (reading 'length')")
			return
		}
		w.Vars["paid"] = true
	})
	w.On("click help", func(*playback.Event) {
		w.Go("/help")
		w.Fetch("POST", "/api/help", `{"topic":"pay"}`, func(a Answer) { w.Vars["helped"] = a.Status == 200 })
	})
}
