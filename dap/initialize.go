package dap

import (
	"github.com/go-json-experiment/json"
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
	if s.guest != nil {
		s.guest.greet()
	}
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
