package browser

import (
	"fmt"
	"os"
	"strings"
)

// disabled are the features that are turned off.
var disabled = [...]string{
	// Blink holds other tasks after a discrete input until the next frame; without it a step takes half the time
	// (15.1 -> 7.2 ms median, measured on Chromium 156).
	"DeferRendererTasksAfterInput",
	// One process for all frames of a tab: one session sees them, and one virtual clock drives them.
	"IsolateOrigins", "site-per-process",
	"Translate", "MediaRouter", "OptimizationHints", "AutofillServerCommunication", "CertificateTransparencyComponentUpdater",
	"InterestFeedContentSuggestions", "CalculateNativeWinOcclusion", "AcceptCHFrame", "HttpsUpgrades",
	// A new frame host for each navigation of a tab makes every document load slower.
	"RenderDocument",
	"PaintHolding", "BackForwardCache", "ThirdPartyStoragePartitioning", "LocalNetworkAccessChecks",
}

// arguments is the command line of a browser.
func arguments(o Options, profile string) []string {
	if o.Data != "" {
		profile = o.Data
	}
	a := []string{
		"--remote-debugging-pipe",
		"--user-data-dir=" + profile,
		"--no-first-run", "--no-default-browser-check", "--no-service-autorun", "--no-pings",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps",
		"--disable-extensions", "--disable-sync", "--disable-breakpad", "--disable-crash-reporter",
		"--disable-client-side-phishing-detection", "--disable-domain-reliability", "--disable-field-trial-config",
		"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
		"--disable-renderer-backgrounding", "--disable-hang-monitor", "--disable-ipc-flooding-protection",
		"--disable-popup-blocking", "--disable-prompt-on-repost", "--disable-dev-shm-usage",
		"--disable-site-isolation-trials", "--disable-search-engine-choice-screen", "--disable-infobars",
		"--disable-quic", "--metrics-recording-only", "--safebrowsing-disable-auto-update",
		"--force-color-profile=srgb", "--mute-audio",
		"--allow-insecure-localhost", "--test-type",
		"--disable-features=" + strings.Join(disabled[:], ","),
		fmt.Sprintf("--js-flags=--random-seed=%d", randomSeed(o.Seed)),
	}
	if o.Data == "" { // the cookies of a profile that is kept may need the user's key
		a = append(a, "--password-store=basic", "--use-mock-keychain")
	}
	if !o.Open {
		a = append(a, fence(o.Reach)...)
	}
	if o.Headless {
		a = append(a, "--headless", "--hide-scrollbars", "--disable-gpu")
	}
	if o.Port != 0 {
		a = append(a, fmt.Sprintf("--remote-debugging-port=%d", o.Port))
	}
	if os.Getuid() == 0 {
		a = append(a, "--no-sandbox") // Chromium refuses to run as root with its sandbox
	}
	return append(append(a, o.Flags...), "about:blank")
}

// randomSeed maps a seed to what V8 takes: a positive 31-bit number; 0 would mean a seed from the system.
func randomSeed(seed int64) int64 {
	if s := seed & 0x7fffffff; s != 0 {
		return s
	}
	return 1
}

// fence are the flags of the last net: a worker's WebSocket and preconnect were seen to pass the CDP Fetch domain, so
// every host but those in reach is sent to a SOCKS proxy that does not exist. Its name is one that is never resolved
// (RFC 6761), and the resolver rule keeps even the query from leaving. Loopback is not exempt ("<-loopback>").
func fence(reach []string) []string {
	bypass := append([]string{"<-loopback>"}, reach...)
	return []string{
		"--proxy-server=socks5://" + deadHost + ":1",
		"--proxy-bypass-list=" + strings.Join(bypass, ";"),
		"--host-resolver-rules=MAP " + deadHost + " ~NOTFOUND",
		"--webrtc-ip-handling-policy=disable_non_proxied_udp",
		"--force-webrtc-ip-handling-policy",
		"--dns-prefetch-disable",
	}
}

const deadHost = "restep.invalid"
