package sources

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"restep/player/playback"
)

// clues are what is known of an action that may have caused requests.
type clues struct {
	kind   playback.Kind
	key    string
	url    string          // open: what is opened
	words  map[string]bool // in selectors and names
	typed  []typed         // values that were entered up to here, the newest last
	later  []string        // values that are entered only after it, of 3 characters and more
	waits  bool            // the flow waits for an element after it
	count  int             // for so many, 0: not said
	arrive string          // the page that it leads to
}

// typed is a value that was entered before an action.
type typed struct {
	value string
	since int // clicks and the like between it and the action, which may have sent it already
}

func cluesOf(e *playback.Event, entered []typed) clues {
	c := clues{kind: e.Kind, key: e.Key, url: e.URL, words: map[string]bool{}}
	const most = 8 // older values say little about what an action sends
	c.typed = slices.Clone(entered[max(0, len(entered)-most):])
	if t := e.On.Target; t != nil {
		for _, text := range append([]string{t.TestID, t.Name, t.Label, t.Text, t.XPath, t.Pierce}, t.CSS...) {
			for _, w := range words(position.ReplaceAllString(text, " ")) {
				c.words[w] = true
			}
		}
		for _, v := range t.Attrs {
			for _, w := range words(v) {
				c.words[w] = true
			}
		}
	}
	return c
}

// position are the parts of selectors that count elements: their numbers are no ids.
var position = regexp.MustCompile(`:nth[a-z-]*\([^)]*\)|\[\d+\]`)

// expect takes what the flow saw after the action.
func (c *clues) expect(e *playback.Event) {
	if e.On.Target != nil {
		c.waits = true
		if e.Count != nil {
			c.count = *e.Count
		}
	}
	if e.URL != "" {
		c.arrive = e.URL
	}
}

const (
	// enough is the evidence that pairs an action with a burst: more than that a click came before.
	enough = 2.0
	// chance is what an action and a burst may share that have nothing to do with each other. A pair gains only what
	// it has above it: one clear pair outweighs two doubtful ones.
	chance = 1.9
)

// evidence says how likely an action caused a burst. It is a sum of points; below enough they are no pair.
func evidence(c *clues, b *burst) float64 {
	if b.page != "" || c.kind == playback.Open {
		return documentEvidence(c, b)
	}
	points := trigger(c)
	if c.waits {
		points++
	}
	if c.count > 1 && slices.Contains(b.counts, c.count) {
		points += 2
	}
	points += valueEvidence(c, b)
	shared := 0.0
	for w := range c.words {
		if b.words[w] {
			shared++
		}
	}
	points += math.Min(shared, 3)
	points += verbEvidence(c, b)
	for _, v := range c.later {
		if b.has(v) { // it says what had not been typed yet
			points -= 6
			break
		}
	}
	return points
}

// documentEvidence compares the page that an action leads to with the one that was loaded.
func documentEvidence(c *clues, b *burst) float64 {
	want := c.arrive
	if c.kind == playback.Open {
		want = c.url
	}
	switch {
	case b.page == "":
		return 0
	case want != "" && samePath(want, b.page):
		return 10
	case c.kind == playback.Open:
		return 0
	case c.kind == playback.Reload, c.kind == playback.Back, c.kind == playback.Forward:
		return 3
	case want != "":
		return 0 // it leads elsewhere
	}
	return trigger(c) + valueEvidence(c, b)
}

// samePath compares addresses without host and fragment.
func samePath(a, b string) bool {
	a, _, _ = strings.Cut(pathOf(a), "#")
	b, _, _ = strings.Cut(pathOf(b), "#")
	return a == b
}

// trigger is how often an action of this kind causes requests.
func trigger(c *clues) float64 {
	switch c.kind {
	case playback.Click, playback.Upload, playback.Back, playback.Forward, playback.Reload:
		return 1
	case playback.Key:
		if c.key == "Enter" {
			return 1.5
		}
		return 0.2
	case playback.Drag, playback.Dialog, playback.Clipboard:
		return 0.7
	case playback.Input, playback.Type:
		return 0.4
	case playback.Scroll, playback.Hover:
		return 0.2
	}
	return 0
}

// valueEvidence counts values that were typed and went out. Each action that may have sent a value already halves its
// weight for the next. Long values are no accident.
func valueEvidence(c *clues, b *burst) float64 {
	points := 0.0
	for _, v := range c.typed {
		if b.has(v.value) {
			points += (1 + 0.75*math.Min(float64(len(v.value)), 8)) * math.Pow(0.5, float64(v.since))
		}
	}
	return math.Min(points, 9)
}

// verbEvidence compares what an element says it does with the methods of the requests.
func verbEvidence(c *clues, b *burst) float64 {
	writes := b.changes != ""
	switch {
	case c.words["delete"] || c.words["remove"]:
		if b.methods["DELETE"] {
			return 2
		}
	case anyWord(c, "create", "add", "save", "submit", "send", "update", "buy", "pay", "upload"):
		if writes {
			return 1
		}
	case writes && anyWord(c, "get", "list", "show", "view", "open", "search", "find", "filter", "sort", "next", "previous"):
		return -2
	}
	return 0
}

func anyWord(c *clues, list ...string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return c.words[w] })
}

// common are words of URLs and selectors that say nothing about the thing.
var common = wordSet("api v1 v2 v3 www http https html json php index rest graphql query data true false null " +
	"div span button input select option form table tbody thead tr td th ul li a p main section body nav header footer " +
	"aria role class id name type text xpath pierce css btn icon label link root app page nth of not child first last " +
	"control wrapper container content item row col cell value href src svg path active the and to in on for with it")

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// words are the words of a URL, selector or label: parted at signs and at the humps of camelCase, in lower case, in
// the singular, without common ones. Numbers are words too.
func words(s string) []string {
	if len(s) > 2000 {
		s = s[:2000]
	}
	var list []string
	var word []rune
	flush := func() {
		if len(word) == 0 {
			return
		}
		w := strings.ToLower(string(word))
		word = word[:0]
		if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
			w = w[:len(w)-1]
		}
		if !common[w] && (len(w) > 1 || unicode.IsDigit(rune(w[0]))) {
			list = append(list, w)
		}
	}
	before := ' '
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			before = ' '
			continue
		case unicode.IsUpper(r) && unicode.IsLower(before), unicode.IsDigit(r) != unicode.IsDigit(before) && before != ' ':
			flush()
		}
		word = append(word, r)
		before = r
	}
	flush()
	return list
}
