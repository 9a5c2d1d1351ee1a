package browser

import (
	"context"
	"fmt"
)

// Context is an isolated browser context: storage, cookies, caches and permissions of its own.
type Context struct {
	ID string
	b  *Browser
}

// NewContext makes a context.
func (b *Browser) NewContext(ctx context.Context) (*Context, error) {
	var r struct {
		ID string `json:"browserContextId"`
	}
	if err := b.Root().Call(ctx, "Target.createBrowserContext", map[string]any{"disposeOnDetach": true}, &r); err != nil {
		return nil, fmt.Errorf("new browser context: %w", err)
	}
	return &Context{ID: r.ID, b: b}, nil
}

// NewTab opens a blank tab in the context and attaches to it. Width and height are the window's, 0 for the default.
func (c *Context) NewTab(ctx context.Context, width, height int) (*Session, string, error) {
	params := map[string]any{"url": "about:blank", "browserContextId": c.ID, "newWindow": true}
	if width > 0 && height > 0 {
		params["width"], params["height"] = width, height
	}
	var t struct {
		ID string `json:"targetId"`
	}
	if err := c.b.Root().Call(ctx, "Target.createTarget", params, &t); err != nil {
		return nil, "", fmt.Errorf("new tab: %w", err)
	}
	s, err := c.b.Attach(ctx, t.ID)
	return s, t.ID, err
}

// Attach attaches to a target by its id.
func (b *Browser) Attach(ctx context.Context, target string) (*Session, error) {
	var r struct {
		ID string `json:"sessionId"`
	}
	if err := b.Root().Call(ctx, "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true}, &r); err != nil {
		return nil, fmt.Errorf("attach to a tab: %w", err)
	}
	return b.conn.attach(r.ID), nil
}

// Close disposes of the context with its tabs.
func (c *Context) Close(ctx context.Context) error {
	return c.b.Root().Call(ctx, "Target.disposeBrowserContext", map[string]any{"browserContextId": c.ID}, nil)
}
