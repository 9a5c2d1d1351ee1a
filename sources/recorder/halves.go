package recorder

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"restep/player/playback"
	"restep/sources"
)

// halves knows in clear what stood in the fields of the pages, since a value may be found to be a secret only when it is
// whole: a card number that is typed in two runs. The lines of its parts are then written anew in the end, with the parts
// of the stand-in, so that a replay types that.
type halves struct {
	fields map[string][]entered // by field, the oldest first
	lines  map[string]entered   // by id of a line: its texts in the end
	spans  []span
	last   int   // number of the line of what was entered last
	open   []int // of spans: their end is not known yet
	boxes  boxes
}

// entered is what a line says of a field: what was typed, and what the field then held.
type entered struct {
	id          string
	text, value string
	pasted      bool // the value is not all that the field then held
	since       int  // number of the first line after what was entered before: the app may have said what was typed until now
}

// span is where the parts of a secret were sent while it was not whole.
type span struct {
	from, to int              // numbers of lines
	pairs    sources.Replacer // of whole values: part -> part of the stand-in
}

const (
	mostFields  = 500  // that are remembered
	mostEntered = 50   // lines of each
	mostHalf    = 1000 // bytes of a value
	leastAlike  = 4    // characters of a secret that what begins with them, and goes on with a typing error, has at least
)

func newHalves() halves {
	return halves{fields: map[string][]entered{}, lines: map[string]entered{}}
}

// before returns what a line says of its field, in clear; false where it says nothing.
func (h *halves) before(e *playback.Event) (was entered, ok bool) {
	defer func() {
		if was.since = h.last + 1; ok {
			h.last = number(e.ID)
		}
	}()
	switch {
	case e.On.Target == nil:
	case (e.Kind == playback.Type || e.Kind == playback.Input) && e.Value != nil && len(*e.Value) <= mostHalf:
		return entered{id: e.ID, text: e.Text, value: *e.Value}, true
	case e.Kind == playback.Clipboard && e.Op == "paste" && e.Text != "" && len(e.Text) <= mostHalf:
		return entered{id: e.ID, text: e.Text, value: e.Text, pasted: true}, true
	}
	return entered{}, false
}

// after takes a line that was masked: of a text that is a part of a secret it becomes a part of the stand-in, and so do
// the lines that were written before.
func (h *halves) after(e *playback.Event, was entered, k *typed) {
	key := fieldOf(e)
	if !was.pasted && *e.Value != was.value {
		a := alignment{was.value, *e.Value}
		if part, ok := a.part(was.text); ok && part != e.Text {
			e.Text = part
			e.Rhythm = sources.FitRhythm(e.Rhythm, utf8.RuneCountInString(part))
			note(e, "text")
		}
		h.mend(h.fields[key], a, was, k)
	}
	if len(h.fields) >= mostFields && h.fields[key] == nil {
		return
	}
	list := append(h.fields[key], was)
	h.fields[key] = list[max(0, len(list)-mostEntered):]
}

// mend has the lines of the parts of a secret, and what was sent of them until the line with this id, written anew. next is
// what was entered after them.
func (h *halves) mend(list []entered, a alignment, next entered, k *typed) {
	s := span{to: number(next.id)}
	for i := len(list) - 1; i >= 0; i-- {
		p := list[i]
		value, ok := a.part(p.value)
		if !ok && next.corrects(p) {
			value, ok = a.most(p.value)
			k.wrong = append(k.wrong, p.value)
		}
		if !ok || p.value == "" {
			break // something else was typed before
		}
		next = p
		inner := alignment{p.value, value}
		text, ok := inner.part(p.text)
		if !ok {
			text = value
		}
		if p.text == "" {
			text = ""
		}
		if p.id != "" {
			h.lines[p.id] = entered{id: p.id, text: text, value: value}
		}
		k.learn(p.value, value)
		s.learn(p.value, value)
		k.learn(unspaced(p.value), unspaced(value)) // as programs send numbers
		s.learn(unspaced(p.value), unspaced(value))
		s.grow(p.value, value)
		s.from = p.since
	}
	if s.pairs.Len() > 0 && s.to > 0 {
		h.spans = append(h.spans, s)
	}
}

// corrects reports whether what was typed goes on from a beginning of what the field held before: the rest of that was
// taken back. Where all of the value is new, the field was emptied.
func (next entered) corrects(p entered) bool {
	kept, ok := strings.CutSuffix(unspaced(next.value), unspaced(next.text))
	return ok && kept != "" && next.text != "" && strings.HasPrefix(unspaced(p.value), kept)
}

// learn has a part replaced where it is a whole value: a string in JSON, a parameter.
func (s *span) learn(part, standIn string) {
	if len(part) < 4 || part == standIn {
		return
	}
	for _, quote := range []string{`"`, `\"`} {
		s.pairs.Add(quote+inJSON(part)+quote, quote+inJSON(standIn)+quote)
	}
	for _, write := range written {
		for _, end := range []string{"&", `"`, " "} {
			s.pairs.Add("="+write(part)+end, "="+write(standIn)+end)
		}
	}
}

