package dap

import (
	"github.com/google/go-dap"

	"restep/player"
)

// gotoTarget is a place to go to, and how.
type gotoTarget struct {
	pos  int
	kind player.MoveKind
}

// onGotoTargets offers two ways to get to a line. Both clients that support it show a choice where there is more than
// one; the first is the one that keeps the run honest.
func (s *Session) onGotoTargets(_ request, a dap.GotoTargetsArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	body := dap.GotoTargetsResponseBody{Targets: []dap.GotoTarget{}}
	if !s.isProgram(s.fromClientPath(a.Source.Path)) {
		return body, nil
	}
	pos, ok := s.play.file.At(s.fromClientLine(a.Line))
	if !ok {
		return body, nil
	}
	for _, t := range []struct {
		label string
		kind  player.MoveKind
	}{{"Run up to here", player.RunTo}, {"Skip to here, running nothing between", player.SkipTo}} {
		body.Targets = append(body.Targets, dap.GotoTarget{
			Id: s.targets.add(gotoTarget{pos, t.kind}), Label: t.label,
			Line: s.toClientLine(s.play.file.Line(pos)), Column: s.toClientColumn(1),
		})
	}
	return body, nil
}

func (s *Session) onGoto(r request, a dap.GotoArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	t, ok := s.targets.get(a.TargetId)
	if !ok {
		return nil, fail(codeStale, "this target belongs to an earlier stop: ask for targets again")
	}
	return s.move(r, player.Move{Kind: t.kind, Pos: t.pos}, "Going there", nil)
}

// onRestartFrame goes back to just before the action of a frame.
func (s *Session) onRestartFrame(r request, a dap.RestartFrameArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	fr, ok := s.frames.get(a.FrameId)
	if !ok {
		return nil, fail(codeStale, "this frame belongs to an earlier stop")
	}
	return s.move(r, player.Move{Kind: player.RunTo, Pos: max(0, s.play.action(fr.pos))}, "Restarting the action", nil)
}
