package player

import (
	"cmp"
	"fmt"
	"slices"

	"restep/player/playback"
)

// Checkpoint is a place that a person has named: a checkpoint line of the file, or one that was set while it plays. A
// page is kept ready there, as far as the memory for them allows.
type Checkpoint struct {
	Name string
	Pos  int
}

// named is a checkpoint; set says that it is no line of the file.
type named struct {
	Checkpoint
	set bool
}

// Checkpoints lists the checkpoints with names, by position.
func (p *Player) Checkpoints() []Checkpoint {
	out := make([]Checkpoint, len(p.named))
	for i, c := range p.named {
		out[i] = c.Checkpoint
	}
	return out
}

// SetCheckpoint names the place of the cursor. A name that was set before moves there; those of the file stay.
func (p *Player) SetCheckpoint(name string) error {
	if slices.ContainsFunc(p.named, func(c named) bool { return c.Name == name && !c.set }) {
		return fmt.Errorf("the file has a checkpoint %q: take another name", name)
	}
	p.named = slices.DeleteFunc(p.named, func(c named) bool { return c.Name == name })
	p.named = append(p.named, named{Checkpoint{name, p.cursor}, true})
	p.sortNamed()
	return nil
}

func (p *Player) sortNamed() {
	slices.SortStableFunc(p.named, func(a, b named) int { return cmp.Compare(a.Pos, b.Pos) })
}

// readCheckpoints takes in the checkpoint lines of a file.
func (p *Player) readCheckpoints() error {
	p.named = nil
	for pos := range p.file.Len() {
		if p.file.Kind(pos) != playback.Checkpoint {
			continue
		}
		e, err := p.file.Event(pos)
		if err != nil {
			return fmt.Errorf("decode %s: %w", p.cat.label(pos), err)
		}
		p.named = append(p.named, named{Checkpoint{cmp.Or(e.Name, e.Title, e.Text, e.ID), pos}, false})
	}
	return nil
}
