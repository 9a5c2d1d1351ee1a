package playback

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Version is the newest format that this package reads and the one that it writes.
const Version = 1

// Header is the first line of a playback: the environment that it was recorded in.
type Header struct {
	Version   int       `json:"playback"`
	ID        string    `json:"id,omitzero"`
	Title     string    `json:"title,omitzero"`
	App       string    `json:"app,omitzero"`   // recorded origin of the app, or a URL prefix
	Start     time.Time `json:"start,omitzero"` // t = 0
	Commit    string    `json:"commit,omitzero"`
	Viewport  Viewport  `json:"viewport,omitzero"`
	Timezone  string    `json:"timezone,omitzero"` // IANA name
	Locale    string    `json:"locale,omitzero"`   // BCP 47
	UserAgent string    `json:"userAgent,omitzero"`
	// Languages are what the browser asks servers for, the most wanted first: navigator.languages.
	Languages     []string       `json:"languages,omitzero"`
	UserAgentData *UserAgentData `json:"userAgentData,omitzero"`
	// Media are features of media queries and their values: "prefers-color-scheme" -> "dark".
	Media               map[string]string `json:"media,omitzero"`
	HardwareConcurrency int               `json:"hardwareConcurrency,omitzero"` // processors, as navigator tells them
	Geolocation         *Geolocation      `json:"geolocation,omitzero"`         // the first position that the app was told
	Seed                int64             `json:"seed,omitzero"`
	Permissions         []string          `json:"permissions,omitzero"`
	Sources             []string          `json:"sources,omitzero"`
	State               *State            `json:"state,omitzero"`
	Rules               []Rule            `json:"rules,omitzero"`
	Extra               jsontext.Value    `json:",unknown"`
}

// Viewport is in CSS px; Scale is device pixels per CSS px (0 means 1).
type Viewport struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Scale  float64 `json:"scale,omitzero"`
	Mobile bool    `json:"mobile,omitzero"`
	Touch  bool    `json:"touch,omitzero"`

	Extra jsontext.Value `json:",unknown"`
}

// UserAgentData is what a browser tells of itself by client hints (https://wicg.github.io/ua-client-hints/).
type UserAgentData struct {
	Brands          []Brand  `json:"brands,omitzero"`
	FullVersionList []Brand  `json:"fullVersionList,omitzero"`
	Mobile          bool     `json:"mobile,omitzero"`
	Platform        string   `json:"platform,omitzero"`
	PlatformVersion string   `json:"platformVersion,omitzero"`
	Architecture    string   `json:"architecture,omitzero"`
	Bitness         string   `json:"bitness,omitzero"`
	Model           string   `json:"model,omitzero"`
	WoW64           bool     `json:"wow64,omitzero"`
	FormFactors     []string `json:"formFactors,omitzero"`

	Extra jsontext.Value `json:",unknown"`
}

// Brand is a name of a browser with its version.
type Brand struct {
	Brand   string `json:"brand"`
	Version string `json:"version"`
}

// Geolocation is a position on earth, in degrees and m, as the Geolocation API tells it.
type Geolocation struct {
	Latitude  float64  `json:"latitude"`
	Longitude float64  `json:"longitude"`
	Accuracy  float64  `json:"accuracy"`
	Altitude  *float64 `json:"altitude,omitzero"`

	Extra jsontext.Value `json:",unknown"`
}

// State is what the browser held before the first event.
type State struct {
	Cookies []Cookie                `json:"cookies,omitzero"`
	Local   map[string]StorageItems `json:"local,omitzero"`   // origin -> items of localStorage
	Session map[string]StorageItems `json:"session,omitzero"` // origin -> items of sessionStorage
	Extra   jsontext.Value          `json:",unknown"`
}

// StorageItems are the items of one storage area.
type StorageItems map[string]string

// Cookie is a cookie of [State]. Expires is in s since the epoch; 0 is a session cookie.
type Cookie struct {
	Name     string  `json:"name"`
	Value    string  `json:"value"`
	Domain   string  `json:"domain,omitzero"`
	Path     string  `json:"path,omitzero"`
	Expires  float64 `json:"expires,omitzero"`
	HTTPOnly bool    `json:"httpOnly,omitzero"`
	Secure   bool    `json:"secure,omitzero"`
	SameSite string  `json:"sameSite,omitzero"`

	Extra jsontext.Value `json:",unknown"`
}

// Rule changes how live requests are matched with recorded ones. It is declarative.
type Rule struct {
	// Match is "METHOD URL" or "URL" with * for any run of characters; a URL that begins with / stands for any origin.
	Match string `json:"match"`
	// Ignore lists what does not count: "body.a.b", "body.items[].id", "query.ts".
	Ignore []string `json:"ignore,omitzero"`
	// Drop marks telemetry: recorded traffic was dropped, live traffic gets an empty 204.
	Drop  bool           `json:"drop,omitzero"`
	Extra jsontext.Value `json:",unknown"`
}
