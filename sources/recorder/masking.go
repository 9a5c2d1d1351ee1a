package recorder

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"restep/player/playback"
	"restep/sources"
)

// masking masks lines as they come: what one line tells to be secret is masked in it and in all later ones. The nil
// *masking masks nothing.
type masking struct {
	m       *sources.Masker
	named   Rules
	typed   typed
	halves  halves
	growing growing
}

func newMasking(m *sources.Masker) *masking {
	if m == nil {
		return nil
	}
	return &masking{m: m, halves: newHalves(), growing: newGrowing()}
}

// header returns a header without secrets.
func (k *masking) header(h *playback.Header) *playback.Header {
	out := playback.Header{}
	if h != nil {
		out = *h
	}
	if k == nil {
		return &out
	}
	rec := sources.NewRecording("recorder", sources.Options{})
	rec.Header = out
	rec.Header.State = cloneState(out.State)
	rec.Lines = stateLines(out.State)
	k.m.Learn(rec) //nolint:errcheck // it fails only where content cannot be read, and there is none
	k.m.MaskHeader(rec)
	return &rec.Header
}

// stateLines says what a state holds as events say it, for its secrets to be learned.
func stateLines(s *playback.State) []sources.Line {
	if s == nil {
		return nil
	}
	var lines []sources.Line
	for _, c := range s.Cookies {
		lines = append(lines, sources.Line{Event: playback.Event{Kind: playback.Req, Headers: playback.Headers{"cookie": {c.Name + "=" + c.Value}}}})
	}
	for _, areas := range []map[string]playback.StorageItems{s.Local, s.Session} {
		for _, items := range areas {
			for key, v := range items {
				lines = append(lines, sources.Line{Event: playback.Event{Kind: playback.Storage, Area: "local", Key: key, Value: &v}})
			}
		}
	}
	return lines
}

// cloneState copies a state as deep as masking changes it.
func cloneState(s *playback.State) *playback.State {
	if s == nil {
		return nil
	}
	c := *s
	c.Cookies = slices.Clone(s.Cookies)
	c.Local, c.Session = cloneAreas(s.Local), cloneAreas(s.Session)
	return &c
}

func cloneAreas(areas map[string]playback.StorageItems) map[string]playback.StorageItems {
	out := make(map[string]playback.StorageItems, len(areas))
	for origin, items := range areas {
		own := playback.StorageItems{}
		for key, v := range items {
			own[key] = v
		}
		out[origin] = own
	}
	return out
}

// event masks an event in place and returns its content masked.
func (k *masking) event(e *playback.Event, data []byte, secret map[string]string) []byte {
	if k == nil {
		return data
	}
	was, entered := k.halves.before(e)
	if entered {
		k.growing.end()
		k.halves.shut(e.ID)
	}
	for _, j := range k.halves.boxes.told(e, data) {
		k.halves.join(j, &k.typed)
		k.growing.became(j.whole, k.typed.wrong)
	}
	k.hints(e, secret)
	data = k.rules(e, data)
	k.m.LearnEvent(e, data)
	k.uploads(e)
	data = k.typed.replace(e, k.m.Event(e, data))
	if entered {
		k.halves.after(e, was, &k.typed)
		k.halves.boxes.enter(fieldOf(e), was, k.byForm)
		if !was.pasted && *e.Value != was.value {
			k.growing.became(alignment{was.value, *e.Value}, k.typed.wrong)
		}
	}
	return k.growing.replace(e, data)
}

// grow has what a field holds while a person types into it masked from now on: a secret of a kind, or, of the kind
// "growing", what may become one. Of the kind "shown" it is the text of an element that is private.
func (k *masking) grow(s, kind string) {
	if kind == "growing" {
		if k.byForm(s) == s { // else the masker finds it by itself
			k.growing.add(s, k.provisional(s))
		}
		return
	}
	if kind == "shown" {
		k.shown(s)
		return
	}
	standIn := k.formed(s, kind)
	if standIn == s {
		standIn = k.standIn(s)
	}
	k.typed.grow(s, standIn)
}

// byForm returns what the masker makes of a value of which nothing else is known.
func (k *masking) byForm(s string) string {
	probe := &playback.Event{Kind: playback.Storage, Value: &s}
	k.m.Event(probe, nil)
	return *probe.Value
}

// provisional returns the stand-in of a secret without taking it for one that was entered.
func (k *masking) provisional(s string) string {
	e := typedInto(s)
	e.Kind = playback.Storage
	k.m.Event(e, nil)
	return *e.Value
}

