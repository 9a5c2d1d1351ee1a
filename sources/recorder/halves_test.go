package recorder

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources"
)

// halfTyped is one run of typing into a field, and what the field then holds.
type halfTyped struct{ text, value string }

// TestHalfTypedSecrets: a secret that is typed in several runs into a field that does not tell is found to be one by
// the last; nothing of it is left in the finished file, and what a replay types ends as the stand-in.
func TestHalfTypedSecrets(t *testing.T) {
	const card, account, mail, token = "4539578763621486", "DE89370400440532013000", "ana.planted@private-mail.org", "sk_live_a8Zr41LmW0xT7bVn2Kd9"
	for name, c := range map[string]struct {
		runs  []halfTyped
		parts []string // that may stand nowhere
	}{
		"card":           {[]halfTyped{{card[:8], card[:8]}, {card[8:], card}}, []string{card[:8], card[8:]}},
		"card in fours":  {[]halfTyped{{card[:4], card[:4]}, {card[4:8], card[:8]}, {card[8:12], card[:12]}, {card[12:], card}}, []string{card[:8], card[4:12], card[8:], `"` + card[:4] + `"`}},
		"formatted card": {[]halfTyped{{"45395787", "4539 5787"}, {"63621486", "4539 5787 6362 1486"}}, []string{"4539 5787", "6362 1486", "45395787", "63621486"}},
		"account":        {[]halfTyped{{account[:10], account[:10]}, {account[10:], account}}, []string{account[:10], account[10:]}},
		"address":        {[]halfTyped{{"ana.planted", "ana.planted"}, {"@private-mail.org", mail}}, []string{"ana.planted", "private-mail"}},
		"in a sentence":  {[]halfTyped{{"write to ana.plan", "write to ana.plan"}, {"ted@private-mail.org", "write to " + mail}}, []string{"ana.plan", "private-mail"}},
		"token":          {[]halfTyped{{token[:15], token[:15]}, {token[15:], token}}, []string{token[8:15], token[15:]}},
	} {
		t.Run(name, func(t *testing.T) { halfTyping(t, c.runs, c.parts) })
	}
}

func halfTyping(t *testing.T, runs []halfTyped, parts []string) {
	name := filepath.Join(t.TempDir(), "a.playback")
	j, err := NewJournal(name, nil, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	on := playback.On{Target: &playback.Target{CSS: playback.CSS{"#free"}}}
	for i, r := range runs {
		value := r.value
		rhythm := make([]float64, len(r.text))
		add(t, j, playback.Event{T: float64(10 * i), Kind: playback.Type, On: on, Text: r.text, Value: &value, Rhythm: rhythm}, nil)
		add(t, j, playback.Event{T: float64(10*i + 1), Kind: playback.Req, URL: "http://shop.test/save", Body: playback.BodyString(fmt.Sprintf(`{"draft":%q,"n":4539}`, r.value))}, nil)
	}
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		scan(t, filepath.Dir(name), part)
	}
	list := events(t, name)
	typed := ""
	whole := *find(list, playback.Type, nil)[len(runs)-1].Value
	for i, e := range find(list, playback.Type, nil) {
		typed += e.Text
		if !strings.HasPrefix(whole, *e.Value) || len(e.Rhythm) != len(e.Text) {
			t.Errorf("run %d leaves %q, which is no part of %q; %d times for %q", i, *e.Value, whole, len(e.Rhythm), e.Text)
		}
	}
	if typed != whole && typed != unspaced(whole) {
		t.Errorf("typed %q, for %q", typed, whole)
	}
	for i, e := range find(list, playback.Req, nil) {
		if want := fmt.Sprintf(`{"draft":%q,"n":4539}`, *find(list, playback.Type, nil)[i].Value); string(e.Body.JSON) != want {
			t.Errorf("sent %s, want %s", e.Body.JSON, want)
		}
	}
}

// TestGrowingSecrets: what may become a secret gets to the disk as a stand-in while it is typed. If it becomes none, it
// is there in the end as it was.
func TestGrowingSecrets(t *testing.T) {
	const card = "4539578763621486"
	for name, c := range map[string]struct{ sent, value string }{
		"a card": {card[:12], card}, "an amount": {"453957", "453957.80"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.playback")
			j, err := NewJournal(file, nil, sources.NewMasker([]byte("a key of this test")))
			if err != nil {
				t.Fatal(err)
			}
			for n := 6; n <= len(c.sent); n++ {
				j.Grow(c.sent[:n], "growing")
			}
			body := fmt.Sprintf(`{"draft":%q,"list":%q}`, c.sent, strings.Repeat(c.sent+" ", 300))
			add(t, j, playback.Event{T: 1, Kind: playback.Req, URL: "http://shop.test/save?q=" + c.sent, Body: playback.BodyString(body)}, nil)
			scan(t, filepath.Dir(file), c.sent)
			value := c.value
			add(t, j, playback.Event{T: 0, Kind: playback.Type, On: playback.On{Target: &playback.Target{CSS: playback.CSS{"#free"}}}, Text: value, Value: &value}, nil)
			if err := j.Finish(); err != nil {
				t.Fatal(err)
			}
			list := events(t, file)
			f, err := playback.OpenFile(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got, err := f.Content(list[1].Body)
			if err != nil {
				t.Fatal(err)
			}
			is := (*list[0].Value)[:len(c.sent)]
			if want := strings.ReplaceAll(body, c.sent, is); string(got) != want || list[1].URL != "http://shop.test/save?q="+is {
				t.Errorf("sent %s to %s, for %q", clip(string(got), 80), list[1].URL, is)
			}
			if secret := c.value == card; secret == (is == c.sent) || secret != (len(list[1].Masked) > 0) {
				t.Errorf("%q became %q, masked %q", c.sent, is, list[1].Masked)
			}
		})
	}
}

