package player_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

const local = "http://127.0.0.1:5173"

// start opens a player of f on app at the start.
func start(t *testing.T, f *playback.File, app playertest.App, o player.Options) (*player.Player, *playertest.Stage) {
	t.Helper()
	stage := &playertest.Stage{App: app}
	if o.App == "" {
		o.App = local
	}
	p, err := player.New(f, stage, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if n := stage.Live(); n != 0 {
			t.Errorf("%d pages were left open", n)
		}
	})
	s, err := p.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Pos != 0 || s.Reason != player.Entry {
		t.Fatalf("start: %+v", s)
	}
	return p, stage
}

var moves = map[string]player.MoveKind{
	"next": player.Next, "in": player.StepIn, "out": player.StepOut, "continue": player.Continue, "back": player.StepBack,
	"reverse": player.ReverseContinue, "to": player.RunTo, "skip": player.SkipTo, "restart": player.Restart,
}

func do(t *testing.T, p *player.Player, m player.Move) player.Stop {
	t.Helper()
	s, err := p.Do(t.Context(), m)
	if err != nil {
		t.Fatalf("move %+v: %v", m, err)
	}
	if s.Pos != p.Pos() {
		t.Errorf("the stop is at %d, Pos() is %d", s.Pos, p.Pos())
	}
	return s
}

// run runs a script: one command a line, with the stop that is expected: "next -> e5 step".
//
//	next in out continue back reverse restart | to ID | skip ID | break ID [if EXPR] [hit N] [log TEXT] | filter NAME [EXPR]
//	clear | eval EXPR -> TEXT | verdict -> V | touched -> true
func run(t *testing.T, p *player.Player, script string) {
	t.Helper()
	var breaks []player.Break
	var filters []player.Filter
	for n, line := range strings.Split(strings.TrimSpace(script), "\n") {
		line = strings.TrimSpace(line)
		command, want, _ := strings.Cut(line, " -> ")
		word, rest, _ := strings.Cut(command, " ")
		got := ""
		switch word {
		case "", "#":
			continue
		case "clear":
			breaks, filters = nil, nil
			p.SetBreaks(nil)
			p.SetFilters(nil)
		case "break":
			breaks = append(breaks, parseBreak(t, p, len(breaks)+1, rest))
			p.SetBreaks(breaks)
		case "filter":
			name, cond, _ := strings.Cut(rest, " ")
			filters = append(filters, player.Filter{Name: name, Condition: cond})
			p.SetFilters(filters)
		case "eval":
			page, err := p.Ready(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			v, err := page.Eval(t.Context(), player.Eval{Expr: rest})
			if err != nil {
				t.Fatal(err)
			}
			got = v.Text
		case "verdict":
			got = string(p.Verdict())
		case "touched":
			got = strconv.FormatBool(p.Touched())
		default:
			kind, ok := moves[word]
			if !ok {
				t.Fatalf("line %d: unknown command %q", n+1, word)
			}
			got = stopText(p, do(t, p, player.Move{Kind: kind, Pos: posOf(t, p, rest)}))
		}
		if got != want {
			t.Fatalf("line %d: %s -> %s\nwant %s", n+1, command, got, want)
		}
	}
}

func posOf(t *testing.T, p *player.Player, id string) int {
	t.Helper()
	if id == "" {
		return 0
	}
	if id == "end" {
		return p.File().Len()
	}
	pos, ok := p.File().Find(id)
	if !ok {
		t.Fatalf("no event %q", id)
	}
	return pos
}

func parseBreak(t *testing.T, p *player.Player, id int, s string) player.Break {
	t.Helper()
	b := player.Break{ID: id}
	s, b.Log, _ = strings.Cut(s, " log ")
	s, b.Hit, _ = strings.Cut(s, " hit ")
	s, b.Condition, _ = strings.Cut(s, " if ")
	b.Pos = posOf(t, p, s)
	return b
}

// stopText renders a stop: "e15 exception uncaught", "e5 step", "end matched".
func stopText(p *player.Player, s player.Stop) string {
	if s.Reason == player.End {
		return strings.TrimSpace("end " + string(p.Verdict()))
	}
	where := "end"
	if s.Pos < p.File().Len() {
		where = p.File().ID(s.Pos)
	}
	out := fmt.Sprintf("%s %s", where, s.Reason)
	if s.Filter != "" {
		out += " " + s.Filter
	}
	for _, b := range s.Breaks {
		out += fmt.Sprintf(" #%d", b)
	}
	return out
}
