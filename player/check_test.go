package player

import "testing"

func TestCheckDiffText(t *testing.T) {
	for want, c := range map[string]struct {
		diff CheckDiff
		op   string
	}{
		`title is "Cart" instead of "Shop"`:                        {CheckDiff{What: "title", Want: "Shop", Got: "Cart"}, ""},
		`count is "1" instead of >= "2"`:                           {CheckDiff{What: "count", Want: "2", Got: "1"}, ">="},
		"a heading, a control or its value in view is another one": {CheckDiff{What: "sum", Want: "90276fe2c742499c", Got: "e648ce132bcd4370"}, ""},
	} {
		if got := c.diff.text(c.op); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
