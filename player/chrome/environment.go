package chrome

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"restep/player/browser"
	"restep/player/playback"
)

// What the header says of the browser is set when a tab is made. What the browser refuses of it is told, since the app
// then runs in another environment than the recorded one.

// setting is a part of the environment whose reply was not awaited yet.
type setting struct {
	what  string // for people: time zone "Europe/Zurich"
	reply *browser.Pending
}

// set sends a command that sets a part of the environment. Commands are carried out in order: nothing is awaited here.
func (t *tab) set(what, method string, p params) {
	if reply, err := t.session.Send(method, p); err == nil { // else the browser is gone, which the next call meets
		t.settings = append(t.settings, setting{what, reply})
	}
}

// setEnvironment sends what the header says of the browser, for a new tab.
func (t *tab) setEnvironment() {
	p, h := t.page, t.page.scene.Header
	if v := p.viewport; v.Width > 0 && v.Height > 0 {
		t.setViewport(v)
	}
	if h.Timezone != "" {
		t.set(fmt.Sprintf("time zone %q", h.Timezone), "Emulation.setTimezoneOverride", params{"timezoneId": h.Timezone})
	}
	if h.Locale != "" {
		t.set(fmt.Sprintf("locale %q", h.Locale), "Emulation.setLocaleOverride", params{"locale": h.Locale})
	}
	t.setAgent()
	if len(h.Media) > 0 {
		features := []params{}
		for _, name := range slices.Sorted(maps.Keys(h.Media)) {
			features = append(features, params{"name": name, "value": h.Media[name]})
		}
		t.set("media features", "Emulation.setEmulatedMedia", params{"features": features})
	}
	if n := h.HardwareConcurrency; n > 0 {
		t.set(fmt.Sprintf("number of processors %d", n), "Emulation.setHardwareConcurrencyOverride", params{"hardwareConcurrency": n})
	}
	if g := h.Geolocation; g != nil {
		at := params{"latitude": g.Latitude, "longitude": g.Longitude, "accuracy": g.Accuracy}
		if g.Altitude != nil {
			at["altitude"] = *g.Altitude
		}
		t.set("position on earth", "Emulation.setGeolocationOverride", at)
	}
}

// setAgent sends what the browser says of itself: its name, its client hints and the languages that it asks for.
func (t *tab) setAgent() {
	h := t.page.scene.Header
	if h.UserAgent == "" && h.Locale == "" && len(h.Languages) == 0 && h.UserAgentData == nil {
		return
	}
	over := params{"userAgent": cmp.Or(h.UserAgent, t.page.proc.Version().UserAgent)}
	if languages := cmp.Or(strings.Join(h.Languages, ","), h.Locale); languages != "" {
		over["acceptLanguage"] = languages
	}
	if d := h.UserAgentData; d != nil {
		hints := params{
			"brands": brands(d.Brands), "fullVersionList": brands(d.FullVersionList), "platform": d.Platform,
			"platformVersion": d.PlatformVersion, "architecture": d.Architecture, "model": d.Model, "mobile": d.Mobile,
			"bitness": d.Bitness, "wow64": d.WoW64,
		}
		if len(d.FormFactors) > 0 {
			hints["formFactors"] = d.FormFactors
		}
		over["userAgentMetadata"] = hints
	}
	t.set(fmt.Sprintf("user agent %q", h.UserAgent), "Emulation.setUserAgentOverride", over)
}

// brands are those of client hints as the protocol takes them: a list, also where there are none.
func brands(list []playback.Brand) []playback.Brand { return append([]playback.Brand{}, list...) }

// tookEnvironment waits for the replies of setEnvironment, and looks at what the browser has made of it. It is for the
// first tab: the others are the same, and where they share its process, the browser refuses to set a locale twice.
func (t *tab) tookEnvironment(ctx context.Context) error {
	ctx, cancel := t.within(ctx)
	defer cancel()
	for _, s := range t.settings {
		no, err := refusal(s.reply.Wait(ctx, nil))
		if err != nil {
			return err
		}
		if no != "" {
			t.page.otherEnvironment("the browser refuses the recorded " + s.what + ": " + no)
		}
	}
	t.settings = nil
	// Of a locale that is no BCP 47 tag the browser takes what it understands.
	locale := t.page.scene.Header.Locale
	other, err := t.evaluate(ctx, `((l) => { try { Intl.getCanonicalLocales(l); return ''; } catch { return Intl.DateTimeFormat().resolvedOptions().locale; } })(`+js(locale)+")")
	if err == nil && locale != "" && other != "" {
		t.page.otherEnvironment(fmt.Sprintf("the recorded locale %q is none of BCP 47; the browser runs in %s", locale, other))
	}
	return err
}

// grant gives the permissions of the header to all origins of the page's context, one by one: one that the browser does
// not know must not cost the others.
func (p *page) grant(ctx context.Context) error {
	for _, name := range p.scene.Header.Permissions {
		// The flags are what two of the permissions ask for.
		descriptor := params{"name": name, "userVisibleOnly": true, "allowWithoutGesture": true}
		no, err := refusal(p.proc.Root().Call(ctx, "Browser.setPermission", params{
			"browserContextId": p.context.ID, "permission": descriptor, "setting": "granted",
		}, nil))
		if err != nil {
			return fmt.Errorf("grant the recorded permissions: %w", err)
		}
		if no != "" {
			p.otherEnvironment(fmt.Sprintf("the browser refuses the recorded permission %q: %s", name, no))
		}
	}
	return nil
}

// refusal splits what the browser refuses from other errors.
func refusal(err error) (why string, other error) {
	var refused *browser.Error
	if errors.As(err, &refused) {
		return refused.Message, nil
	}
	return "", err
}

// otherEnvironment lists a part of the recorded environment in which the app does not run.
func (p *page) otherEnvironment(text string) { p.diverge(playback.EnvironmentDiffers, "", text) }

// mostPixels bounds the viewport, in CSS px of a side, and mostScale its density: the browser ends where a file claims
// millions.
const (
	mostPixels = 10_000
	mostScale  = 4
)

// fit makes a viewport one that a browser can have.
func (p *page) fit(v playback.Viewport) playback.Viewport {
	if v.Width > mostPixels || v.Height > mostPixels || v.Scale > mostScale {
		p.otherEnvironment(fmt.Sprintf("the recorded viewport of %d × %d px in scale %v is cut to %d px and scale %d",
			v.Width, v.Height, v.Scale, mostPixels, mostScale))
	}
	v.Width, v.Height = min(v.Width, mostPixels), min(v.Height, mostPixels)
	v.Scale = min(v.Scale, mostScale)
	if v.Scale == 0 {
		v.Scale = 1
	}
	return v
}

// setViewport gives the tab a viewport of [page.fit].
func (t *tab) setViewport(v playback.Viewport) {
	t.mu.Lock()
	t.density = v.Scale
	t.mu.Unlock()
	t.session.Go("Emulation.setDeviceMetricsOverride", params{
		"width": v.Width, "height": v.Height, "deviceScaleFactor": v.Scale, "mobile": v.Mobile,
	})
	if v.Touch {
		t.session.Go("Emulation.setTouchEmulationEnabled", params{"enabled": true})
	}
}
