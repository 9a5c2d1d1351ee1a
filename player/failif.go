package player

// Conditions says how often [Options].FailIf was evaluated in a pass. It stops being evaluated once it was true.
type Conditions struct {
	Tried  int
	Threw  int    // how often it threw, or took too long: those actions were not judged
	Reason string // what was thrown the first time
}

// note counts one evaluation.
func (c *Conditions) note(v Value) {
	c.Tried++
	if !v.Thrown {
		return
	}
	if c.Threw == 0 {
		c.Reason = v.Text
	}
	c.Threw++
}

// Conditions returns what became of Options.FailIf in this pass. Where it threw each time, the verdict says nothing
// about it.
func (p *Player) Conditions() Conditions {
	v := p.view()
	if v == nil {
		return Conditions{}
	}
	return v.failIfs
}
