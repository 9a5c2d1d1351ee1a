package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

// paddingEnv asks for more padding than the quick run has.
const paddingEnv = "RESTEP_PADDING"

// TestMinimizeDemo pads the demo's recording with actions that change nothing, and gets back those that the failure needs:
// the search that leads to a coffee, the basket, the two questions for a price, and the payment.
func TestMinimizeDemo(t *testing.T) {
	needBrowser(t)
	pads := 40
	if n, err := strconv.Atoi(os.Getenv(paddingEnv)); err == nil {
		pads = n
	}
	file, app := paddedDemo(t, pads), serveDemo(t, false)
	status, stdout, stderr := command(t, "minimize", file, "--app", app, "--json")
	if status != exitOK {
		t.Fatalf("status %d, stderr:\n%s%s", status, stderr, stdout)
	}
	var r struct {
		Output, Verdict string
		Actions, Events struct{ Before, After int }
		Needed          []string
		Complete        bool
		Failures        []playback.RunFailure
		Runs            int
		ElapsedMs       float64
	}
	if err := json.Unmarshal([]byte(stdout), &r, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d actions: %v; %d of %d events; %d runs in %.1f s",
		r.Actions.After, r.Actions.Before, r.Needed, r.Events.After, r.Events.Before, r.Runs, r.ElapsedMs/1000)
	if r.Output != minimalName(file) || r.Verdict != "reproduced" || !r.Complete || len(r.Failures) != 2 || r.Actions.Before != 13+pads {
		t.Errorf("got %s", stdout)
	}
	for _, id := range r.Needed {
		if strings.HasPrefix(id, "p") {
			t.Errorf("the padding %s is called needed", id)
		}
	}
	for _, id := range []string{"e1", "e29", "e35", "e45"} { // open, to the till, the member's number, pay
		if !slices.Contains(r.Needed, id) {
			t.Errorf("%s is needed, and not among %v", id, r.Needed)
		}
	}
	if r.Runs > 60+pads {
		t.Errorf("%d runs for %d actions", r.Runs, r.Actions.Before)
	}
	if status, out, _ := command(t, "check", r.Output, "--level", "warning"); status != exitOK || out != "" {
		t.Errorf("restep check finds: %s", out)
	}
	minimalIsMinimal(t, r.Output, app)
}

// minimalIsMinimal minimizes what was minimized, which leaves every action of it and no line more.
func minimalIsMinimal(t *testing.T, file, app string) {
	t.Helper()
	status, stdout, stderr := command(t, "minimize", file, "--app", app, "-o", filepath.Join(t.TempDir(), "again.playback"))
	f, err := playback.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for pos := range f.Len() {
		if f.Kind(pos).Action() {
			n++
		}
	}
	if want := fmt.Sprintf("%d of %d actions are needed\n", n, n); status != exitOK || !strings.HasPrefix(stdout, want) {
		t.Errorf("status %d, %q does not begin with %q; stderr:\n%s", status, stdout, want, stderr)
	}
}

// TestMinimizeRefuses says what cannot be minimized, and writes nothing.
func TestMinimizeRefuses(t *testing.T) {
	needBrowser(t)
	file := demoFile(t)
	mended := serveDemo(t, true)
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--app", mended}, exitFailed, "no recorded failure occurs; the verdict is gone"},
		{[]string{"--app", mended, "--fail-if", "false"}, exitFailed, "--fail-if false was true after no action"},
		{[]string{"--app", mended, "--failure", "e999"}, exitUsage, "has no such event"},
		{[]string{"--app", mended, "-o", file}, exitUsage, "is one of the files to read"},
		{[]string{"--app", mended, "-o", "-"}, exitUsage, "-o -"},
		{nil, exitUsage, "say where your app runs"},
	} {
		status, stdout, stderr := command(t, append([]string{"minimize", file}, c.args...)...)
		if status != c.status || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: status %d, %s%s", c.args, status, stdout, stderr)
		}
	}
	if exists(minimalName(file)) {
		t.Error("a file was written all the same")
	}
}

