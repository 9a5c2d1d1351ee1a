package playback

import (
	"regexp"
	"slices"
	"strconv"
	"time"
	_ "time/tzdata" // names of zones are the same on every machine
)

// environment checks what the header says of the browser, as far as it can be known without one: a browser that does
// not understand it replays in another environment.
func (c *checker) environment(h *Header) {
	odd := func(offset int, hint, format string, value string) {
		c.at(offset, SeverityWarning, CodeEnvironment, hint, format, clip(value, 80))
	}
	if h.Timezone != "" && !isZone(h.Timezone) {
		odd(c.keyAt("timezone"), `Write an IANA name, such as "Europe/Zurich".`, "there is no time zone %q", h.Timezone)
	}
	if h.Locale != "" && !localeForm.MatchString(h.Locale) {
		odd(c.keyAt("locale"), `Write a BCP 47 tag, such as "de-CH".`, "%q has not the form of a locale", h.Locale)
	}
	for i, name := range h.Permissions {
		if !slices.Contains(permissionNames[:], name) {
			odd(c.keyAt("permissions", strconv.Itoa(i)), `Write a name of the Permissions API, such as "clipboard-read".`,
				"%q is no permission that is known here", name)
		}
	}
}

// isZone reports whether a name is one of the time zone database; "Local" is a word of Go.
func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}

// localeForm is the form of the tags that browsers use, of BCP 47 (RFC 5646 §2.1).
var localeForm = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// permissionNames are the names of the Permissions API that Chromium 156 takes.
var permissionNames = [...]string{
	"accelerometer", "ambient-light-sensor", "background-fetch", "background-sync", "camera", "captured-surface-control",
	"clipboard-read", "clipboard-write", "display-capture", "fullscreen", "geolocation", "gyroscope", "idle-detection",
	"keyboard-lock", "local-fonts", "local-network", "local-network-access", "loopback-network", "magnetometer",
	"microphone", "midi", "nfc", "notifications", "payment-handler", "periodic-background-sync", "persistent-storage",
	"pointer-lock", "push", "screen-wake-lock", "speaker-selection", "storage-access", "system-wake-lock",
	"top-level-storage-access", "web-app-installation", "window-management",
}
