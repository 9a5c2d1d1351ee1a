package sources

import (
	"strconv"

	"restep/player/playback"
)

// IDs makes stable ids for things that have none: from what they are, so that collecting the same session again,
// or more of it, gives each thing the id that it had. The zero value is ready.
type IDs struct {
	seen map[string]int // first id of equal things -> how many there were
}

// Next returns the id of the thing with these traits, which must not hold a position in the file. Equal things are
// numbered in the order in which they come.
func (s *IDs) Next(prefix string, traits ...string) string {
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	id := playback.NewID(prefix, traits...)
	n := s.seen[id]
	s.seen[id]++
	if n == 0 {
		return id
	}
	return playback.NewID(prefix, append(traits[:len(traits):len(traits)], strconv.Itoa(n))...)
}
