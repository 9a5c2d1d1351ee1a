package recorder

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources"
)

// boxEntered is what was entered into a field: typed, or, without what the field then holds, pasted.
type boxEntered struct{ field, text, value string }

// TestSecretInParts: a secret that no field holds alone, or that is half typed and half pasted, is found when the app sends
// the whole. What a replay enters makes up its stand-in, and nothing of it is left.
func TestSecretInParts(t *testing.T) {
	const card, account = "4539578763621486", "DE89370400440532013000"
	for name, c := range map[string]struct {
		entered []boxEntered
		whole   string
		parts   []string // that may stand nowhere
	}{
		"four boxes": {[]boxEntered{
			{"#a", "4539", "4539"}, {"#b", "5787", "5787"}, {"#c", "6362", "6362"}, {"#d", "1486", "1486"}, {"#cvc", "123", "123"},
		}, card, []string{"4539", "5787", "6362", "1486"}},
		"a box in two runs, one corrected": {[]boxEntered{
			{"#a", "4539", "4539"}, {"#b", "5788", "5788"}, {"#c", "63", "63"}, {"#c", "62", "6362"}, {"#b", "7", "5787"}, {"#d", "1486", "1486"},
		}, card, []string{"4539", "5787", "6362", "1486"}},
		"an account": {[]boxEntered{{"#land", "DE89", "DE89"}, {"#bank", "3704 0044", "3704 0044"}, {"#account", "0532013000", "0532013000"}},
			account, []string{"DE89", "3704", "0532013000"}},
		"pasted at the end":   {[]boxEntered{{"#a", card[:8], card[:8]}, {"#a", card[8:], ""}}, card, []string{card[:8], card[8:]}},
		"pasted in the midst": {[]boxEntered{{"#a", card[:6], card[:6]}, {"#a", card[6:10], ""}, {"#a", card[10:], card}}, card, []string{card[:6], card[6:10], card[10:]}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.playback")
			enterParts(t, file, c.entered, c.whole)
			for _, part := range c.parts {
				scan(t, filepath.Dir(file), part)
			}
			list := events(t, file)
			held, order := map[string]string{}, []string{}
			for _, e := range list[:len(c.entered)] {
				field := e.On.Target.CSS[0]
				if _, ok := held[field]; !ok && field != "#cvc" {
					order = append(order, field)
				}
				if held[field] += e.Text; e.Kind == playback.Type {
					held[field] = *e.Value
				}
			}
			got := ""
			for _, field := range order {
				got += unspaced(held[field])
			}
			sent := string(list[len(c.entered)].Body.JSON)
			if got == c.whole || len(got) != len(c.whole) || !strings.Contains(sent, fmt.Sprintf(`"number":%q`, got)) {
				t.Errorf("entered %q, sent %s", got, sent)
			}
			if again := string(list[len(c.entered)+1].Body.JSON); again != fmt.Sprintf(`{"first":%q}`, held[order[0]]) && !strings.HasPrefix(name, "pasted") {
				t.Errorf("sent %s, for %q", again, held[order[0]])
			}
		})
	}
}

// enterParts records what was entered, a request with the whole, and one with what the first field holds.
func enterParts(t *testing.T, file string, list []boxEntered, whole string) {
	j, err := NewJournal(file, nil, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	for i, in := range list {
		e := playback.Event{T: float64(i), Kind: playback.Type, On: playback.On{Target: &playback.Target{CSS: playback.CSS{in.field}}}, Text: in.text, Value: &in.value}
		if in.value == "" {
			e.Kind, e.Op, e.Value = playback.Clipboard, "paste", nil
		}
		add(t, j, e, nil)
	}
	for i, body := range []string{fmt.Sprintf(`{"number":%q}`, whole), fmt.Sprintf(`{"first":%q}`, list[0].value)} {
		add(t, j, playback.Event{T: float64(100 + i), Kind: playback.Req, URL: "http://shop.test/pay", Body: playback.BodyString(body)}, nil)
	}
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
}

// TestPartsOfNothing: what passes a check together, but is never said together, stays.
func TestPartsOfNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.playback")
	enterParts(t, file, []boxEntered{{"#a", "45395787", "45395787"}, {"#b", "63621486", "63621486"}}, "45395787 and 63621486")
	for _, e := range events(t, file) {
		if len(e.Masked) > 0 {
			t.Errorf("%s %q: masked %q", e.ID, e.Text, e.Masked)
		}
	}
}
