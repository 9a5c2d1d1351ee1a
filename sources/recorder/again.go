package recorder

import "restep/player/playback"

// again are the clicks that follow another one at once. Each is written when it is done, as a click of its own, so that a
// recording that is killed has it; in the end they are one line, with their count.
type again struct {
	first map[string]string // id of the line of such a click -> that of the first
	count map[string]int    // id of a first click -> how many there are
}

func newAgain() again { return again{first: map[string]string{}, count: map[string]int{}} }

// Again is [Journal.Add] for a click that belongs to the one whose line has the id first: a double click.
func (j *Journal) Again(first string, e *playback.Event, secret map[string]string) (string, error) {
	id, err := j.Add(e, secret)
	if err != nil {
		return id, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.again.first[id] = first
	j.again.count[first] = max(2, j.again.count[first]+1)
	j.count.Actions--
	j.count.Events--
	if a := j.last[e.Tab]; a != nil && a.id == id {
		a.id = first
	}
	return id, nil
}

// join makes one line of clicks that belong together. It returns false for a line that has become a part of another.
func (a *again) join(e *playback.Event) bool {
	if first, ok := a.first[e.Cause]; ok {
		e.Cause = first
	}
	if first, ok := a.first[e.On.Ref]; ok {
		e.On.Ref = first
	}
	if n := a.count[e.ID]; n > 0 {
		e.Count = &n
	}
	return a.first[e.ID] == ""
}
