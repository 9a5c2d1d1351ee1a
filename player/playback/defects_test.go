package playback

import "testing"

func TestDefects(t *testing.T) {
	open := `{"t":0,"ev":"open","id":"e1","url":"u"}` + "\n"
	for _, c := range []struct {
		name, text string
		errors     int
		unusable   int // line
	}{
		{"none", head + open, 0, 0},
		{"warnings", head + open + `{"t":-1,"ev":"back","id":"e2"}` + "\n", 0, 0},
		{"a torn line", head + open + `{"t":1,"ev":"cli`, 0, 0},
		{"the header", `{"playback":1,"viewport":{"width":-5,"height":-5}}` + "\n" + open, 2, 1},
		{"an action", head + open + `{"t":1,"ev":"click","id":"e2"}` + "\n", 1, 3},
		{"the first of two", head + `{"t":1,"ev":"log","id":"e0","level":5}` + "\n" + `{"t":1,"ev":"open","id":"e2"}` + "\n" + `{"t":1,"ev":"open","id":"e3"}` + "\n", 3, 3},
		{"an effect", head + open + `{"t":1,"ev":"error","id":"e2","stack":5}` + "\n", 1, 0},
		{"an id of two actions", head + open + open, 1, 0},
		{"a cause that is not there", head + open + `{"t":1,"ev":"back","id":"e2","cause":"x"}` + "\n", 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readText(t, c.text).Defects()
			line := 0
			if got.Unusable != nil {
				line = got.Unusable.Line
			}
			if err != nil || got.Errors != c.errors || line != c.unusable {
				t.Errorf("%d errors, line %d is unusable, %v; want %d and %d", got.Errors, line, err, c.errors, c.unusable)
			}
		})
	}
}
