package recorder

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// boxes knows what was entered one after the other, into fields next to each other or half by keys and half by the
// clipboard: together it may be a secret that no line of them tells. That it is one is known when the app sends, stores
// or logs the whole; a telephone number beside another that pass a check by chance are never said in one.
type boxes struct {
	parts  []box
	joined []joined // those that would be secrets, the oldest first
}

// box is what a field holds, or what was pasted into it.
type box struct {
	key string // of the field
	entered
}

// joined is a secret in parts.
type joined struct {
	whole alignment // without spaces
	parts []box
}

const (
	mostBoxes  = 12
	mostJoined = 50
	leastWhole = 12 // bytes of a secret in parts: the shortest cards and accounts have a few more
	mostWhole  = 64
)

// enter notes what was entered last; standIn tells what a text becomes if it is a secret by its form.
func (b *boxes) enter(key string, was entered, standIn func(string) string) {
	at := len(b.parts)
	if !was.pasted { // the field holds that and nothing else
		if first := slices.IndexFunc(b.parts, func(p box) bool { return p.key == key }); first >= 0 {
			at = first
		}
		b.parts = slices.DeleteFunc(b.parts, func(p box) bool { return p.key == key })
	}
	b.parts = slices.Insert(b.parts, at, box{key, was})
	if len(b.parts) > mostBoxes {
		b.parts = b.parts[1:]
		at = max(0, at-1)
	}
	for from := range at + 1 {
		for to := max(at+1, from+2); to <= len(b.parts); to++ {
			b.join(b.parts[from:to], standIn)
		}
	}
}

// join notes parts that together would be a secret.
func (b *boxes) join(parts []box, standIn func(string) string) {
	whole := ""
	for _, p := range parts {
		whole += unspaced(p.value)
	}
	if len(whole) < leastWhole || len(whole) > mostWhole {
		return
	}
	if out := standIn(whole); out != whole {
		b.joined = append(b.joined, joined{alignment{whole, out}, slices.Clone(parts)})
		b.joined = b.joined[max(0, len(b.joined)-mostJoined):]
	}
}

// told returns, once, what an event or its content says to have been one secret.
func (b *boxes) told(e *playback.Event, data []byte) []joined {
	if len(b.joined) == 0 {
		return nil
	}
	line, _ := json.Marshal(e, jsontext.AllowInvalidUTF8(true)) // where it fails nothing is found, as in replaceIn
	var list []joined
	b.joined = slices.DeleteFunc(b.joined, func(j joined) bool {
		whole := []byte(j.whole.secret)
		said := bytes.Contains(line, whole) || bytes.Contains(data, whole)
		if said {
			list = append(list, j)
		}
		return said
	})
	return list
}

// join has the lines of the parts of a secret written anew, and what is sent of them until something else is entered.
func (h *halves) join(j joined, k *typed) {
	at := 0
	for _, p := range j.parts {
		bare := unspaced(p.value)
		inner := alignment{p.value, respaced(p.value, j.whole.cut(at, at+len(bare)))}
		at += len(bare)
		list := h.fields[p.key]
		last := slices.IndexFunc(list, func(e entered) bool { return e.id == p.id })
		before := len(h.spans)
		h.mend(list[:last+1], inner, entered{id: p.id}, k)
		for i := before; i < len(h.spans); i++ {
			h.spans[i].to = math.MaxInt
			h.open = append(h.open, i)
		}
	}
}

// shut ends the spans that are open, before the line with this id.
func (h *halves) shut(id string) {
	for _, i := range h.open {
		h.spans[i].to = number(id) - 1
	}
	h.open = nil
}

// respaced puts the spaces and hyphens of a text into one of as many other characters.
func respaced(text, bare string) string {
	if len(unspaced(text)) != len(bare) {
		return bare
	}
	var b strings.Builder
	for i, n := 0, 0; i < len(text); i++ {
		if text[i] == ' ' || text[i] == '-' {
			b.WriteByte(text[i])
			continue
		}
		b.WriteByte(bare[n])
		n++
	}
	return b.String()
}
