package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"restep/player"
	"restep/player/playback"
	"restep/sources"
)

// appURL is the URL of the local app: the flag, or the recorded one if that is local too. A session is never replayed
// against the server that it was recorded on, unless a pattern of --live names that server, which therefore must be a pattern.
func appURL(flag string, f *playback.File, live []string) (string, error) {
	for _, pattern := range live {
		if err := player.CheckPattern(pattern); err != nil {
			return "", usageError(fmt.Errorf("--live: %w", err), "")
		}
	}
	recorded := f.Header().App
	if flag != "" {
		u, err := url.Parse(flag)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", usageError(fmt.Errorf("--app %s is not an http or https URL", flag), "Example: --app http://localhost:5173")
		}
		return flag, notRecorded(flag, f, live)
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

// notRecorded refuses an app on a server that the session was recorded on.
func notRecorded(app string, f *playback.File, live []string) error {
	origin := sources.OriginOf(app)
	if u, err := url.Parse(app); err == nil && isLoopback(u.Hostname()) {
		return nil
	}
	listed := func(pattern string) bool {
		if _, u, ok := strings.Cut(strings.TrimSpace(pattern), " "); ok {
			pattern = strings.TrimSpace(u)
		}
		return sources.OriginOf(pattern) == origin
	}
	if slices.ContainsFunc(live, listed) {
		return nil
	}
	recorded, err := recordedOn(f, origin)
	if err != nil {
		return usageError(err, checkHint(f.Name()))
	}
	if !recorded {
		return nil
	}
	return usageError(fmt.Errorf("--app %s: the session was recorded on this server, which a replay would change", app),
		"Name the app on your machine, or, if you mean this server, add --live '"+origin+"/*'.")
}

// recordedOn reports whether the session has pages or requests of an origin.
func recordedOn(f *playback.File, origin string) (bool, error) {
	if sources.OriginOf(f.Header().App) == origin {
		return true, nil
	}
	for pos := range f.Len() {
		switch f.Kind(pos) {
		case playback.Open, playback.PageCommit, playback.Req:
			ev, err := f.Event(pos)
			if err != nil {
				return false, err
			}
			if sources.OriginOf(ev.URL) == origin {
				return true, nil
			}
		}
	}
	return false, nil
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
