package dap

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/go-json-experiment/json"
	"github.com/google/go-dap"
)

// request is one that has not been answered yet.
type request struct {
	seq     int
	command string
}

// handler answers a request with the body of its response. It runs in the session's goroutine and must not wait:
// what takes time is given to the runner, and the handler returns [errLater].
type handler func(s *Session, r request, m *message) (body any, err error)

// errLater says that the response is sent by somebody else, exactly once.
var errLater = errors.New("answered later")

// typed decodes the arguments of a request. Missing ones and null, which Helix, Neovim and dape send, are zero.
func typed[A any](f func(*Session, request, A) (any, error)) handler {
	return func(s *Session, r request, m *message) (any, error) {
		var a A
		if len(m.Arguments) > 0 && m.Arguments.Kind() != 'n' {
			if err := json.Unmarshal(m.Arguments, &a, decoding()); err != nil {
				return nil, fail(codeArguments, "the arguments of %s are not as the protocol says: %v", m.Command, err)
			}
		}
		return f(s, r, a)
	}
}

// handlers is the table of all requests that a session understands; it announces each that needs announcing.
func handlers() map[string]handler {
	return map[string]handler{
		"initialize":              onInitialize,
		"launch":                  onLaunch,
		"attach":                  typed((*Session).onAttach),
		"configurationDone":       typed((*Session).onConfigurationDone),
		"restart":                 typed((*Session).onRestart),
		"terminate":               typed((*Session).onTerminate),
		"disconnect":              typed((*Session).onDisconnect),
		"setBreakpoints":          typed((*Session).onSetBreakpoints),
		"setFunctionBreakpoints":  typed((*Session).onSetFunctionBreakpoints),
		"setExceptionBreakpoints": typed((*Session).onSetExceptionBreakpoints),
		"breakpointLocations":     typed((*Session).onBreakpointLocations),
		"threads":                 typed((*Session).onThreads),
		"stackTrace":              typed((*Session).onStackTrace),
		"scopes":                  typed((*Session).onScopes),
		"variables":               typed((*Session).onVariables),
		"setVariable":             typed((*Session).onSetVariable),
		"evaluate":                typed((*Session).onEvaluate),
		"completions":             typed((*Session).onCompletions),
		"exceptionInfo":           typed((*Session).onExceptionInfo),
		"source":                  typed((*Session).onSource),
		"loadedSources":           typed((*Session).onLoadedSources),
		"next":                    typed((*Session).onNext),
		"stepIn":                  typed((*Session).onStepIn),
		"stepOut":                 typed((*Session).onStepOut),
		"stepBack":                typed((*Session).onStepBack),
		"continue":                typed((*Session).onContinue),
		"reverseContinue":         typed((*Session).onReverseContinue),
		"pause":                   typed((*Session).onPause),
		"gotoTargets":             typed((*Session).onGotoTargets),
		"goto":                    typed((*Session).onGoto),
		"restartFrame":            typed((*Session).onRestartFrame),
		"cancel":                  typed((*Session).onCancel),
		pictureRequest:            typed((*Session).onPicture),
	}
}

// dispatch answers one message. Responses to requests of ours need no handling: none is ever sent.
func (s *Session) dispatch(body []byte) {
	var m message
	err := json.Unmarshal(body, &m, decoding())
	switch {
	case err == nil && (m.Type == "response" || m.Type == "event"):
		return
	case err == nil && m.Type != "request":
		err = fmt.Errorf("its type is %.40q", m.Type)
	}
	if err != nil {
		s.notUnderstood(body, err)
		return
	}
	r := request{m.Seq, m.Command}
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("a request failed inside the adapter", "command", r.command, "panic", p, "stack", string(debug.Stack()))
			s.respond(r, nil, fail(codeInternal, "%s failed inside the adapter: %v", r.command, p))
		}
	}()
	h, ok := s.table[m.Command]
	if !ok {
		s.respond(r, nil, fail(codeUnknown, "the request %q is not supported", m.Command))
		return
	}
	answer, err := h(s, r, &m)
	if err != errLater {
		s.respond(r, answer, err)
	}
}

// respond answers a request.
func (s *Session) respond(r request, body any, err error) {
	a := response{Type: "response", RequestSeq: r.seq, Success: err == nil, Command: r.command, Body: body}
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			f = &failure{code: codeFailed, text: err.Error()}
		}
		a.Message = f.text
		a.Body = dap.ErrorResponseBody{Error: &dap.ErrorMessage{Id: f.code, Format: f.text, ShowUser: f.show}}
	}
	s.seq++
	a.Seq = s.seq
	s.write(a)
}

// send sends an event.
func (s *Session) send(name string, body any) {
	s.seq++
	s.write(event{Seq: s.seq, Type: "event", Event: name, Body: body})
}

// write sends a message. A client that is gone ends the session through its reader, so the error is only noted.
func (s *Session) write(m any) {
	if s.broken {
		return
	}
	if err := s.wire.Write(m); err != nil {
		s.broken = true
		s.log.Debug("the client does not read any more", "err", err)
		s.cancel()
	}
}

// failure is an error response. Code is stable for a kind of failure; show asks for a dialog.
type failure struct {
	code int
	text string
	show bool
}

func (f *failure) Error() string { return f.text }

// Codes of error responses, for clients and tests.
const (
	codeFailed    = 1000
	codeUnknown   = 1001
	codeArguments = 1002
	codeInternal  = 1003
	codeMalformed = 1004
	codeState     = 1010 // not possible now
	codeLaunch    = 1020
	codeStale     = 1030 // a handle of an earlier stop, or one that never was
	codeCancelled = 1040
	codeEvaluate  = 1050
)

func fail(code int, format string, a ...any) *failure {
	return &failure{code: code, text: fmt.Sprintf(format, a...)}
}
