package dap_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"restep/player/playback"
)

// keeper is a [dap.Server.KeepRun] that remembers, and fails where err is set.
type keeper struct {
	mu   sync.Mutex // guards what follows
	runs []string
	err  error
}

func (k *keeper) keep(name string, r *playback.Run) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.runs = append(k.runs, fmt.Sprintf("%s %d until %q unseen %v", r.Verdict, r.Coverage.Ran, r.Coverage.Until, r.Coverage.Unseen))
	return k.err
}

// The runs that are kept: at failures and at the end, not on the way back, not where a person changed the course.
func TestRunsAreKept(t *testing.T) {
	k := &keeper{}
	a := connect(t, func(a *adapter) { a.server.KeepRun = k.keep })
	a.begin()
	a.ask("setExceptionBreakpoints", map[string]any{"filters": []string{"uncaught"}}, nil)
	a.goes("continue", 18)
	a.goes("continue", 19)
	a.goes("continue", 23)
	a.goes("reverseContinue", 19)
	a.goes("continue", 23)
	a.goes("restart", 2)
	if _, err := a.Evaluate(a.ctx, "paid = 1", "repl"); err != nil {
		t.Fatal(err)
	}
	a.goes("continue", 18)
	k.mu.Lock()
	defer k.mu.Unlock()
	want := []string{
		`reproduced 17 until "e16" unseen []`, `reproduced 18 until "e17" unseen []`,
		`reproduced 22 until "" unseen []`, `reproduced 22 until "" unseen []`,
	}
	if !slices.Equal(k.runs, want) {
		t.Errorf("kept:\n%s\nwant:\n%s", strings.Join(k.runs, "\n"), strings.Join(want, "\n"))
	}
}

func TestRunThatCannotBeKept(t *testing.T) {
	k := &keeper{err: errors.New("no room")}
	var log bytes.Buffer
	a := connect(t, func(a *adapter) {
		a.server.KeepRun = k.keep
		a.server.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	a.begin()
	a.goes("continue", 23)
	a.Close()
	if err := <-a.done; err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "no room") {
		t.Errorf("log: %s", log.String())
	}
}
