package main

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

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
	if flag != "" {
		u, err := url.Parse(flag)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", usageError(fmt.Errorf("--app %s is not an http or https URL", flag), "Example: --app http://localhost:5173")
		}
	}
	app, no, err := appToPlay(flag, f, live)
	switch {
	case err != nil:
		return "", usageError(err, checkHint(f.Name()))
	case no == recordedServer:
		return "", usageError(fmt.Errorf("--app %s: the session was recorded on this server, which a replay would change", app),
			"Name the app on your machine, or, if you mean this server, add --live '"+sources.OriginOf(app)+"/*'.")
	case no == noApp:
		return "", usageError(fmt.Errorf("say where your app runs"),
			recordedText(f)+" Start your app, then add --app with its URL, for example --app http://localhost:5173")
	}
	return app, nil
}

// appForEditor refuses in the words of a launch configuration what appURL refuses: an editor shows one message.
func appForEditor(app string, f *playback.File, live []string) error {
	app, no, err := appToPlay(app, f, live)
	switch {
	case err != nil:
		return err
	case no == recordedServer:
		return fmt.Errorf(`"app" is %s: the session was recorded on this server, which a replay would change. Write the URL of the app on your machine, or, if you mean this server, add "%s/*" to "live"`,
			app, sources.OriginOf(app))
	case no == noApp:
		return fmt.Errorf(`the launch configuration does not say where your app runs. %s Write its URL as "app", such as "http://localhost:5173"`, recordedText(f))
	}
	return nil
}

// recordedText says why the recorded app is not taken.
func recordedText(f *playback.File) string {
	if app := f.Header().App; app != "" {
		return "The session was recorded on " + app + ", which restep does not touch."
	}
	return "The file does not say where it was recorded."
}

// refusal is why a session is not replayed on an app.
type refusal int

const (
	allowed        refusal = iota
	noApp                  // none was named, and the recorded one is not on this machine
	recordedServer         // the session was recorded there
)

// appToPlay is the app to play on: the one that was named, or the recorded one where that runs on this machine. An app on
// another machine is refused where the recording names it, unless a live pattern does so too.
func appToPlay(named string, f *playback.File, live []string) (app string, no refusal, err error) {
	if named == "" {
		app = f.Header().App
		if u, err := url.Parse(app); err == nil && isLoopback(u.Hostname()) {
			return app, allowed, nil
		}
		return "", noApp, nil
	}
	origin := sources.OriginOf(named)
	if u, err := url.Parse(named); err == nil && isLoopback(u.Hostname()) {
		return named, allowed, nil
	}
	listed := func(pattern string) bool {
		if _, u, ok := strings.Cut(strings.TrimSpace(pattern), " "); ok {
			pattern = strings.TrimSpace(u)
		}
		return sources.OriginOf(pattern) == origin
	}
	if slices.ContainsFunc(live, listed) {
		return named, allowed, nil
	}
	recorded, err := recordedOn(f, origin)
	if err != nil || !recorded {
		return named, allowed, err
	}
	return named, recordedServer, nil
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