// TestMistypedSecrets: a typing error in the first run, which is taken back, does not hide that the run is the beginning
// of a secret. A replay types the same error, takes it back and ends with the stand-in.
func TestMistypedSecrets(t *testing.T) {
	for _, c := range []struct {
		first, second string
		wrong         int // characters that are taken back
		part          string
	}{
		{"45395787639", "621486", 1, "4539578763"},
		{"4539 5787 639", "621486", 1, "4539 5787"},
		{"DE893704004406", "532013000", 1, "DE8937040044"},
		{"margarethe.hollenstien", "ein@bluewin.ch", 3, "margarethe"},
	} {
		name := filepath.Join(t.TempDir(), "a.playback")
		j, err := NewJournal(name, nil, sources.NewMasker([]byte("a key of this test")))
		if err != nil {
			t.Fatal(err)
		}
		on := playback.On{Target: &playback.Target{CSS: playback.CSS{"#free"}}}
		whole := c.first[:len(c.first)-c.wrong] + c.second
		draft := c.first[:len(c.first)-c.wrong-2]
		add(t, j, playback.Event{T: 0.5, Kind: playback.Storage, Area: "local", Key: "draft", Value: &draft}, nil)
		add(t, j, playback.Event{T: 0, Kind: playback.Type, On: on, Text: c.first, Value: &c.first, Rhythm: make([]float64, len(c.first))}, nil)
		for n := 6; n <= len(c.first); n++ {
			j.Grow(c.first[:n], "growing")
		}
		add(t, j, playback.Event{T: 1, Kind: playback.Req, URL: "http://shop.test/save", Body: playback.BodyString(fmt.Sprintf(`{"draft":%q,"n":4539}`, c.first))}, nil)
		add(t, j, playback.Event{T: 2, Kind: playback.Type, On: on, Text: c.second, Value: &whole, Rhythm: make([]float64, len(c.second))}, nil)
		if err := j.Finish(); err != nil {
			t.Fatal(err)
		}
		scan(t, filepath.Dir(name), c.part)
		list := events(t, name)
		first, kept, second := list[0], list[1], list[3]
		if !strings.HasPrefix(first.Text, *kept.Value) {
			t.Errorf("%q: stored %q while %q was typed", whole, *kept.Value, first.Text)
		}
		if got := first.Text[:len(first.Text)-c.wrong] + second.Text; got != *second.Value {
			t.Errorf("%q: typed %q, then %q, which leaves %q instead of %q", whole, first.Text, second.Text, got, *second.Value)
		}
		if sent := string(list[2].Body.JSON); !strings.HasSuffix(first.Text, c.first[len(c.first)-c.wrong:]) || *first.Value != first.Text || sent != fmt.Sprintf(`{"draft":%q,"n":4539}`, first.Text) {
			t.Errorf("%q: typed %q, for %q, sent %s", whole, first.Text, *first.Value, sent)
		}
	}
}

// TestTypedAnew: another value that begins alike, in a field that was emptied, is no typing error: it keeps its stand-in.
func TestTypedAnew(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.playback")
	j, err := NewJournal(name, nil, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	values := []string{"correct horse q7Zabcde", "correct horse q7Zvwxyz", "correct battery 2"}
	for i, v := range values {
		e := playback.Event{T: float64(2 * i), Kind: playback.Type, On: playback.On{Target: &playback.Target{CSS: playback.CSS{"#p"}}}, Text: v, Value: &v}
		add(t, j, e, map[string]string{"text": "password", "value": "password"})
		add(t, j, playback.Event{T: float64(2*i + 1), Kind: playback.Req, URL: "http://shop.test/save", Body: playback.BodyString(fmt.Sprintf(`{"remark":%q}`, v))}, nil)
	}
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	list := events(t, name)
	for i := range values {
		if sent, want := string(list[2*i+1].Body.JSON), fmt.Sprintf(`{"remark":%q}`, *list[2*i].Value); sent != want || *list[2*i].Value == values[i] {
			t.Errorf("sent %s, want %s", sent, want)
		}
	}
}

// TestCorrectedInTheMidst: what is left of a secret while a person replaces a digit of it is sent like the secret.
func TestCorrectedInTheMidst(t *testing.T) {
	const card = "4539578763621486"
	left := card[:9] + card[10:]
	name := filepath.Join(t.TempDir(), "a.playback")
	j, err := NewJournal(name, nil, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	value := card
	on := playback.On{Target: &playback.Target{CSS: playback.CSS{"#free"}}}
	add(t, j, playback.Event{T: 0, Kind: playback.Type, On: on, Text: value, Value: &value}, nil)
	j.Grow(left, "growing")
	add(t, j, playback.Event{T: 1, Kind: playback.Console, Text: "now " + left}, nil)
	add(t, j, playback.Event{T: 2, Kind: playback.Type, On: on, Text: card[9:10], Value: &value}, nil)
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	list := events(t, name)
	if is := *list[0].Value; list[1].Text != "now "+is[:9]+is[10:] || is == card {
		t.Errorf("%q was logged, of %q", list[1].Text, is)
	}
}
