package playback

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Version is the newest format that this package reads and the one that it writes.
const Version = 1

// Header is the first line of a playback: the environment that it was recorded in.
type Header struct {
	Version     int            `json:"playback"`
	ID          string         `json:"id,omitzero"`
	Title       string         `json:"title,omitzero"`
	App         string         `json:"app,omitzero"`   // recorded origin of the app, or a URL prefix
	Start       time.Time      `json:"start,omitzero"` // t = 0
	Commit      string         `json:"commit,omitzero"`
	Viewport    Viewport       `json:"viewport,omitzero"`
	Timezone    string         `json:"timezone,omitzero"` // IANA name
	Locale      string         `json:"locale,omitzero"`   // BCP 47
	UserAgent   string         `json:"userAgent,omitzero"`
	Seed        int64          `json:"seed,omitzero"`
	Permissions []string       `json:"permissions,omitzero"`
	Sources     []string       `json:"sources,omitzero"`
	State       *State         `json:"state,omitzero"`
	Rules       []Rule         `json:"rules,omitzero"`
	Extra       jsontext.Value `json:",unknown"`
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