// hints masks the places that the page script knows to hold a secret.
func (k *masking) hints(e *playback.Event, secret map[string]string) {
	value := ""
	if e.Value != nil && secret["value"] != "" {
		value = k.typedSecret(*e.Value, secret["value"])
	}
	if e.Text != "" && secret["text"] != "" {
		text := e.Text
		e.Text = k.part(text, e.Value, value, secret["text"])
		note(e, "text")
		e.Rhythm = sources.FitRhythm(e.Rhythm, utf8.RuneCountInString(e.Text))
	}
	if e.Value != nil && secret["value"] != "" {
		e.Value = &value
		note(e, "value")
	}
	for i := range e.Files {
		f := &e.Files[i]
		place := "files." + strconv.Itoa(i)
		if data, err := inline(f.Body); secret[place] != "" && err == nil && len(data) > 0 {
			f.Name = k.typedSecret(f.Name, secret[place])
			f.Body = playback.NewBody(bytes.Repeat([]byte{'x'}, len(data)), f.Body.Type, nil)
			note(e, "files")
		}
	}
	if secret["key"] != "" && utf8.RuneCountInString(e.Key) == 1 { // a character; Enter and Tab say nothing
		e.Key, e.Code = "*", ""
		note(e, "key")
	}
}

// part returns the stand-in of text that was typed into a field, which then held value with the stand-in whole: where
// the text is a part of it, the same part of the stand-in, so that a replay ends with the same value in the field.
func (k *masking) part(text string, value *string, whole, kind string) string {
	if value == nil || whole == "" || len(*value) != len(whole) {
		return k.typedSecret(text, kind)
	}
	if at := strings.LastIndex(*value, text); at >= 0 && utf8.ValidString(whole[at:at+len(text)]) {
		return whole[at : at+len(text)]
	}
	return k.typedSecret(text, kind)
}

// secret returns the stand-in of a value that is known to be secret, and has it looked for in what comes.
func (k *masking) secret(s string) string {
	k.m.LearnEvent(typedInto(s), nil)
	return k.standIn(s)
}

// standIn returns the stand-in of a secret.
func (k *masking) standIn(s string) string {
	e := typedInto(s)
	k.m.Event(e, nil)
	return *e.Value
}

// typedInto is the typing of a value into a field for passwords.
func typedInto(s string) *playback.Event {
	return &playback.Event{Kind: playback.Input, Value: &s, On: playback.On{Target: &playback.Target{
		Attrs: map[string]string{"type": "password"},
	}}}
}

// typedSecret is secret for what a person has typed. What is known to be an address, a card or an account keeps the form
// that the masker gives it where nothing but the value tells.
func (k *masking) typedSecret(s, kind string) string {
	if strings.HasPrefix(kind, "cc-exp") || strings.HasPrefix(kind, "bday") {
		k.m.Dated(s)
	}
	out := k.formed(s, kind)
	if out == s { // such as an address at example.com, which is none that the masker would look for
		k.m.LearnEvent(typedInto(s), nil)
		out = k.formed(s, kind) // what it gives it elsewhere, now that it knows it
	}
	if out == s {
		out = k.standIn(s)
	}
	k.typed.learn(s, out)
	return out
}

// formed returns the stand-in of a value with a form of its own, the value itself where it has none.
func (k *masking) formed(s, kind string) string {
	switch kind {
	case "email", "card", "iban":
		e := &playback.Event{Kind: playback.Input, Value: &s}
		k.m.Event(e, nil)
		return *e.Value
	}
	return s
}

// text masks a text of a person.
func (k *masking) text(s string) string {
	if k == nil {
		return s
	}
	e := &playback.Event{Kind: playback.Console, Text: s}
	k.m.Event(e, nil)
	return e.Text
}

// uploads masks the names and the content of files as they are masked in the request that sends them.
func (k *masking) uploads(e *playback.Event) {
	for i := range e.Files {
		f := &e.Files[i]
		named := &playback.Event{Kind: playback.Download, Name: f.Name}
		if k.m.Event(named, nil); named.Name != f.Name {
			f.Name = named.Name
			note(e, "files")
		}
		data, err := inline(f.Body)
		if err != nil || data == nil {
			continue
		}
		typ := f.Type
		if typ == "" {
			typ = f.Body.Type
		}
		probe := &playback.Event{Kind: playback.Req, Body: &playback.Body{Type: typ}}
		out := k.m.Event(probe, slices.Clone(data))
		if len(probe.Masked) > 0 {
			note(e, "files")
		}
		f.Body = playback.NewBody(out, typ, nil)
	}
}

// note lists a place as masked.
func note(e *playback.Event, place string) {
	if !slices.Contains(e.Masked, place) {
		e.Masked = append(e.Masked, place)
	}
}
