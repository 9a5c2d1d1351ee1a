package dap

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-dap"

	"restep/player"
	"restep/player/playback"
)

// asked is the request that the session has stopped for because it was not recorded; nil where it has not.
func (m *moment) asked() *player.Blocked {
	d := m.stop.Divergence
	if d == nil || d.Kind != playback.RequestUnmatched {
		return nil
	}
	for i := range m.blocked {
		if b := &m.blocked[i]; b.String() == d.Got && b.Pos == d.Pos {
			return b
		}
	}
	return nil
}

// unanswered is the request that :answer speaks of: the one of the stop, else the last that was blocked; nil: none was.
func (m *moment) unanswered() *player.Blocked {
	if b := m.asked(); b != nil || len(m.blocked) == 0 {
		return b
	}
	return &m.blocked[len(m.blocked)-1]
}

// offer says what can be done about a request that was not recorded.
func offer(b *player.Blocked) string {
	return fmt.Sprintf(`%s was not recorded: it failed, and no server was asked. In this console,
  :answer 200 {"some":"JSON"}  answers it in this run; with --save, also in the playback file
  :live %s  lets such requests reach their server in this session
Or go on: then the app has to live with the failure.
`, cut(b.String(), valueMax), cut(livePattern(b), valueMax))
}

// livePattern is the pattern of a request, whatever its query.
func livePattern(b *player.Blocked) string {
	u, _, _ := strings.Cut(b.URL, "?")
	u, _, _ = strings.Cut(u, "#")
	return b.Method + " " + u
}

// answerUsage is the help of :answer.
const answerUsage = `write :answer STATUS [BODY] for the request that was not recorded, or :answer ID STATUS [BODY] for a recorded one; such as :answer 201 {"ok":true}. With --save the answer becomes part of the playback file`

// wantedAnswer is what :answer was told.
type wantedAnswer struct {
	save  bool
	id    string // of a recorded req or res; empty: the blocked request
	reply player.Reply
	given bool // there is a body
}

// parseAnswer reads the argument of :answer. A body that is JSON is sent as such, any other as text.
func parseAnswer(arg string) (wantedAnswer, error) {
	var a wantedAnswer
	for {
		word, rest, _ := strings.Cut(arg, " ")
		rest = strings.TrimSpace(rest)
		n, err := strconv.Atoi(word)
		switch {
		case word == "--save" && !a.save:
			a.save = true
		case err == nil && n >= 100 && n <= 599:
			a.reply = player.Reply{Status: n}
			if a.given = rest != ""; a.given {
				a.reply.Body = []byte(rest)
				a.reply.Headers = playback.Headers{"content-type": {"text/plain; charset=utf-8"}}
				if jsontext.Value(rest).IsValid() {
					a.reply.Headers["content-type"] = playback.HeaderValues{"application/json"}
				}
			}
			return a, nil
		case word != "" && rest != "" && a.id == "":
			a.id = word
		default:
			return a, fail(codeEvaluate, "%s", answerUsage)
		}
		arg = rest
	}
}

// answerCommand answers what the recording does not answer, or otherwise than it does, and goes back to the action that
// asks.
func (s *Session) answerCommand(r request, arg string) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	a, err := parseAnswer(arg)
	if err != nil {
		return nil, err
	}
	if a.id != "" {
		return s.replaceAnswer(r, a)
	}
	b := s.now.unanswered()
	if b == nil {
		return nil, fail(codeEvaluate, "every request of this run so far has a recorded answer. To change one, %s", answerUsage)
	}
	if a.save {
		return s.saveAnswer(r, b, a)
	}
	s.ask(func(p *player.Player) error { p.Author(b, a.reply); return nil })
	return s.moveBy(r, player.Move{Kind: player.RunTo, Pos: max(b.Pos, 0)},
		fmt.Sprintf("%s is answered with %d in this run, which has no verdict. Going back to what asks for it", cut(b.String(), valueMax), a.reply.Status))
}

// ask has the player do something ahead of the next move; an error is told.
func (s *Session) ask(what func(*player.Player) error) {
	runner := s.runner
	work := func(context.Context) (struct{}, error) { return struct{}{}, what(runner.player) }
	then := func(_ struct{}, err error) {
		if err != nil {
			s.important("restep: " + err.Error() + "\n")
		}
	}
	then(struct{}{}, do(runner, s.ctx, work, then))
}

