package sources

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// burst is a group of requests that follow from one thing.
type burst struct {
	start float64 // of the first request, ms
	end   float64 // the last answer; streams do not count
	page  string  // URL of the document that it begins with; "" for none
	actor int     // the action that causes it, or -1

	words   map[string]bool // in URLs, of operations
	values  map[string]bool // in URLs and bodies, in lower case
	long    []string        // values of 5 characters and more, which may stand within others
	methods map[string]bool
	counts  []int  // lengths of the lists in the answers
	changes string // the first request that changes something, for people: "POST /orders"
}

const (
	// apart is the silence, in ms, that separates two bursts.
	apart = 200
	// longAnswer is the time after which an answer no longer says that the burst goes on: long polls.
	longAnswer = 5000
	// maxLook is how much of a body is looked into.
	maxLook = 64 << 10
)

// burstsOf groups the requests and documents of a recording, whose lines are sorted.
func burstsOf(r *Recording) []burst {
	answered := map[string]*Line{}
	for i := range r.Lines {
		if l := &r.Lines[i]; l.Kind == playback.Res || l.Kind == playback.Fail {
			answered[l.Of] = l
		}
	}
	var list []burst
	var active []float64 // times at which something of the current burst began or ended
	for i := range r.Lines {
		l := &r.Lines[i]
		document := l.Kind == playback.Open || l.Kind == playback.PageCommit && !begunBy(list, l.URL)
		if !document && l.Kind != playback.Req {
			continue
		}
		if document || len(list) == 0 || l.T-latest(active, l.T) > apart {
			list = append(list, burst{start: l.T, end: l.T, actor: -1, words: map[string]bool{}, values: map[string]bool{}, methods: map[string]bool{}})
			active = active[:0]
		}
		b := &list[len(list)-1]
		active = append(active, l.T)
		if document {
			b.page = l.URL
			b.addURL(l.URL)
			continue
		}
		b.addRequest(l)
		if a := answered[l.ID]; a != nil && l.Resource != "ws" && l.Resource != "sse" {
			b.addAnswer(a)
			if a.T-l.T < longAnswer {
				active = append(active, a.T)
				b.end = math.Max(b.end, a.T)
			}
		}
	}
	return list
}

// begunBy reports whether the current burst is the loading of a document already.
func begunBy(list []burst, url string) bool {
	return len(list) > 0 && list[len(list)-1].page != "" && samePath(list[len(list)-1].page, url)
}

// latest is the last of some moments that is not after t.
func latest(moments []float64, t float64) float64 {
	last := math.Inf(-1)
	for _, m := range moments {
		if m <= t && m > last {
			last = m
		}
	}
	return last
}

// addURL takes words and values from an address.
func (b *burst) addURL(raw string) {
	path, _, _ := strings.Cut(pathOf(raw), "?")
	for segment := range strings.SplitSeq(path, "/") {
		b.addValue(segment)
		for _, w := range words(segment) {
			b.words[w] = true
		}
	}
	for key, values := range queryOf(raw) {
		for _, w := range words(key) {
			b.words[w] = true
		}
		for _, v := range values {
			b.addValue(v)
			for _, w := range words(v) {
				b.words[w] = true
			}
		}
	}
}

func (b *burst) addValue(v string) {
	if v == "" || len(v) > 500 || len(b.values) > 10_000 {
		return
	}
	v = strings.ToLower(v)
	b.values[v] = true
	if len(v) >= 5 && len(b.long) < 200 {
		b.long = append(b.long, v)
	}
}

// has reports whether a value that was typed went out with the burst.
func (b *burst) has(v string) bool {
	v = strings.ToLower(v)
	if b.values[v] {
		return true
	}
	return len(v) >= 5 && slices.ContainsFunc(b.long, func(s string) bool { return strings.Contains(s, v) })
}

// addRequest takes what a request says.
func (b *burst) addRequest(l *Line) {
	b.addURL(l.URL)
	b.methods[l.Method] = true
	if b.changes == "" && l.Method != "GET" && l.Method != "HEAD" {
		b.changes = l.Method + " " + pathOf(l.URL)
	}
	data := l.look()
	if len(data) == 0 {
		return
	}
	if looksJSON(data) {
		scalars(data, func(name, v string) {
			b.addValue(v)
			if name == "operationName" {
				for _, w := range words(v) {
					b.words[w] = true
				}
			}
		})
		return
	}
	for _, values := range queryOf("?" + string(data)) {
		for _, v := range values {
			b.addValue(v)
		}
	}
}

// addAnswer notes how long the lists of an answer are: the page often shows one row for each item.
func (b *burst) addAnswer(l *Line) {
	data := l.look()
	if !looksJSON(data) {
		return
	}
	b.counts = append(b.counts, listLengths(data)...)
}

// look returns the content of a line, if it is of a size worth looking into.
func (l *Line) look() []byte {
	if l.Content == nil {
		return nil
	}
	data, err := l.Content.Bytes()
	if err != nil || len(data) > maxLook {
		return nil // evidence less; what is wrong with the content is said when it is written
	}
	return data
}

// scalars calls f for each string and number of a JSON text, with the name that it stands under.
func scalars(data []byte, f func(name, value string)) {
	dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	name := ""
	for {
		kind, n := dec.StackIndex(dec.StackDepth())
		tok, err := dec.ReadToken()
		if err != nil {
			return
		}
		switch {
		case kind == '{' && n%2 == 0 && tok.Kind() == '"':
			name = tok.String()
		case tok.Kind() == '"' || tok.Kind() == '0':
			f(name, tok.String())
		}
	}
}

// listLengths are the lengths of the list that a JSON text is, or of those directly in the object that it is.
func listLengths(data []byte) []int {
	dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var lengths []int
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			return lengths
		}
		depth := dec.StackDepth()
		if tok.Kind() != '[' || depth > 2 {
			continue
		}
		for dec.PeekKind() != ']' {
			if dec.SkipValue() != nil {
				return lengths
			}
		}
		_, n := dec.StackIndex(depth)
		lengths = append(lengths, int(n))
	}
}
