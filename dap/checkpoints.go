package dap

import (
	"context"
	"fmt"
	"strings"

	"restep/player"
)

// checkpointCommand names the place where the session stands, or lists the names.
func (s *Session) checkpointCommand(r request, arg string) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	if strings.ContainsAny(arg, " \t") {
		return nil, fail(codeEvaluate, "the name of a checkpoint is one word")
	}
	runner := s.runner
	work := func(context.Context) ([]player.Checkpoint, error) {
		if arg != "" {
			if err := runner.player.SetCheckpoint(arg); err != nil {
				return nil, err
			}
		}
		return runner.player.Checkpoints(), nil
	}
	slow := func() (any, error) { return nil, fail(codeState, "the player is busy") }
	return later(s, r, childLimit, slow, work, func(all []player.Checkpoint) (any, error) {
		s.now.checkpoints = all
		if arg != "" {
			return text("%s; :goto %s comes back here", arg, arg), nil
		}
		if len(all) == 0 {
			return text("no checkpoints; :checkpoint NAME names this place"), nil
		}
		var lines []string
		for _, c := range all {
			lines = append(lines, fmt.Sprintf("%s: line %d", c.Name, s.play.file.Line(c.Pos)))
		}
		return text("%s", strings.Join(lines, "\n")), nil
	})
}

// checkpoint is the place with a name.
func (s *Session) checkpoint(name string) (pos int, ok bool) {
	for _, c := range s.now.checkpoints {
		if c.Name == name {
			return c.Pos, true
		}
	}
	return 0, false
}
