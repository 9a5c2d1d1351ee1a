package dap

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"restep/player/playback"
)

// pattern chooses events. The forms, in the order in which they are tried:
//
//	POST /api/*         requests by method and path; GET, PUT and so on; * is any run of characters
//	http 5*             responses by status
//	console.error TEXT  console lines by level; the text may be left out
//	navigate /checkout  whatever leads to a page: open, page and route lines, by path
//	click #pay          any kind of event, by its element, URL or text
//	click               any kind of event
type pattern struct {
	text   string
	match  func(e *playback.Event) bool
	kinds  []playback.Kind // only these can match, so that others need not be decoded
	single bool            // it says nothing but the kind
}

// parsePattern reads a pattern. The error lists the forms.
func parsePattern(text string) (pattern, error) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	rest = strings.TrimSpace(rest)
	like, err := glob(rest)
	if err != nil {
		return pattern{}, err
	}
	p := pattern{text: text}
	level, isConsole := strings.CutPrefix(first, "console.")
	switch {
	case slices.Contains(methods(), first):
		p.kinds = []playback.Kind{playback.Req}
		p.match = func(e *playback.Event) bool { return e.Method == first && likeURL(like, rest, e.URL) }
	case first == "http":
		p.kinds = []playback.Kind{playback.Res}
		p.match = func(e *playback.Event) bool { return rest == "" || like(strconv.Itoa(e.Status)) }
	case isConsole:
		p.kinds = []playback.Kind{playback.Console}
		p.match = func(e *playback.Event) bool { return e.Level == level && (rest == "" || like(e.Text)) }
	case first == "navigate":
		p.kinds = []playback.Kind{playback.Open, playback.PageCommit, playback.Route}
		p.match = func(e *playback.Event) bool { return likeURL(like, rest, e.URL) }
	default:
		k := playback.Kind(first)
		if !k.Action() && !k.Effect() && !k.Backend() {
			return pattern{}, fmt.Errorf("%q is no event: write click, click #pay, POST /api/*, console.error, navigate /checkout or http 5*", text)
		}
		p.kinds, p.single = []playback.Kind{k}, rest == ""
		p.match = func(e *playback.Event) bool {
			return rest == "" || likeURL(like, rest, e.URL) || slices.ContainsFunc(names(e), like)
		}
	}
	return p, nil
}

// find returns the positions of the events that match.
func (p pattern) find(f *playback.File) []int {
	var at []int
	for pos := range f.Len() {
		if !slices.Contains(p.kinds, f.Kind(pos)) {
			continue
		}
		if !p.single {
			e, err := f.Event(pos)
			if err != nil || !p.match(e) {
				continue
			}
		}
		at = append(at, pos)
	}
	return at
}

func methods() []string {
	return []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
}

// names are the words by which a person may name what an event is about.
func names(e *playback.Event) []string {
	all := []string{e.Text, e.Message, e.Name, e.Key, e.Msg}
	if e.Value != nil {
		all = append(all, *e.Value)
	}
	if e.Status != 0 {
		all = append(all, strconv.Itoa(e.Status))
	}
	if t := e.On.Target; t != nil {
		all = append(all, t.TestID, t.Name, t.Label, t.Text, t.Pierce, t.Role, "#"+t.TestID)
		all = append(all, t.CSS...)
		if id := t.Attrs["id"]; id != "" {
			all = append(all, "#"+id)
		}
		if len(t.CSS) > 0 { // "main > button#pay" is found by its last part and by "#pay"
			last := t.CSS[len(t.CSS)-1]
			if i := strings.LastIndexAny(last, " >"); i >= 0 {
				last = last[i+1:]
			}
			all = append(all, last)
			if i := strings.IndexByte(last, '#'); i >= 0 {
				all = append(all, last[i:])
			}
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" || s == "#" })
}

// likeURL compares with the whole URL, or with its path where the pattern begins with a slash.
func likeURL(like func(string) bool, pattern, raw string) bool {
	if pattern == "" {
		return true
	}
	if raw == "" {
		return false
	}
	if like(raw) {
		return true
	}
	u, err := url.Parse(raw)
	if err != nil || !strings.HasPrefix(pattern, "/") {
		return false
	}
	return like(path.Clean("/"+u.Path)) || like(u.RequestURI())
}

// glob compiles a pattern in which * stands for any run of characters.
func glob(pattern string) (func(string) bool, error) {
	if len(pattern) > 1000 {
		return nil, fmt.Errorf("a pattern of %d characters; at most 1000 are accepted", len(pattern))
	}
	parts := strings.Split(pattern, "*")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	re, err := regexp.Compile(`(?s)\A` + strings.Join(parts, ".*") + `\z`)
	if err != nil {
		return nil, err
	}
	return re.MatchString, nil
}
