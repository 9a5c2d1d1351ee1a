package watch

import (
	"cmp"
	"maps"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// message is what the development servers send to their pages; only the members that are looked at.
type message struct {
	Type    string         `json:"type"`   // Vite, webpack-dev-server, Next.js from 16 on
	Action  string         `json:"action"` // Next.js, webpack-hot-middleware
	Hash    jsontext.Value `json:"hash"`   // of the build: Next.js, webpack-hot-middleware
	Data    jsontext.Value `json:"data"`   // webpack-dev-server: the hash, or what is wrong
	Errors  jsontext.Value `json:"errors"` // Next.js, webpack-hot-middleware
	Updates []struct {
		Path     string `json:"path"`         // of the module that takes the change over
		Accepted string `json:"acceptedPath"` // of the one that has changed
	} `json:"updates"`
	Err struct {
		Message string `json:"message"`
	} `json:"err"`
}

// onUpdate takes a message of the development server. It is a hint to look: what counts is what is served. A sass partial,
// for instance, stands in no source map, and sources in a container are on no disk that can be watched.
func (w *Watch) onUpdate(text string) {
	var m message
	if json.Unmarshal([]byte(text), &m, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)) != nil {
		return
	}
	switch kind := cmp.Or(m.Type, m.Action); kind {
	case "update": // Vite
		w.hint(w.named(m))
	case "error": // Vite
		w.refused(m.Err.Message)
	case "hash": // webpack-dev-server, before the next one
		w.build = hashOf(m.Data)
	case "ok", "warnings":
		if w.newBuild(w.build) {
			w.hint(w.everything())
		}
	case "errors":
		w.refused(complaints(m.Data))
	case "built", "sync":
		if text := complaints(m.Errors); text != "" {
			w.refused(text)
		} else if h := hashOf(m.Hash); (h != "" || kind == "built") && w.newBuild(h) {
			w.hint(w.everything())
		}
	case "full-reload", "static-changed", "reloadPage", "serverComponentChanges", "serverOnlyChanges":
		w.hint(w.everything())
	case "connected": // Vite
	default:
		return
	}
	w.hears = true
}

// newBuild reports whether a build is another one than the last. Servers tell theirs to each page that connects, so every
// replay would be followed by a look at all of the app's code. "" is one without a name.
func (w *Watch) newBuild(hash string) bool {
	if hash != "" && hash == w.built {
		return false
	}
	w.built = hash
	return true
}

// hashOf is the name of a build, "" for none.
func hashOf(v jsontext.Value) (name string) {
	if json.Unmarshal(v, &name) != nil {
		return ""
	}
	return name
}

// complaints is what a list of errors says: of texts, or of objects with a message.
func complaints(v jsontext.Value) string {
	var list []jsontext.Value
	if json.Unmarshal(v, &list, jsontext.AllowInvalidUTF8(true)) != nil || len(list) == 0 {
		return ""
	}
	var out []string
	for _, v := range list {
		var e struct {
			Module  string `json:"moduleName"`
			Message string `json:"message"`
		}
		if json.Unmarshal(v, &e.Message, jsontext.AllowInvalidUTF8(true)) != nil {
			_ = json.Unmarshal(v, &e, jsontext.AllowInvalidUTF8(true)) // what it does not have stays empty
		}
		if e.Module != "" {
			out = append(out, e.Module)
		}
		out = append(out, e.Message)
	}
	return cmp.Or(shorten(strings.Join(out, "\n")), "the build has errors")
}

// named are the URLs of code that an update of Vite names. Its paths begin at the base of the app, which stands in none.
func (w *Watch) named(m message) map[string]bool {
	urls := map[string]bool{}
	for _, u := range m.Updates {
		for _, path := range []string{u.Path, u.Accepted} {
			full, err := resolve(w.o.App, path)
			if full = codeURL(full); err != nil || path == "" || full == "" {
				continue
			}
			if urls[full] = true; w.codes[full] != nil {
				continue
			}
			path, _, _ = strings.Cut(path, "?")
			for known := range w.codes {
				if cut, _, _ := strings.Cut(known, "?"); strings.HasSuffix(cut, "/"+strings.TrimPrefix(path, "/")) {
					urls[known] = true
				}
			}
		}
	}
	return urls
}

// everything is all code that is known.
func (w *Watch) everything() map[string]bool {
	urls := map[string]bool{}
	for u := range w.codes {
		urls[u] = true
	}
	return urls
}

// hint looks at code soon.
func (w *Watch) hint(urls map[string]bool) {
	w.begin()
	p := w.pending
	maps.Copy(p.urls, urls)
	if p.refusals > 0 { // it may be mended by a file that nobody has loaded yet
		p.refusals = 1
	}
	w.timer.Reset(quietTime)
}

// refused tells of a build that failed, once.
func (w *Watch) refused(text string) {
	text = shorten(text)
	p := w.pending
	switch {
	case text == "":
	case p == nil:
		if text != w.problem {
			w.problem = text
			w.o.Tell(Change{Problem: text})
		}
	case p.problem == "":
		p.problem, p.refusals = text, 1
		w.problem = text
		w.o.Tell(Change{Files: p.names(w), Problem: text})
	}
}
