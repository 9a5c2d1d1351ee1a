package dap

import (
	"github.com/go-json-experiment/json"
	"github.com/google/go-dap"
)

// onInitialize announces what the adapter can do, and nothing else.
func onInitialize(s *Session, _ request, m *message) (any, error) {
	a := initializeArguments{}
	a.LinesStartAt1, a.ColumnsStartAt1 = true, true // where they are left out
	if len(m.Arguments) > 0 && m.Arguments.Kind() == '{' {
		if err := json.Unmarshal(m.Arguments, &a, decoding()); err != nil {
			return nil, fail(codeArguments, "the arguments of initialize are not as the protocol says: %v", err)
		}
	}
	if s.phase != fresh {
		return nil, fail(codeState, "the session has been initialized already")
	}
	s.client = a
	c := capabilities{SupportsANSIStyling: a.SupportsANSIStyling}
	c.SupportsConfigurationDoneRequest = true
	c.SupportsFunctionBreakpoints = true
	c.SupportsConditionalBreakpoints = true
	c.SupportsHitConditionalBreakpoints = true
	c.SupportsLogPoints = true
	c.SupportsExceptionFilterOptions = true
	c.ExceptionBreakpointFilters = exceptionFilters()
	c.SupportsExceptionInfoRequest = true
	c.SupportsEvaluateForHovers = true
	c.SupportsClipboardContext = true
	c.SupportsStepBack = true
	c.SupportsRestartFrame = true
	c.SupportsRestartRequest = true
	c.SupportsGotoTargetsRequest = true
	c.SupportsSetVariable = true
	c.SupportsCompletionsRequest = true
	c.CompletionTriggerCharacters = []string{".", ":"}
	c.SupportsBreakpointLocationsRequest = true
	c.SupportsDelayedStackTraceLoading = true
	c.SupportsLoadedSourcesRequest = true
	c.SupportsTerminateRequest = true
	c.SupportTerminateDebuggee = true
	c.SupportsCancelRequest = true
	return c, nil
}

// exceptionFilters are what a run can stop at. Helix turns all of them on at once, so each must be terse.
func exceptionFilters() []dap.ExceptionBreakpointsFilter {
	const condition = "JavaScript; `event` is the recorded line"
	return []dap.ExceptionBreakpointsFilter{
		{Filter: "uncaught", Label: "Uncaught errors", Description: "An error that no handler of the app caught", Default: true, SupportsCondition: true, ConditionDescription: condition},
		{Filter: "rejection", Label: "Unhandled rejections", Description: "A promise that was rejected and not handled", SupportsCondition: true, ConditionDescription: condition},
		{Filter: "console.error", Label: "console.error", Description: "The app wrote an error to its console", SupportsCondition: true, ConditionDescription: condition},
		{Filter: "http", Label: "HTTP errors", Description: "A response with status 400 or more", SupportsCondition: true, ConditionDescription: condition + ", such as event.status >= 500"},
		{Filter: "divergence", Label: "Divergences", Description: "The live run departs from the recording", Default: true, SupportsCondition: true, ConditionDescription: "JavaScript; `kind` is the kind of divergence"},
	}
}
