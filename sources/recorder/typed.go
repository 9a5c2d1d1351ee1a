package recorder

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
	"restep/sources"
)

// typed are secrets that a person has typed, where the page says that they are some. The masker finds most of them
// again; this finds the others, such as a password of several words in the middle of a sentence.
type typed struct {
	pairs sources.Replacer // what is replaced, as it is written
	run   []string         // what the field held, from character to character, that was typed into last
	wrong []string         // what fields held of secrets with a typing error at its end
}

// mostTyped bounds the pairs.
const mostTyped = 20_000

// learn remembers a secret and its stand-in, if it cannot be a word that means something else where it stands again.
func (k *typed) learn(secret, standIn string) {
	if secret == standIn || len(secret) < 6 || k.pairs.Len() >= mostTyped || word(secret) {
		return
	}
	for _, write := range written {
		k.pairs.Add(write(secret), write(standIn))
	}
}

// grow remembers what a field holds while a person types. Apps may send that at once; what it held in between is
// forgotten when another field is typed into.
func (k *typed) grow(secret, standIn string) {
	if n := len(k.run); n > 0 && !strings.HasPrefix(secret, k.run[n-1]) && !strings.HasPrefix(k.run[n-1], secret) {
		for _, part := range k.run[:n-1] {
			for _, write := range written {
				k.pairs.Remove(write(part))
			}
		}
		k.run = nil
	}
	k.run = append(k.run, secret)
	k.learn(secret, standIn)
}

// written are the ways in which programs write a text: as it is, in URLs, in forms, in JSON.
var written = [...]func(string) string{func(s string) string { return s }, url.PathEscape, url.QueryEscape, inJSON}

// word reports whether a text consists of letters alone.
func word(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' && r < 'a' || r > 'z' && r < 128 }) < 0
}

// inJSON is a text as it stands in a JSON string.
func inJSON(s string) string {
	q := string(quote(s))
	return q[1 : len(q)-1]
}

// replace masks what is left in an event and its content.
func (k *typed) replace(e *playback.Event, data []byte) []byte { return replaceIn(&k.pairs, e, data) }

// replaceIn replaces texts in an event, wherever they stand in its line, and in its content.
func replaceIn(r *sources.Replacer, e *playback.Event, data []byte) []byte {
	if r.Len() == 0 {
		return data
	}
	if text := string(data); len(data) > 0 {
		if out := r.Replace(text); out != text {
			data = []byte(out)
			note(e, "body")
		}
	}
	before, err := json.Marshal(e, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return data // the writer refuses it too
	}
	after := []byte(r.Replace(string(before)))
	if bytes.Equal(before, after) {
		return data
	}
	var was, is map[string]jsontext.Value
	var out playback.Event
	if json.Unmarshal(before, &was) != nil || json.Unmarshal(after, &is) != nil || json.Unmarshal(after, &out) != nil {
		return data
	}
	body, t := e.Body, e.T // its content may not be in it yet
	*e = out
	e.T = t // a number may look like a part of a secret
	if e.Body == nil {
		e.Body = body
	}
	for _, key := range sortedKeys(is) {
		if !bytes.Equal(was[key], is[key]) {
			note(e, key)
		}
	}
	return data
}
