package sources

import (
	"strconv"
	"strings"

	"restep/player/playback"
)

// IDs makes stable ids for things that have none: from what they are, so that collecting the same session again,
// or more of it, gives each thing the id that it had. The zero value is ready.
type IDs struct {
	seen map[string]int
}

// Next returns the id of the thing with these traits, which must not hold a position in the file. Equal things are
// numbered in the order in which they come.
func (s *IDs) Next(prefix string, traits ...string) string {
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	key := prefix + "\x00" + strings.Join(traits, "\x00")
	n := s.seen[key]
	s.seen[key]++
	if n > 0 {
		traits = append(traits[:len(traits):len(traits)], strconv.Itoa(n))
	}
	return playback.NewID(prefix, traits...)
}
