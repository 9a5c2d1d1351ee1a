package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/chromedp/chromedp/remote"
	"github.com/go-json-experiment/json"
)

// Connect connects to a browser that runs on this machine already, through its debugging port. [Browser.Close] ends the
// connection and leaves the browser alone; the result has no process.
func Connect(ctx context.Context, port int) (*Browser, error) {
	url, err := endpoint(ctx, port)
	if err != nil {
		return nil, fmt.Errorf("connect to the browser at port %d: %w", port, err)
	}
	tr, err := remote.DialContext(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connect to the browser at port %d: %w", port, err)
	}
	b := &Browser{conn: newConnOn(tr, nil, nil), exited: make(chan struct{})}
	close(b.exited)
	if err := b.Root().Call(ctx, "Browser.getVersion", nil, &b.version); err != nil {
		b.Close()
		return nil, fmt.Errorf("connect to the browser at port %d: %w", port, err)
	}
	return b, nil
}

// endpoint asks a debugging port for the address of the browser's own session.
func endpoint(ctx context.Context, port int) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/json/version", port), http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := new(http.Transport).RoundTrip(req) // past any proxy
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var v struct {
		URL string `json:"webSocketDebuggerUrl"`
	}
	const most = 1 << 20
	if err := json.UnmarshalRead(io.LimitReader(resp.Body, most), &v); err != nil || v.URL == "" {
		return "", fmt.Errorf("what answers there (%s) is no debugging port", resp.Status)
	}
	return v.URL, nil
}
