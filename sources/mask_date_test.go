package sources

import (
	"strings"
	"testing"
	"time"
)

// TestDates: stand-ins of dates are dates of the same form, the same in all forms; the end of a card does not pass by it.
func TestDates(t *testing.T) {
	for _, key := range []string{"one", "two", "three", "four"} {
		m := NewMasker([]byte(key))
		seen := map[string]string{}
		for _, c := range []struct{ value, layout, same string }{
			{"12/29", "01/06", "end"}, {"1229", "0106", "end"}, {"12/2029", "01/2006", "end"}, {"122029", "012006", "end"}, {"12 / 29", "01 / 06", "end"},
			{"2029-12", "2006-01", "end"}, {"202912", "200601", "end"}, {"12-29", "01-06", "end"}, {"11", "01", "month"}, {"2029", "2006", "year"}, {"29", "06", "year"},
			{"1979-03-15", "2006-01-02", "born"}, {"15.03.1979", "02.01.2006", "born"}, {"15.3.1979", "2.1.2006", "born"}, {"03/15/1979", "01/02/2006", "born"},
			{"1979-03", "2006-01", "bornIn"}, {"2026-03-15T10:30", "2006-01-02T15:04", "at"}, {"10:30", "15:04", "time"},
		} {
			m.Dated(c.value)
			got, ok := m.date(c.value)
			is, err := time.Parse(c.layout, got)
			if !ok || err != nil || got == c.value {
				t.Errorf("%s became %q: %v", c.value, got, err)
				continue
			}
			was, _ := time.Parse(c.layout, c.value)
			if strings.Contains("end year", c.same) && is.Before(was) || strings.HasPrefix(c.same, "born") && is.After(was) {
				t.Errorf("%s became %s", c.value, got)
			}
			if day := is.Format("2006-01-02"); seen[c.same] != "" && seen[c.same] != day {
				t.Errorf("%s became %s, which is %s and not %s", c.value, got, day, seen[c.same])
			} else {
				seen[c.same] = day
			}
		}
	}
}

// TestNoDates: what may be a PIN or the number at the back of a card gets other digits, as does what is no date.
func TestNoDates(t *testing.T) {
	m := NewMasker([]byte("a key of this test"))
	for _, s := range []string{"1229", "2029", "11", "122", "13/29x", "2029-13", "1979-03-32", "00/29", "13.13.1979"} {
		if out, ok := m.date(s); ok {
			t.Errorf("%s became %s", s, out)
		}
	}
}
