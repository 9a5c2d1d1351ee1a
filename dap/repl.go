package dap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-dap"

	"restep/player"
)

// replCommand is a word of the debug console.
type replCommand struct {
	name  string
	args  string
	about string
	run   func(s *Session, r request, arg string) (any, error)
}

// commands is the table of commands.
func commands() []replCommand {
	return []replCommand{
		{":back", "", "step back over one action", moveCommand(player.StepBack, "Stepping back")},
		{":rc", "", "run back to the breakpoint before", moveCommand(player.ReverseContinue, "Running back")},
		{":next", "", "step over one action", moveCommand(player.Next, "Stepping")},
		{":c", "", "run to the next breakpoint", moveCommand(player.Continue, "Running")},
		{":goto", "LINE|ID|NAME", "run up to an event or a checkpoint, forward or back", jumpCommand(player.RunTo, "Running")},
		{":skip", "LINE|ID", "go to an event without running what lies between", jumpCommand(player.SkipTo, "Skipping")},
		{":checkpoint", "[NAME]", "name this place, so that :goto NAME is quick; without a name, list them", (*Session).checkpointCommand},
		{":break", "[PATTERN]", "stop at events, such as :break POST /api/*; without a pattern, list them", (*Session).breakCommand},
		{":unbreak", "PATTERN", "take an event breakpoint away", (*Session).unbreakCommand},
		{":answer", "[--save] [ID] STATUS [BODY]", "answer the request that was not recorded, or a recorded one otherwise, in this run; --save: in the file", (*Session).answerCommand},
		{":live", "METHOD URL", "let requests that fit reach their server in this session; * stands for anything", (*Session).liveCommand},
		{":diff", "", "list where the run departs from the recording", (*Session).diffCommand},
		{":help", "", "list the commands", (*Session).helpCommand},
	}
}

// command runs a command line.
func (s *Session) command(r request, line string) (any, error) {
	name, arg, _ := strings.Cut(line, " ")
	for _, c := range commands() {
		if c.name == name {
			return c.run(s, r, strings.TrimSpace(arg))
		}
	}
	return nil, fail(codeEvaluate, "there is no command %s: try :help", cut(name, 40))
}

// completeCommand proposes commands, and what may stand behind them; column, from 0, is where before ends.
func (s *Session) completeCommand(before string, column int) []dap.CompletionItem {
	var out []dap.CompletionItem
	add := func(label, detail, typed string) {
		if n := len([]rune(typed)); strings.HasPrefix(label, typed) {
			out = append(out, dap.CompletionItem{Label: label, Detail: detail, Type: "keyword", Start: max(0, column-n), Length: n})
		}
	}
	name, arg, behind := strings.Cut(strings.TrimLeft(before, " "), " ")
	if behind {
		for _, proposal := range s.completeArgument(name) {
			add(proposal, "", arg)
		}
		return out
	}
	for _, c := range commands() {
		add(c.name, c.about, name)
	}
	return out
}

func text(format string, a ...any) dap.EvaluateResponseBody {
	return dap.EvaluateResponseBody{Result: fmt.Sprintf(format, a...)}
}

// moveCommand answers, then moves: the same order as for the requests of the client. It did not ask to resume, so it
// is told that the session does.
func moveCommand(kind player.MoveKind, title string) func(*Session, request, string) (any, error) {
	return func(s *Session, r request, arg string) (any, error) {
		if err := s.need(); err != nil {
			return nil, err
		}
		if arg != "" {
			return nil, fail(codeEvaluate, "this command takes no argument")
		}
		return s.moveBy(r, player.Move{Kind: kind}, title)
	}
}

func jumpCommand(kind player.MoveKind, title string) func(*Session, request, string) (any, error) {
	return func(s *Session, r request, arg string) (any, error) {
		if err := s.need(); err != nil {
			return nil, err
		}
		pos, ok := s.checkpoint(arg)
		if !ok {
			pos, ok = s.play.file.Find(arg)
		}
		if line, err := strconv.Atoi(arg); err == nil && !ok {
			pos, ok = s.play.file.At(line)
		}
		if !ok {
			return nil, fail(codeEvaluate, "%q is neither a checkpoint, nor the id of an event, nor a line with one on or after it", cut(arg, 40))
		}
		return s.moveBy(r, player.Move{Kind: kind, Pos: pos}, title)
	}
}

func (s *Session) moveBy(r request, m player.Move, title string) (any, error) {
	s.respond(r, text("%s…", title), nil)
	s.send("continued", dap.ContinuedEventBody{ThreadId: threadID, AllThreadsContinued: true})
	s.resume(m, title)
	return nil, errLater
}

func (s *Session) breakCommand(_ request, arg string) (any, error) {
	if s.play == nil {
		return nil, s.need()
	}
	if arg == "" {
		return text("%s", s.listPatterns()), nil
	}
	if i := slices.IndexFunc(s.breaks.typed, func(b patternBreak) bool { return b.pattern.text == arg }); i >= 0 {
		return text("%s is set already", arg), nil
	}
	b := patternBreak{id: s.breaks.id()}
	if s.find(arg, &b); len(b.at) == 0 {
		return nil, fail(codeEvaluate, "%s", b.why)
	}
	s.breaks.typed = append(s.breaks.typed, b)
	s.tell()
	return text("%s: %s", arg, s.lines(b.at)), nil
}

func (s *Session) unbreakCommand(_ request, arg string) (any, error) {
	n := len(s.breaks.typed)
	s.breaks.typed = slices.DeleteFunc(s.breaks.typed, func(b patternBreak) bool { return b.pattern.text == arg })
	if len(s.breaks.typed) == n {
		return nil, fail(codeEvaluate, "no such event breakpoint: :break lists them")
	}
	s.tell()
	return text("%s is taken away", arg), nil
}

func (s *Session) listPatterns() string {
	var out []string
	for _, b := range slices.Concat(s.breaks.patterns, s.breaks.typed) {
		out = append(out, fmt.Sprintf("%s: %s", b.pattern.text, firstOf(b.why, s.lines(b.at))))
	}
	if len(out) == 0 {
		return "no event breakpoints; set one with :break click, :break click #pay, :break POST /api/*, :break console.error, :break navigate /checkout"
	}
	return strings.Join(out, "\n")
}

// lines names the lines of events, the first few.
func (s *Session) lines(at []int) string {
	const most = 8
	var out []string
	for i, pos := range at {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(at)-most))
			break
		}
		out = append(out, strconv.Itoa(s.play.file.Line(pos)))
	}
	if len(at) == 1 {
		return "line " + out[0]
	}
	return "lines " + strings.Join(out, ", ")
}

func (s *Session) diffCommand(request, string) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	var out []string
	for _, d := range s.now.divergences {
		l := fmt.Sprintf("line %d: %s", d.Line, d.Text)
		if d.Line <= 0 {
			l = d.Text
		}
		if d.Want != "" || d.Got != "" {
			l += fmt.Sprintf("\n  recorded: %s\n  live:     %s", cut(d.Want, valueMax), cut(d.Got, valueMax))
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return text("no divergence so far"), nil
	}
	return text("%s", strings.Join(out, "\n")), nil
}

func (s *Session) helpCommand(request, string) (any, error) {
	var b strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&b, "%-36s %s\n", strings.TrimSpace(c.name+" "+c.args), c.about)
	}
	b.WriteString("At a request that was not recorded: :answer it, let it go :live, or go on, and it stays failed.\n")
	b.WriteString("Anything else is JavaScript, evaluated in the page; `event` is the recorded line.")
	return text("%s", b.String()), nil
}
