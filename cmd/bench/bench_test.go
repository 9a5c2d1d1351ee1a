package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"restep/player/playback"
)

func values(v ...float64) *series { return &series{name: "x", unit: "ms", values: v} }

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 100}, 3},
	} {
		if got := values(c.values...).median(); got != c.want {
			t.Errorf("median of %v is %v, want %v", c.values, got, c.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	failed := &series{err: errors.New("no browser")}
	for _, c := range []struct {
		what string
		row  row
		want string
	}{
		{"below", row{ours: values(1), peer: values(10), target: 0.5}, "PASS"},
		{"just", row{ours: values(5), peer: values(10), target: 0.5}, "PASS"},
		{"above", row{ours: values(6), peer: values(10), target: 0.5}, "MISS"},
		{"slow round", row{ours: values(10, 12, 90), peer: values(70, 80, 600), target: 1.0 / 6}, "PASS"},
		{"slow peer once", row{ours: values(10, 10, 10), peer: values(50, 50, 900), target: 1.0 / 6}, "MISS"},
		{"limit kept", row{ours: values(49), target: 50}, "PASS"},
		{"limit broken", row{ours: values(51), target: 50}, "MISS"},
		{"at least", row{ours: values(61), target: 60, higher: true}, "PASS"},
		{"too little", row{ours: values(59), target: 60, higher: true}, "MISS"},
		{"no target", row{ours: values(1), peer: values(1)}, ""},
		{"no peer value", row{ours: values(1), peer: failed, target: 1}, "SKIP"},
		{"no value", row{ours: failed, target: 1}, "SKIP"},
	} {
		if got := c.row.verdict(); got != c.want {
			t.Errorf("%s: verdict %q, want %q", c.what, got, c.want)
		}
	}
}

func TestPrint(t *testing.T) {
	var out strings.Builder
	err := print(&out, []row{{what: "step", ours: values(10, 12, 11), peer: &series{name: "peer", unit: "ms", values: []float64{80, 96, 99}}, target: 1.0 / 6}})
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(out.String(), "\n")
	if got, want := strings.Join(strings.Fields(line), " "), "step 11.0 ms (10.0-12.0) peer 96.0 ms (80.0-99.0) 1/8.0 ≤ 1/6.0 PASS"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestInterleave checks the order of measuring, and that what fails once is told and left out.
func TestInterleave(t *testing.T) {
	var order []string
	take := func(name string, err error) measure {
		return measure{&series{name: name}, func(context.Context) (float64, error) {
			order = append(order, name)
			return 1, err
		}}
	}
	g := group{measures: []measure{take("a", nil), take("b", io.ErrUnexpectedEOF), take("c", nil)}}
	b := &bench{rounds: 2, log: io.Discard}
	if err := b.interleave(t.Context(), &g); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, " "); got != "a b c a c" {
		t.Errorf("measured in the order %s", got)
	}
	if g.measures[1].taken() || len(g.measures[0].values) != 2 {
		t.Error("the failed measure has a value, or another one lost a round")
	}
}

// TestBigFiles checks the sizes that the table speaks of.
func TestBigFiles(t *testing.T) {
	dir := t.TempDir()
	const mb = 1 << 20
	for _, c := range []struct {
		file         bigFile
		inside       [2]int64 // least and most bytes
		besideExists bool
	}{
		{besideFile, [2]int64{mb, 2 * mb}, true},
		{insideFile, [2]int64{15.5 * mb, playback.MaxFile}, false},
	} {
		path, err := c.file.write(dir)
		if err != nil {
			t.Fatal(err)
		}
		s, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if s.Size() < c.inside[0] || s.Size() > c.inside[1] {
			t.Errorf("%s has %d bytes, want %d to %d", c.file.name, s.Size(), c.inside[0], c.inside[1])
		}
		if _, err := os.Stat(playback.BlobDir(path)); (err == nil) != c.besideExists {
			t.Errorf("%s: content beside the file: %v, want %v", c.file.name, err == nil, c.besideExists)
		}
		o, err := openOnce(path)
		if err != nil || o.MS <= 0 || o.Heap <= 0 {
			t.Errorf("open %s: %+v, %v", c.file.name, o, err)
		}
	}
}
