package chrome

import (
	"net/http"
	"time"

	"restep/player/browser"
)

// popupTime is how long the clock stands for the first document of a popup, in real time: a machine may be busy.
const popupTime = 10 * time.Second

// arrive notes that a document of the tab is there, or that none comes.
func (t *tab) arrive() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.there {
		t.there = true
		close(t.arrived)
	}
}

// holdForTabs leaves a request of the page script open, which holds its clock, until the tabs that the app has opened show
// their documents.
func (p *page) holdForTabs(s *browser.Session, r *paused) {
	p.mu.Lock()
	var coming []*tab
	for _, t := range p.tabs {
		if t.popup {
			coming = append(coming, t)
		}
	}
	p.mu.Unlock()
	p.work.Go(func() {
		limit := time.NewTimer(popupTime)
		defer limit.Stop()
		for _, t := range coming {
			select {
			case <-t.arrived:
			case <-t.session.Gone():
			case <-limit.C:
			case <-p.ctx.Done():
				return
			}
		}
		fulfil(s, r.ID, http.StatusNoContent, cors(nil, r.Request.Headers), nil)
	})
}
