package dap

import (
	"context"

	"restep/player"
)

// pictureRequest is "restep/picture", a request of our own: what the page looks like at a stop or at an event. Clients
// that show a session in time use it.
const pictureRequest = "restep/picture"

type pictureArguments struct {
	// Event is the id of an event: the picture is that of the moment before it, where the journal has one. Empty: the stop.
	Event string `json:"event"`
}

// pictureBody is empty where there is nothing to see, or no picture of that event.
type pictureBody struct {
	Type   string  `json:"type,omitzero"`   // media type
	Data   []byte  `json:"data,omitzero"`   // base64
	Width  float64 `json:"width,omitzero"`  // of the viewport, CSS px
	Height float64 `json:"height,omitzero"` // of the viewport, CSS px
}

func (s *Session) onPicture(r request, a pictureArguments) (any, error) {
	if err := s.need(); err != nil {
		return nil, err
	}
	pos := -1
	if a.Event != "" {
		var ok bool
		if pos, ok = s.play.file.Find(a.Event); !ok {
			return nil, fail(codeArguments, "there is no event %q", cut(a.Event, 40))
		}
	}
	runner := s.runner
	work := func(ctx context.Context) (*player.Picture, error) {
		if pos >= 0 {
			return runner.player.Picture(pos), nil
		}
		if p := runner.player; p != nil && p.Picture(p.Cursor()) != nil {
			return p.Look(ctx)
		}
		if _, err := runner.page(ctx); err != nil {
			return nil, err
		}
		return runner.player.Look(ctx)
	}
	slow := func() (any, error) { return nil, fail(codeEvaluate, "the page did not answer within %v", childLimit) }
	return later(s, r, childLimit, slow, work, func(p *player.Picture) (any, error) {
		if p == nil {
			return pictureBody{}, nil
		}
		return pictureBody{p.Type, p.Data, p.Width, p.Height}, nil
	})
}
