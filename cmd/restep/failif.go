package main

import (
	"fmt"

	"github.com/evanw/esbuild/pkg/api"

	"restep/player"
)

// checkCondition refuses a --fail-if that is no JavaScript. It would never hold, so that a run would call the failure
// gone and git bisect would be led astray.
func checkCondition(expr string) error {
	if expr == "" {
		return nil
	}
	var problem api.Message
	for _, source := range []string{expr, "(" + expr + "\n)"} { // an object literal is no statement
		result := api.Transform(source, api.TransformOptions{Loader: api.LoaderJS, LogLevel: api.LogLevelSilent})
		if len(result.Errors) == 0 {
			return nil
		}
		if problem.Text == "" {
			problem = result.Errors[0]
		}
	}
	where := ""
	if l := problem.Location; l != nil {
		where = fmt.Sprintf(" at column %d", l.Column+1)
		if l.Line > 1 {
			where = fmt.Sprintf(" at line %d, column %d", l.Line, l.Column+1)
		}
	}
	return usageError(fmt.Errorf("--fail-if is no JavaScript: %s%s", problem.Text, where),
		`Example: --fail-if 'document.querySelector("#total").textContent == "NaN"'`)
}

// conditionResult is what the conditions of all runs come to: a warning where some could not be evaluated, an error
// where none could, since then no verdict speaks of what was asked for.
func conditionResult(expr string, c player.Conditions) (warning string, err error) {
	switch {
	case c.Threw == 0:
		return "", nil
	case c.Threw == c.Tried:
		return "", &exitError{
			code: exitCannot, err: fmt.Errorf("--fail-if %s could not be evaluated after any action: %s", expr, printable(c.Reason)),
			hint: "Try it in the debugger's console, or write it so that it is false where the page does not have what it asks for: a?.b",
		}
	}
	return fmt.Sprintf("--fail-if could not be evaluated after %d of %s, which were not judged: %s",
		c.Threw, count(c.Tried, "action"), c.Reason), nil
}
