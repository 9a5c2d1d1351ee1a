package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// appURL is the URL of the local app: the flag, or the recorded one if that is local too. A session is never replayed
// against the server that it was recorded on.
func appURL(flag, recorded string) (string, error) {
	if flag != "" {
		u, err := url.Parse(flag)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", usageError(fmt.Errorf("--app %s is not an http or https URL", flag), "Example: --app http://localhost:5173")
		}
		return flag, nil
	}
	if u, err := url.Parse(recorded); err == nil && isLoopback(u.Hostname()) {
		return recorded, nil
	}
	where := "The file does not say where it was recorded"
	if recorded != "" {
		where = "The session was recorded on " + recorded
	}
	return "", usageError(fmt.Errorf("say where your app runs"),
		where+", which restep does not touch. Start your app, then add --app with its URL, for example --app http://localhost:5173")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// reachTimeout is how long the app may take to accept a connection; a dev server does so while it still bundles.
const reachTimeout = 5 * time.Second

// reachable checks that something listens at the app's URL, which is quicker and clearer than a browser's error page.
func reachable(ctx context.Context, app string) error {
	u, err := url.Parse(app)
	if err != nil {
		return usageError(err, "")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return &exitError{
			code: exitCannot, err: fmt.Errorf("no app answers at %s: %w", app, err),
			hint: "Start it (for example npm run dev), or name another place with --app URL.",
		}
	}
	return conn.Close()
}