// padding are actions on elements of the demo that change nothing of its failure, for a time in ms at which they are there.
var padding = []struct {
	from, to float64
	actions  []string
}{
	{500, 1800, []string{
		`"ev":"hover","on":{"css":"[data-testid=\"coffee-yirgacheffe\"]"}`, `"ev":"click","on":{"css":"h1"}`,
		`"ev":"type","on":{"testid":"search"},"text":" ","value":" "`, `"ev":"key","on":{"testid":"search"},"key":"Escape","code":"Escape"`,
		`"ev":"click","on":{"css":"p.lead"}`, `"ev":"hover","on":{"css":"p.lead"}`,
	}},
	{7400, 8400, []string{
		`"ev":"hover","on":{"testid":"add"}`, `"ev":"click","on":{"css":"p.story"}`,
		`"ev":"input","on":{"testid":"grind"},"value":"filter"`, `"ev":"click","on":{"css":"h1"}`,
		`"ev":"input","on":{"testid":"grind"},"value":"press"`, `"ev":"hover","on":{"css":"figure"}`,
	}},
	{8600, 9500, []string{
		`"ev":"hover","on":{"testid":"pay"}`, `"ev":"click","on":{"css":".summary h2"}`,
		`"ev":"type","on":{"testid":"search"},"text":"  ","value":"  "`, `"ev":"key","on":{"testid":"search"},"key":"Escape","code":"Escape"`,
		`"ev":"click","on":{"css":"h1"}`,
	}},
	{12700, 13900, []string{
		`"ev":"click","on":{"css":"p.greeting"}`, `"ev":"hover","on":{"testid":"total"}`, `"ev":"click","on":{"testid":"member"}`,
		`"ev":"hover","on":{"testid":"apply"}`, `"ev":"key","on":{"testid":"member"},"key":"End","code":"End"`,
	}},
}

// paddedDemo is the recording of the demo with n more actions.
func paddedDemo(t *testing.T, n int) string {
	t.Helper()
	f := demoRecording(t)
	type line struct {
		t    float64
		text string
	}
	var lines []line
	for pos := range f.Len() {
		raw, err := f.Raw(f.Line(pos))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line{f.T(pos), string(raw)})
	}
	for i := range n {
		group := padding[i%len(padding)]
		k, of := i/len(padding), (n+len(padding)-1)/len(padding)
		at := group.from + (group.to-group.from)*float64(k)/float64(of)
		lines = append(lines, line{at, fmt.Sprintf(`{"t":%.3f,"id":"p%d",%s}`, at, i, group.actions[k%len(group.actions)])})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(a.t, b.t) })
	header, err := f.Raw(1)
	if err != nil {
		t.Fatal(err)
	}
	text := string(header) + "\n"
	for _, l := range lines {
		text += l.text + "\n"
	}
	file := filepath.Join(t.TempDir(), "padded.playback")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestMinimizeInterrupted is ended by Ctrl-C after the first progress that a terminal is told, and writes what it has.
func TestMinimizeInterrupted(t *testing.T) {
	needBrowser(t)
	ownState(t)
	file, app := paddedDemo(t, 4), serveDemo(t, false)
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	stderr := &cutShort{at: " left after ", cancel: cancel}
	e := &env{ctx: ctx, stdin: strings.NewReader(""), stdout: &out, stderr: stderr, getenv: os.Getenv, tty: true}
	status := run(e, []string{"minimize", file, "--app", app, "--jobs", "1"})
	if status != exitCannot || !strings.Contains(stderr.text, "the best so far") {
		t.Errorf("status %d, stderr:\n%s", status, stderr.text)
	}
	f, err := playback.OpenFile(minimalName(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := playDemo(t, f, startBrowser(t), app)
	if r.Verdict != playback.Reproduced || r.Actions >= 17 || !strings.HasPrefix(out.String(), fmt.Sprintf("%d of 17 actions", r.Actions)) {
		t.Errorf("%s with %d actions; stdout:\n%s", r.Verdict, r.Actions, out.String())
	}
}

// cutShort is a terminal on which Ctrl-C is pressed when a text appears.
type cutShort struct {
	at, text string
	cancel   func()
}

func (c *cutShort) Write(p []byte) (int, error) {
	c.text += string(p)
	if strings.Contains(c.text, c.at) {
		c.cancel()
	}
	return len(p), nil
}
