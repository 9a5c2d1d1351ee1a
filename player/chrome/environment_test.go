package chrome

import (
	"slices"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// What the browser does not take of the recorded environment, or takes without an effect, is told.
func TestEnvironmentThatTheBrowserDoesNotTake(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`})
	b := stage(t)
	for _, c := range []struct {
		name string
		set  func(*playback.Header)
		want []string
	}{
		{"all is well", func(h *playback.Header) {
			h.Timezone, h.Locale, h.UserAgent = "Asia/Kolkata", "zh-Hans-CN", "Tester/1.0"
			h.Permissions = []string{"clipboard-read", "push", "fullscreen"}
		}, nil},
		{"refused", func(h *playback.Header) {
			h.Timezone, h.Locale, h.UserAgent, h.Permissions = "Mars/Base", "klingon", "a\nb", []string{"geolocation", "mind-reading"}
		}, []string{
			`the browser refuses the recorded permission "mind-reading": Invalid PermissionDescriptor name: mind-reading`,
			`the browser refuses the recorded time zone "Mars/Base": Invalid timezone id`,
			`the browser refuses the recorded locale "klingon": Invalid locale name`,
			`the browser refuses the recorded user agent "a\nb": Invalid characters found in userAgent`,
		}},
		{"another spelling", func(h *playback.Header) { h.Timezone, h.Locale = "PST", "en_US.UTF-8" }, []string{
			`the recorded locale "en_US.UTF-8" is none of BCP 47; the browser runs in en-US`,
		}},
		{"too large", func(h *playback.Header) { h.Viewport = playback.Viewport{Width: 20_000, Height: 100, Scale: 2} }, []string{
			`the recorded viewport of 20000 × 100 px in scale 2 is cut to 10000 px and scale 4`,
		}},
		{"a cookie", func(h *playback.Header) {
			h.State = &playback.State{Cookies: []playback.Cookie{{Name: "a\x00b", Value: "secret", Domain: "shop.example", Path: "/"}}}
		}, []string{`the browser refuses the recorded cookie "a\x00b": Invalid cookie fields`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := b.Open(t.Context(), scene(a, &router{}, c.set))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { p.Close() })
			act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
			if got := told(advance(t, p, player.Window{To: 100}), playback.EnvironmentDiffers); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

// What the user had allowed is allowed, by the names that web pages use.
func TestPermissions(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`})
	p := opened(t, stage(t), scene(a, &router{}, func(h *playback.Header) { h.Permissions = []string{"geolocation", "clipboard-read"} }))
	eval(t, p, `(['geolocation', 'clipboard-read', 'camera'].forEach((name) => navigator.permissions.query({name})
		.then((s) => { document.title += ' ' + name + ' ' + s.state })), 0)`)
	advance(t, p, player.Window{To: 300})
	got := text(t, p, "document.title.split(' ').slice(1).join(' ')")
	if got != "geolocation granted clipboard-read granted camera prompt" && got != "geolocation granted clipboard-read granted camera denied" {
		t.Errorf("permissions: %s", got)
	}
}

// TestRecordedEnvironment looks at what an app can ask about the browser that it runs in.
func TestRecordedEnvironment(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`})
	altitude := 408.0
	p := opened(t, stage(t), scene(a, &router{}, func(h *playback.Header) {
		h.Languages = []string{"de-CH", "de", "en"}
		h.UserAgentData = &playback.UserAgentData{
			Brands: []playback.Brand{{Brand: "Chromium", Version: "99"}, {Brand: "Tester", Version: "7"}}, Mobile: true,
			Platform: "Android", PlatformVersion: "14.0.0", Model: "Pixel 9",
		}
		h.Media = map[string]string{"prefers-color-scheme": "dark", "prefers-reduced-motion": "reduce"}
		h.HardwareConcurrency = 3
		h.Geolocation = &playback.Geolocation{Latitude: 47.4, Longitude: 8.5, Accuracy: 20, Altitude: &altitude}
		h.Permissions = []string{"geolocation"}
	}))
	eval(t, p, `(navigator.geolocation.getCurrentPosition(({coords: c}) => { document.title = [c.latitude, c.longitude, c.accuracy, c.altitude].join(); },
		(e) => { document.title = e.message; }), navigator.userAgentData.getHighEntropyValues(['platformVersion', 'model']).then((d) => { globalThis.hints = d; }), 0)`)
	for now := 200.0; text(t, p, "document.title") == "x" && now < 5000; now += 100 { // another process answers, in real time
		advance(t, p, player.Window{To: now})
	}
	for expr, want := range map[string]string{
		"document.title":                "47.4,8.5,20,408",
		"navigator.languages":           "de-CH,de,en",
		"navigator.hardwareConcurrency": "3",
		"[hints.mobile, hints.platform, hints.platformVersion, hints.model, hints.brands.map((b) => b.brand + b.version)]":           "true,Android,14.0.0,Pixel 9,Chromium99,Tester7",
		"['(prefers-color-scheme: dark)', '(prefers-reduced-motion)', '(prefers-contrast: more)'].map((q) => matchMedia(q).matches)": "true,true,false",
	} {
		if got := text(t, p, expr); got != want {
			t.Errorf("%s is %s, want %s", expr, got, want)
		}
	}
}
