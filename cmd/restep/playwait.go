package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// reachTimeout is how long the app may take to accept a connection; a dev server does so while it still bundles.
const reachTimeout = 5 * time.Second

// reachPause is how long to wait before an app is asked again that is just starting.
const reachPause = 100 * time.Millisecond

// reachable checks that something listens at the app's URL, which is quicker and clearer than a browser's error page. Where wait
// is set, what does not listen yet is waited for, for so long; and on this machine, where asking changes nothing, until it
// answers: a proxy listens before the app behind it does, and a dev server before it has bundled.
func reachable(ctx context.Context, app string, wait time.Duration) error {
	u, err := url.Parse(app)
	if err != nil {
		return usageError(err, "")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	patience, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		err := listens(ctx, net.JoinHostPort(u.Hostname(), port))
		if err == nil && wait > 0 && isLoopback(u.Hostname()) {
			err = serves(patience, app)
		}
		if err == nil {
			return nil
		}
		select {
		case <-time.After(reachPause):
			if patience.Err() == nil {
				continue
			}
		case <-patience.Done():
		}
		return &exitError{
			code: exitCannot, err: fmt.Errorf("no app answers at %s: %w", app, err),
			hint: "Start it (for example npm run dev), or name another place with --app URL.",
		}
	}
}

// serves reports whether an app answers, and not only what stands before it. Any other answer will do: what the app has to say
// is for the browser.
func serves(ctx context.Context, app string) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, app, nil)
	if err != nil {
		return err
	}
	q.Header.Set("accept", "text/html,*/*")
	client := http.Client{
		// Whose certificate it is matters to the browser, not to whether it is up.
		Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r, err := client.Do(q)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("it accepts connections, and does not answer in time")
		}
		return err
	}
	r.Body.Close()
	switch r.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return fmt.Errorf("it says %s", r.Status)
	}
	return nil
}

// listens reports whether an address accepts connections.
func listens(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	return conn.Close()
}
