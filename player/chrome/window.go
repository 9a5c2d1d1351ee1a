package chrome

import (
	"context"
	"fmt"

	"restep/player"
)

var _ player.Shower = (*page)(nil)

// farLeft is where windows are that nobody should see, in px: left of every screen. A minimised window would make no
// frames, and a covered one may not.
const farLeft = -20_000

// aside has a window open out of view, without taking the focus from where the person works.
func (p *page) aside(target params) {
	if p.scene.Aside && !p.browser.o.Headless {
		target["left"], target["top"], target["background"] = farLeft, 0, true
	}
}

// bounds are those of a window, in px; a window that is maximised has no place.
type bounds struct {
	Left  int    `json:"left"`
	Top   int    `json:"top"`
	State string `json:"windowState"`
}

// windowOf finds the window of a tab.
func (p *page) windowOf(ctx context.Context, target string) (id int, at bounds, err error) {
	var w struct {
		ID     int    `json:"windowId"`
		Bounds bounds `json:"bounds"`
	}
	err = p.proc.Root().Call(ctx, "Browser.getWindowForTarget", params{"targetId": target}, &w)
	return w.ID, w.Bounds, err
}

// Show implements [player.Shower]: the window takes the place of the one that is shown.
func (p *page) Show(ctx context.Context) error {
	t := p.shown()
	if p.browser.o.Headless || t == nil {
		return nil
	}
	before := p.browser.show(t.target)
	if !p.scene.Aside {
		return nil
	}
	p.scene.Aside = false
	id, _, err := p.windowOf(ctx, t.target)
	if err != nil {
		return fmt.Errorf("find the window: %w", err)
	}
	_, at, err := p.windowOf(ctx, before)
	if err != nil || at.Left <= farLeft/2 {
		at = bounds{} // that one is gone
	}
	if err := p.proc.Root().Call(ctx, "Browser.setWindowBounds", params{"windowId": id, "bounds": params{"left": at.Left, "top": at.Top}}, nil); err != nil {
		return fmt.Errorf("show the window: %w", err)
	}
	return nil
}

// show notes the tab whose window people look at, and returns the one before.
func (b *Browser) show(target string) string {
	b.pagesMu.Lock()
	defer b.pagesMu.Unlock()
	before := b.shown
	b.shown = target
	return before
}
