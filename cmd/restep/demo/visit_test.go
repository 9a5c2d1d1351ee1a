package demo

import (
	"restep/sources/recorder/recordertest"
)

// visit is what the customer does, at the speed of a person. It ends with the press of the button that does not work, and
// the mark of somebody who looks on.
func visit(p *recordertest.Person) {
	p.Wait("document.querySelectorAll('[data-testid^=coffee-]').length === 8")
	p.Pause(1400)
	search(p)
	choose(p)
	till(p)
	pay(p)
}

// search looks for a coffee by typing and with the arrow keys.
func search(p *recordertest.Person) {
	p.Click("[data-testid=search]")
	p.Pause(600)
	write(p, "eth", 125)
	p.Wait("document.querySelector('[role=listbox] [role=option], [role=option]') !== null")
	p.Pause(650)
	p.Keys("ArrowDown")
	p.Pause(400)
	p.Keys("Enter")
}

// choose puts three bags of the coffee that was found into the basket.
func choose(p *recordertest.Person) {
	p.Wait("document.querySelector('[data-testid=add]') !== null")
	p.Pause(1200)
	p.Click("[data-testid=grind]")
	p.Pause(300)
	for range 3 {
		p.Keys("ArrowDown")
		p.Pause(150)
	}
	p.Keys("Enter")
	p.Pause(700)
	p.Click("[data-testid=add]")
	p.Wait("document.querySelector('[data-testid=bag-count]').textContent === '3'")
	p.Pause(1100)
}

// till goes to the till, which asks for the price of a guest, and enters the member number before that has come.
func till(p *recordertest.Person) {
	p.Click("[data-testid=checkout]")
	p.Wait("document.querySelector('[data-testid=member]') !== null")
	p.Pause(1000)
	p.Click("[data-testid=member]")
	p.Pause(400)
	write(p, "VIP-2041", 120)
	p.Pause(250)
	p.Keys("Enter")
	p.Wait("document.querySelector('[data-testid=total]')?.textContent === 'CHF 46.80'")
	p.Wait("document.querySelector('[data-testid=total]')?.textContent === 'CHF 58.50'")
	p.Pause(1300)
}

// pay presses the button that does nothing, and marks the price that is wrong even without that.
func pay(p *recordertest.Person) {
	p.Click("[data-testid=pay]")
	p.Pause(900)
	p.Keys("Alt+Shift+B")
	p.Click("[data-testid=total]")
	p.Pause(300)
}

// write types characters with the time between them in ms.
func write(p *recordertest.Person, text string, ms int) {
	for i, r := range text {
		if i > 0 {
			p.Pause(ms + i*17%60) // nobody types like a clock
		}
		p.Type(string(r))
	}
}
