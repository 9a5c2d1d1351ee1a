package main

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"restep/player"
)

// TestCheckCondition tells JavaScript from what is none, before a browser starts.
func TestCheckCondition(t *testing.T) {
	for _, expr := range []string{"", "a == 1", "{a: 1, b: 2}", "await f()", "let n = 1; n", "a?.b // why"} {
		if err := checkCondition(expr); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
	for expr, want := range map[string]string{
		"document.title ===":    "at column",
		"a == ) 1":              "at column 6",
		"a &&\n  b c":           "at line 2, column 5",
		"document.title equals": "",
	} {
		err := checkCondition(expr)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", expr, err, want)
		}
	}
}

// TestConditionResult says what the counts mean.
func TestConditionResult(t *testing.T) {
	if warning, err := conditionResult("x", player.Conditions{Tried: 3}); warning != "" || err != nil {
		t.Errorf("nothing threw: %q, %v", warning, err)
	}
	if warning, err := conditionResult("x", player.Conditions{Tried: 3, Threw: 1, Reason: "no x"}); !strings.Contains(warning, "1 of 3 actions") || err != nil {
		t.Errorf("one threw: %q, %v", warning, err)
	}
	if _, err := conditionResult("x", player.Conditions{Tried: 3, Threw: 3}); err == nil {
		t.Error("all threw: no error")
	}
}

// TestPlayFailIfThatThrows replays with conditions that cannot be evaluated: always, and on the first pages only.
func TestPlayFailIfThatThrows(t *testing.T) {
	needBrowser(t)
	file := demoFile(t)
	mended := serveDemo(t, true)
	for _, c := range []struct {
		args   []string
		status int
	}{{nil, exitCannot}, {[]string{"--bisect"}, bisectSkip}} {
		args := append([]string{"play", file, "--app", mended, "--until", "e23", "--fail-if", "nowhere.x == 1"}, c.args...)
		status, out, errOut := command(t, args...)
		if status != c.status || out != "" || !strings.Contains(errOut, "nowhere is not defined") {
			t.Errorf("%v: exit status %d, want %d: %s%s", c.args, status, c.status, out, errOut)
		}
	}
	sometimes := `location.pathname == "/" && nowhere`
	status, out, errOut := command(t, "play", file, "--app", mended, "--json", "--fail-if", sometimes)
	var result struct {
		Warnings []string `json:"warnings"`
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if status != exitOK || !strings.Contains(errOut, "restep: warning: --fail-if could not be evaluated after ") || len(result.Warnings) != 1 {
		t.Errorf("exit status %d, warnings %q, stderr %s", status, result.Warnings, errOut)
	}
}