// grow has replaced what an app may have said of a value while it was typed.
func (s *span) grow(value, standIn string) {
	if len(value) > mostWhole {
		return
	}
	a := alignment{value, standIn}
	for n := leastAlike; n < len(value); n++ {
		if part, ok := a.part(value[:n]); ok && utf8.RuneStart(value[n]) {
			s.learn(value[:n], part)
		}
	}
}

// line puts the parts of a stand-in into the line that was written before the secret was whole.
func (h *halves) line(e *playback.Event) {
	p, ok := h.lines[e.ID]
	if !ok {
		return
	}
	if p.text != "" && p.text != e.Text {
		e.Text = p.text
		e.Rhythm = sources.FitRhythm(e.Rhythm, utf8.RuneCountInString(p.text))
		note(e, "text")
	}
	if e.Value != nil && *e.Value != p.value {
		e.Value = &p.value
		note(e, "value")
	}
}

// around returns what is replaced in a line besides: the parts of the secrets that were typed around it.
func (h *halves) around(id string) []*sources.Replacer {
	n := number(id)
	var list []*sources.Replacer
	for i := range h.spans {
		if s := &h.spans[i]; s.from <= n && n <= s.to {
			list = append(list, &s.pairs)
		}
	}
	return list
}

// number is that in the id of a line, 0 where there is none.
func number(id string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "e"))
	if err != nil {
		return 0
	}
	return n
}

// fieldOf names the field of a line within its recording.
func fieldOf(e *playback.Event) string {
	var b strings.Builder
	b.WriteString(e.Tab)
	for _, step := range e.Frame {
		b.WriteString("\x00" + step.CSS + strconv.Itoa(step.Index))
	}
	return b.String() + "\x00" + strings.Join(e.On.Target.CSS, "\x00") + "\x00" + e.On.Target.XPath
}

// alignment tells which part of a stand-in stands for a part of a secret. What both begin and end with stays; between
// it parts of a value with another length are in proportion, so that parts that make up the one make up the other.
type alignment struct{ secret, standIn string }

// part returns the part of the stand-in that stands for a text in the secret; false where the secret does not have it.
// Spaces and hyphens that a program puts between do not count.
func (a alignment) part(text string) (string, bool) {
	if text == "" {
		return "", true
	}
	if at := strings.LastIndex(a.secret, text); strings.HasPrefix(a.secret, text) {
		return a.cut(0, len(text)), true
	} else if at >= 0 {
		return a.cut(at, at+len(text)), true
	}
	bare := unspaced(text)
	at := strings.LastIndex(unspaced(a.secret), bare)
	if at < 0 || bare == "" {
		return "", false
	}
	out := a.cut(spacedAt(a.secret, at), spacedAt(a.secret, at+len(bare)-1)+1)
	if bare == text {
		out = unspaced(out)
	}
	return out, true
}

// most is part for a text that is a beginning of the secret with a typing error at its end, which a person then takes back:
// what is wrong stays.
func (a alignment) most(text string) (string, bool) {
	if part, ok := a.part(text); ok {
		return part, true
	}
	same, count := 0, 0 // bytes of the text, characters of both
	bare := unspaced(a.secret)
	for i, r := range text {
		if r == ' ' || r == '-' {
			continue
		}
		if !strings.HasPrefix(bare, string(r)) {
			break
		}
		bare = bare[utf8.RuneLen(r):]
		same, count = i+utf8.RuneLen(r), count+1
	}
	if count < leastAlike {
		return "", false
	}
	part, ok := a.part(text[:same])
	return part + text[same:], ok
}

// cut returns what stands for secret[from:to].
func (a alignment) cut(from, to int) string { return a.standIn[a.at(from):a.at(to)] }

// at returns the place in the stand-in that a place in the secret has become.
func (a alignment) at(i int) int {
	if len(a.secret) == len(a.standIn) {
		return boundary(a.standIn, i)
	}
	head := 0
	for head < min(len(a.secret), len(a.standIn)) && a.secret[head] == a.standIn[head] {
		head++
	}
	tail := 0
	for tail < min(len(a.secret), len(a.standIn))-head && a.secret[len(a.secret)-1-tail] == a.standIn[len(a.standIn)-1-tail] {
		tail++
	}
	inner, innerOut := len(a.secret)-head-tail, len(a.standIn)-head-tail
	switch {
	case i <= head:
	case i >= len(a.secret)-tail:
		i += len(a.standIn) - len(a.secret)
	default:
		i = head + (i-head)*innerOut/inner
	}
	return boundary(a.standIn, i)
}

// boundary returns the place, or the next one at which a character begins.
func boundary(s string, i int) int {
	for i < len(s) && !utf8.RuneStart(s[i]) {
		i++
	}
	return i
}

var spaces = strings.NewReplacer(" ", "", "-", "")

// unspaced is a text without spaces and hyphens.
func unspaced(s string) string { return spaces.Replace(s) }

// spacedAt returns the place in a text of the n-th byte that is neither a space nor a hyphen.
func spacedAt(s string, n int) int {
	for i := range len(s) {
		if s[i] == ' ' || s[i] == '-' {
			continue
		}
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
