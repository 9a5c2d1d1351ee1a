package sources

import (
	"strings"
)

// Pattern selects requests: "URL" or "METHOD URL" with * for any run of characters. A URL that begins with / stands
// for any origin, and a bare host for everything on it.
type Pattern struct {
	Text   string
	method string
	url    string
}

// ParsePattern reads a pattern. A bare host name is widened to everything on it, so that Text, which becomes a rule
// in the header of the playback, says what is dropped.
func ParsePattern(s string) Pattern {
	p := Pattern{Text: s}
	if m, rest, ok := strings.Cut(s, " "); ok && m == strings.ToUpper(m) {
		p.method, s = m, strings.TrimSpace(rest)
	}
	p.url = s
	if !strings.ContainsAny(s, "/*") && strings.Contains(s, ".") {
		p.url = "*://" + s + "/*"
		p.Text = strings.TrimSpace(p.method + " " + p.url)
	}
	return p
}

// Match reports whether a request is selected.
func (p *Pattern) Match(method, url string) bool {
	if p.method != "" && !strings.EqualFold(p.method, method) {
		return false
	}
	if strings.HasPrefix(p.url, "/") {
		return wild(p.url, pathOf(url))
	}
	return wild(p.url, url)
}

// wild matches with * for any run of characters, in time linear in s for each *.
func wild(pattern, s string) bool {
	head, rest, ok := strings.Cut(pattern, "*")
	if !ok {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	parts := strings.Split(rest, "*")
	for _, part := range parts[:len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}

// telemetry is where well-known products for analytics, error tracking and session replay send to. Data about the
// session is no part of it: a replay must not send it again, and must not need it. A host stands for its subdomains.
var telemetry = []string{
	// Sentry
	"sentry.io", "/api/*/envelope/?sentry_key=*", "/api/*/store/?sentry_key=*",
	// Segment
	"api.segment.io", "cdn.segment.com", "api.segment.com", "events.eu1.segmentapis.com",
	// PostHog
	"i.posthog.com", "app.posthog.com", "eu.posthog.com", "us-assets.i.posthog.com",
	// Google
	"google-analytics.com", "googletagmanager.com", "analytics.google.com", "stats.g.doubleclick.net",
	"googleads.g.doubleclick.net", "app-measurement.com", "firebaselogging-pa.googleapis.com",
	// session replay
	"fullstory.com/rec", "rs.fullstory.com", "edge.fullstory.com", "hotjar.com", "hotjar.io", "clarity.ms",
	"logrocket.io", "logrocket.com", "lr-ingest.io", "lr-in.com", "lr-in-prod.com", "mouseflow.com", "smartlook.com",
	"smartlook.cloud", "openreplay.com", "quantummetric.com", "glassboxdigital.io", "contentsquare.net",
	"inspectlet.com", "luckyorange.com", "crazyegg.com",
	// product analytics
	"mixpanel.com", "mxpnl.com", "amplitude.com", "heapanalytics.com", "heap.io", "pendo.io", "plausible.io",
	"matomo.cloud", "usefathom.com", "rudderstack.com", "rudderlabs.com", "snowplowanalytics.com", "kissmetrics.io",
	"statsig.com/v1/rgstr", "chartbeat.net", "scorecardresearch.com", "quantserve.com", "omtrdc.net",
	"parsely.com", "segment-analytics.com", "umami.is", "simpleanalytics.com", "simpleanalyticscdn.com",
	"react-admin-telemetry.marmelab.com",
	// monitoring
	"browser-intake-datadoghq.com", "browser-intake-datadoghq.eu", "browser-intake-us3-datadoghq.com",
	"browser-intake-us5-datadoghq.com", "browser-intake-ap1-datadoghq.com", "browser-intake-ddog-gov.com",
	"rum.browser-intake-datadoghq.com", "datadoghq-browser-agent.com", "nr-data.net", "js-agent.newrelic.com",
	"bugsnag.com", "rollbar.com/api", "raygun.io", "trackjs.com", "js.honeybadger.io", "dynatrace.com",
	"ruxit.com", "elastic-cloud.com/intake", "cloudflareinsights.com", "go-mpulse.net", "speedcurve.com",
	"vitals.vercel-insights.com", "/_vercel/insights/*", "/_vercel/speed-insights/*", "/cdn-cgi/rum*",
	"/intake/v2/rum/events*",
	// advertising and social beacons
	"connect.facebook.net", "facebook.com/tr", "bat.bing.com", "analytics.tiktok.com", "px.ads.linkedin.com",
	"snap.licdn.com", "analytics.twitter.com", "t.co/i/adsct",
	// the same through a proxy of the app's own, by the products' fixed paths
	"/g/collect?*tid=G-*", "/collect?v=1&*tid=UA-*",
}

// dropper decides what is telemetry: what the user names, then known hosts, then known paths on any host.
type dropper struct {
	user  []Pattern
	hosts map[string][]Pattern // by host name
	paths []Pattern
}

func newDropper(user []string) *dropper {
	d := &dropper{hosts: map[string][]Pattern{}}
	for _, s := range user {
		d.user = append(d.user, ParsePattern(s))
	}
	for _, s := range telemetry {
		if strings.HasPrefix(s, "/") {
			d.paths = append(d.paths, ParsePattern(s))
			continue
		}
		host, path, _ := strings.Cut(s, "/")
		d.hosts[host] = append(d.hosts[host], Pattern{url: path})
	}
	return d
}

// match returns the pattern that drops the request, or nil.
func (d *dropper) match(method, url string) *Pattern {
	if p := firstMatch(d.user, method, url); p != nil {
		return p
	}
	if p := d.host(url); p != nil {
		return p
	}
	return firstMatch(d.paths, method, url)
}

func firstMatch(list []Pattern, method, url string) *Pattern {
	for i := range list {
		if list[i].Match(method, url) {
			return &list[i]
		}
	}
	return nil
}

// host looks the host and its parents up.
func (d *dropper) host(url string) *Pattern {
	_, host, _ := strings.Cut(OriginOf(url), "://")
	host, _, _ = strings.Cut(host, ":")
	for name := host; name != ""; {
		for _, p := range d.hosts[name] {
			if strings.HasPrefix(strings.TrimPrefix(pathOf(url), "/"), p.url) {
				// The host that was seen, not the suffix: a rule must not match more than what was dropped here.
				return &Pattern{Text: "*://" + host + "/" + p.url + "*"}
			}
		}
		_, name, _ = strings.Cut(name, ".")
	}
	return nil
}
