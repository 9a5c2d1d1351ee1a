package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestReachableWaits has apps behind something that listens before they are up.
func TestReachableWaits(t *testing.T) {
	var asked atomic.Int64
	status := func(first, then int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if asked.Add(1) < 3 {
				w.WriteHeader(first)
				return
			}
			w.WriteHeader(then)
		}
	}
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	cut := func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 3 {
			panic(http.ErrAbortHandler)
		}
	}
	for _, c := range []struct {
		name string
		app  http.HandlerFunc
		wait time.Duration
		most int64 // times that it is asked
		want string
	}{
		{"a gateway without an app", status(502, 200), time.Minute, 3, ""},
		{"an app that is starting", status(503, 200), time.Minute, 3, ""},
		{"an app that is broken is there", status(500, 500), time.Minute, 1, ""},
		{"one that wants a login too", status(302, 302), time.Minute, 1, ""},
		{"a forwarder that hangs up", cut, time.Minute, 3, ""},
		{"who never is", status(503, 503), 300 * time.Millisecond, 100, "it says 503"},
		{"who never answers", silent, 300 * time.Millisecond, 0, "does not answer in time"},
		{"nobody waits", status(503, 503), 0, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked.Store(0)
			app := httptest.NewServer(c.app)
			defer app.Close()
			err := reachable(t.Context(), app.URL, c.wait)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %q", err, c.want)
			}
			if n := asked.Load(); n > c.most {
				t.Errorf("it was asked %d times", n)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	app := httptest.NewServer(status(503, 503))
	defer app.Close()
	time.AfterFunc(50*time.Millisecond, cancel)
	if err := reachable(ctx, app.URL, time.Hour); err == nil {
		t.Error("Ctrl-C does not end the waiting")
	}
}
