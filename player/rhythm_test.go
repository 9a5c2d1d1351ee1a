package player

import (
	"fmt"
	"strings"
	"testing"

	"restep/player/playback"
)

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		text, value string
		rhythm      []float64
		want        string
	}{
		{"red shoe", "red shoe", []float64{0, 30, 55, 400, 430, 470, 520, 900}, `1000 "red"="red", 1400 " s"="red s", 1470 "ho"="red sho", 1900 "e"="red shoe"`},
		{"ab", "xab", []float64{0, 100}, `1000 "a", 1100 "b"="xab"`},
		{"äö€", "äö€", []float64{0, 100, 101}, `1000 "ä"="ä", 1100 "ö€"="äö€"`},
		{"a\nb", "xa\nb", []float64{0, 100, 200}, `1000 "a", 1100 "\n", 1200 "b"="xa\nb"`},
		{"", "", nil, `1000 ""=""`},
		{"", "abc", []float64{}, `1000 ""="abc"`},
		{"abc", "abc", nil, `1000 "abc"="abc"`},
		{"abc", "abc", []float64{0, 100}, `1000 "abc"="abc"`},
		{"milk", "", nil, `1000 "milk"`},
		{"milk", "", []float64{0, 30, 70, 90}, `1000 "mi", 1070 "lk"`},
		{"1a2b", "12", []float64{0, 100, 200, 300}, `1000 "1", 1100 "a", 1200 "2", 1300 "b"`},
		{"1234", "1,234.00", nil, `1000 "1234"="1,234.00"`},
		{"ab", "AB", []float64{0, 100}, `1000 "a", 1100 "b"="AB"`},
	} {
		var got []string
		for _, e := range pieces(&playback.Event{Kind: playback.Type, T: 1000, Text: c.text, Value: &c.value, Rhythm: c.rhythm}) {
			text := fmt.Sprintf("%v %q", e.T, e.Text)
			if e.Value != nil {
				text += fmt.Sprintf("=%q", *e.Value)
			}
			got = append(got, text)
		}
		if all := strings.Join(got, ", "); all != c.want {
			t.Errorf("%q by %v: %s, want %s", c.text, c.rhythm, all, c.want)
		}
	}
}
