package recordertest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"restep/player/browser"
)

// Dialogs says how dialogs are answered from now on: at once, accepted with the text or not.
func (p *Person) Dialogs(accept bool, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = params{"accept": accept, "promptText": text}
}

// onDialog answers a dialog; p.mu is held.
func (p *Person) onDialog() {
	if p.answer != nil {
		p.s.Go("Page.handleJavaScriptDialog", p.answer)
	}
}

// Tab waits for another tab whose URL ends with suffix, and returns the person at it. Only who has joined has other tabs.
func (p *Person) Tab(suffix string) *Person {
	p.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		for _, i := range targets(p.t, p.b) {
			if i.Type != "page" || i.ID == p.main || !strings.HasSuffix(i.URL, suffix) {
				continue
			}
			s, err := p.b.Attach(p.t.Context(), i.ID)
			if err != nil {
				p.t.Fatal(err)
			}
			q := sit(p.t, s, i.ID)
			q.b = p.b
			q.Show()
			return q
		}
	}
	p.t.Fatalf("no other tab shows %s", suffix)
	return nil
}

// Show brings the tab to the front.
func (p *Person) Show() {
	p.t.Helper()
	p.Call("Page.bringToFront", nil, nil)
	p.Arrive("true")
}

// Gone waits until the tab is closed.
func (p *Person) Gone() {
	p.t.Helper()
	select {
	case <-p.s.Gone():
	case <-time.After(10 * time.Second):
		p.t.Fatal("the tab is not closed")
	}
}

// Reload reloads the document, and waits until an expression holds in the new one.
func (p *Person) Reload(expr string) {
	p.t.Helper()
	p.Eval("window.before = true", nil)
	p.Call("Page.reload", nil, nil)
	p.Arrive("!window.before && (" + expr + ")")
}

// Go goes through the history, as the buttons of the browser do: -1 is back. It waits until an expression holds.
func (p *Person) Go(delta int, expr string) {
	p.t.Helper()
	var h struct {
		At      int `json:"currentIndex"`
		Entries []struct {
			ID int `json:"id"`
		} `json:"entries"`
	}
	p.Call("Page.getNavigationHistory", nil, &h)
	if h.At+delta < 0 || h.At+delta >= len(h.Entries) {
		p.t.Fatalf("the history has %d entries, and %d is shown", len(h.Entries), h.At)
	}
	p.Call("Page.navigateToHistoryEntry", params{"entryId": h.Entries[h.At+delta].ID}, nil)
	p.Arrive(expr)
}

// info is a target as the browser lists it.
type info struct {
	ID   string `json:"targetId"`
	Type string `json:"type"`
	URL  string `json:"url"`
}

// targets lists the targets of a browser, the oldest first.
func targets(t testing.TB, b *browser.Browser) []info {
	t.Helper()
	var list struct {
		Infos []info `json:"targetInfos"`
	}
	if err := b.Root().Call(t.Context(), "Target.getTargets", nil, &list); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list.Infos) // the browser lists the youngest first
	return list.Infos
}