// replaceAnswer changes the recorded answer of a request for this run.
func (s *Session) replaceAnswer(r request, a wantedAnswer) (any, error) {
	f := s.play.file
	pos, ok := f.Find(a.id)
	if ok && f.Kind(pos) == playback.Req {
		i := slices.IndexFunc(s.play.answers[pos], func(x int) bool { return f.Kind(x) == playback.Res })
		if ok = i >= 0; ok {
			pos = s.play.answers[pos][i]
		}
	}
	switch {
	case !ok || f.Kind(pos) != playback.Res:
		return nil, fail(codeEvaluate, "%q is neither a request with a recorded answer nor such an answer", cut(a.id, 40))
	case a.save:
		return nil, fail(codeEvaluate, "--save adds answers that were not recorded. To change a recorded one for good, edit line %d and restart", f.Line(pos))
	}
	s.ask(func(p *player.Player) error {
		x, err := p.Answer(pos)
		if err != nil {
			return err
		}
		x.Status = a.reply.Status
		if a.given {
			x.Body, x.Headers = a.reply.Body, withType(x.Headers, a.reply.Headers)
		}
		return p.Override(x)
	})
	done := fmt.Sprintf("the answer on line %d is %d in this run, which has no verdict", f.Line(pos), a.reply.Status)
	if pos >= s.now.cursor {
		return text("%s", done), nil
	}
	return s.moveBy(r, player.Move{Kind: player.RunTo, Pos: max(s.play.action(pos), 0)}, done+". Going back to what asks for it")
}

// withType are recorded headers with the content type of another body.
func withType(recorded, typed playback.Headers) playback.Headers {
	out := playback.Headers{}
	for name, v := range recorded {
		if name != "content-length" && name != "content-encoding" {
			out[name] = v
		}
	}
	out["content-type"] = typed["content-type"]
	return out
}

// saveAnswer puts an answer into the playback file, reads it again and runs to the action that asks.
func (s *Session) saveAnswer(r request, b *player.Blocked, a wantedAnswer) (any, error) {
	f := s.play.file
	x := playback.Exchange{Latency: player.AuthoredLatency, Asked: b.Body, Answered: a.reply.Body, Delay: b.T}
	x.Req = playback.Event{Method: b.Method, URL: b.Recorded, Resource: b.Resource}
	if v, ok := b.Headers["content-type"]; ok { // others may hold what is nobody's business
		x.Req.Headers = playback.Headers{"content-type": v}
	}
	x.Res = playback.Event{Status: a.reply.Status, Headers: a.reply.Headers}
	if b.Pos >= 0 {
		x.After, x.Delay = f.ID(b.Pos), b.T-f.T(b.Pos)
		if e, err := f.Event(b.Pos); err == nil {
			x.Req.Tab, x.Res.Tab = e.Tab, e.Tab
		}
	}
	id, err := playback.Author(s.play.cfg.Program, x)
	if err != nil {
		return nil, fail(codeEvaluate, "%v", err)
	}
	p, err := s.srv.openPlay(s.play.cfg, s.live)
	if err != nil {
		return nil, fail(codeEvaluate, "the answer was saved, but the file cannot be read again: %v", err)
	}
	p.goal = x.After
	pos, _ := p.file.Find(id)
	s.respond(r, text("The answer was saved on line %d, as event %s. Running to what asks for it…", p.file.Line(pos), id), nil)
	s.play = p
	s.settle()
	s.reportMoved()
	s.send("continued", dap.ContinuedEventBody{ThreadId: threadID, AllThreadsContinued: true})
	return nil, s.begin("Reading the file again")
}

// liveCommand lets requests reach their server, and goes back to the action that asks.
func (s *Session) liveCommand(r request, arg string) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	b, to := s.now.unanswered(), s.now.cursor
	if b != nil {
		to = max(b.Pos, 0)
	}
	if err := player.CheckPattern(arg); err != nil {
		if b != nil {
			return nil, fail(codeEvaluate, "%v; here, :live %s", err, livePattern(b))
		}
		return nil, fail(codeEvaluate, "%v", err)
	}
	s.live = append(s.live, arg)
	s.ask(func(p *player.Player) error { return p.Allow(arg) })
	return s.moveBy(r, player.Move{Kind: player.RunTo, Pos: to},
		fmt.Sprintf("%s reaches its server in this session; this run has no verdict. Going back to what asks for it", cut(arg, valueMax)))
}

// completeArgument proposes what may stand behind a command that is about the blocked request.
func (s *Session) completeArgument(name string) []string {
	if s.phase != halted {
		return nil
	}
	b := s.now.unanswered()
	switch {
	case b == nil:
		return nil
	case name == ":answer":
		return []string{"200 {}", "--save 200 {}", "404"}
	case name == ":live":
		return []string{livePattern(b)}
	}
	return nil
}
