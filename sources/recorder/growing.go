package recorder

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
	"restep/sources"
)

// growing is what a field holds that tells of no secret, but may become one while a person goes on typing. What the app
// sends of it meanwhile gets a stand-in that is taken back in the end, when it has become none: so nothing of it reaches
// the disk before that is known.
type growing struct {
	now     sources.Replacer    // what the field has held -> stand-ins, as programs write it
	values  []string            // what it has held, the oldest first
	standIn map[string]string   // of all values that there were
	whole   map[string]string   // of those that have become secrets: part of its stand-in
	touched map[string][]string // by id of a line: places that were masked by this alone
}

func newGrowing() growing {
	return growing{standIn: map[string]string{}, whole: map[string]string{}, touched: map[string][]string{}}
}

// add notes what the field holds now.
func (g *growing) add(value, standIn string) {
	if n := len(g.values); n > 0 && !strings.HasPrefix(value, g.values[n-1]) && !strings.HasPrefix(g.values[n-1], value) {
		g.end()
	}
	g.values = append(g.values, value)
	g.learn(value, standIn)
	g.learn(unspaced(value), unspaced(standIn)) // as programs send numbers
}

func (g *growing) learn(value, standIn string) {
	if len(g.standIn) >= mostTyped || value == standIn || len(value) < 6 {
		return
	}
	if _, known := g.standIn[value]; !known {
		g.standIn[value] = standIn
	}
	for _, write := range written {
		g.now.Add(write(value), write(g.standIn[value]))
	}
}

// end says that the field has got what it gets: what comes from now on stays.
func (g *growing) end() { g.values, g.now = nil, sources.Replacer{} }

// became says that a field held a secret: what it, or another, has held of it before was a part of that, or of a beginning
// of it that was mistyped, or that with a few characters taken out in the midst.
func (g *growing) became(a alignment, wrong []string) {
	for v := range g.standIn {
		part, ok := a.part(v)
		if !ok && slices.ContainsFunc(wrong, func(w string) bool { return strings.HasPrefix(w, v) || strings.HasPrefix(unspaced(w), v) }) {
			part, ok = a.most(v)
		}
		if !ok {
			part, ok = a.without(v)
		}
		if ok {
			g.whole[v] = part
		}
	}
}

// replace masks an event and its content.
func (g *growing) replace(e *playback.Event, data []byte) []byte {
	before := len(e.Masked)
	data = replaceIn(&g.now, e, data)
	if len(e.Masked) > before && e.ID != "" {
		g.touched[e.ID] = slices.Clone(e.Masked[before:])
	}
	return data
}

// back puts into an event and its content what the stand-ins in them stood for, or the parts of the secrets that these
// have become. It returns the places that are still masked by this.
func (g *growing) back(e *playback.Event, data []byte) ([]byte, []string) {
	places := g.touched[e.ID]
	if places == nil {
		return data, nil
	}
	var back, parts sources.Replacer
	for value, standIn := range g.standIn {
		part, secret := g.whole[value]
		if !secret {
			part = value
		}
		for _, write := range written {
			back.Add(write(standIn), write(part))
			if secret {
				parts.Add(write(standIn), "")
			}
		}
	}
	line, _ := json.Marshal(e, jsontext.AllowInvalidUTF8(true)) // where it fails nothing is found, as in replaceIn
	secret := parts.Find(string(line)) || parts.Find(string(data))
	e.Masked = slices.DeleteFunc(e.Masked, func(place string) bool { return slices.Contains(places, place) })
	masked := slices.Clone(e.Masked)
	data = replaceIn(&back, e, data)
	e.Masked = masked
	if !secret {
		places = nil
	}
	return data, places
}

// without is part for a secret of which up to three characters were taken out: a person corrects it in the midst.
func (a alignment) without(text string) (string, bool) {
	out := len(a.secret) - len(text)
	if out < 1 || out > 3 || len(text) < leastWhole {
		return "", false
	}
	same := 0
	for same < len(text) && text[same] == a.secret[same] {
		same++
	}
	if text[same:] != a.secret[same+out:] {
		return "", false
	}
	return a.cut(0, same) + a.cut(same+out, len(a.secret)), true
}
