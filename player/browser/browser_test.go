package browser

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// start starts a headless browser for a test.
func start(t *testing.T, o Options) *Browser {
	t.Helper()
	if _, err := Find(os.Getenv); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	o.Headless = true
	b, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestEvaluate(t *testing.T) {
	b := start(t, Options{})
	c, err := b.NewContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := c.NewTab(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Result struct {
			Value int `json:"value"`
		} `json:"result"`
	}
	if err := s.Call(t.Context(), "Runtime.evaluate", map[string]any{"expression": "6*7"}, &r); err != nil {
		t.Fatal(err)
	}
	if r.Result.Value != 42 {
		t.Errorf("6*7 = %d", r.Result.Value)
	}
	err = s.Call(t.Context(), "No.such", nil, nil)
	if e, ok := err.(*Error); !ok || e.Method != "No.such" {
		t.Errorf("an unknown command gives %v, want *Error", err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-s.Gone()
	if err := s.Call(t.Context(), "Runtime.evaluate", map[string]any{"expression": "1"}, nil); err == nil {
		t.Error("a call on a closed tab succeeds")
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	b := start(t, Options{})
	profile := b.profile
	begin := time.Now()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("closed in %v", time.Since(begin).Round(time.Millisecond))
	if _, err := os.Stat(profile); !os.IsNotExist(err) {
		t.Errorf("profile %s is still there: %v", profile, err)
	}
	if out, err := exec.Command("pgrep", "-f", profile).Output(); err == nil {
		t.Errorf("processes are left: %s", strings.TrimSpace(string(out)))
	}
	if err := b.Root().Call(context.Background(), "Browser.getVersion", nil, nil); err == nil {
		t.Error("a call on a closed browser succeeds")
	}
}

func TestFailedStartSaysWhy(t *testing.T) {
	_, err := Start(t.Context(), Options{Path: "/bin/false"})
	if err == nil {
		t.Fatal("/bin/false started as a browser")
	}
	_, err = Start(t.Context(), Options{Path: "/no/such/browser"})
	if err == nil || !strings.Contains(err.Error(), "/no/such/browser") {
		t.Errorf("error %v does not name the path", err)
	}
}

func TestFindHonoursTheEnvironment(t *testing.T) {
	_, err := Find(func(string) string { return "/no/such/browser" })
	if err == nil || !strings.Contains(err.Error(), EnvPath) {
		t.Errorf("error %v does not name %s", err, EnvPath)
	}
}
