package playback

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// sampled is a reader that looks now and then how much memory is alive.
type sampled struct {
	r    io.Reader
	n    int
	most uint64
}

func (s *sampled) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.n/(64<<10) != (s.n+n)/(64<<10) {
		s.most = max(s.most, heap())
	}
	s.n += n
	return n, err
}

// However many lines are wrong, what is told of them is bounded, and the rest is counted.
func TestCheckOfManyBrokenLines(t *testing.T) {
	const lines = 100_000
	text := "{\"playback\":1}\n" + strings.Repeat("{}\n", lines)
	before := heap()
	r := &sampled{r: strings.NewReader(text)}
	diags, err := Check(r, "")
	if err != nil || r.most == 0 {
		t.Fatal(err)
	}
	if r.most > before+4<<20 {
		t.Errorf("the check holds %d kB", (r.most-before)>>10)
	}
	last := diags[len(diags)-1]
	if len(diags) != maxDiagnostics+1 || last.Code != CodeMore || last.Message != fmt.Sprintf("%d more of this severity are not listed", 3*lines-maxDiagnostics) {
		t.Errorf("%d diagnostics, the last is %+v", len(diags), last)
	}
}

// References that wait for their event are bounded too; those that are resolved meanwhile are checked as ever.
func TestCheckOfManyDanglingReferences(t *testing.T) {
	var b strings.Builder
	b.WriteString("{\"playback\":1}\n{\"t\":0,\"ev\":\"back\",\"id\":\"e\",\"cause\":\"last\"}\n")
	for i := range maxLater + 2 {
		fmt.Fprintf(&b, "{\"t\":0,\"ev\":\"back\",\"id\":\"e%d\",\"cause\":\"nothing\"}\n", i)
	}
	b.WriteString("{\"t\":0,\"ev\":\"back\",\"id\":\"last\",\"cause\":\"e0\"}\n")
	diags, err := Check(strings.NewReader(b.String()), "")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, d := range diags {
		if d.Code != CodeDangling {
			told = append(told, fmt.Sprintf("%d %s %s", d.Line, d.Severity, d.Message))
		}
	}
	want := []string{
		"2 warning it stands before last, which it refers to by cause",
		fmt.Sprintf("%d warning 3 more references to lines that had not come are not checked", maxLater+5),
		fmt.Sprintf("%d error %d more of this severity are not listed", maxLater+5, maxLater-1-maxDiagnostics),
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") || len(diags) != maxDiagnostics+len(want) {
		t.Errorf("%d diagnostics; those besides the dangling ones:\n%s\nwant\n%s", len(diags), strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}
