package player

// course is what people have set: breakpoints, filters, and answers of their own. It never changes, since setting
// something makes another one: what runs in the background goes on with the one that it began with.
type course struct {
	breaks    breakSet
	filters   map[string]Filter
	overrides map[int]Answer // by position of the answer
	authored  []authored
	allowed   bool // Allow was called
}

// altered reports whether the answers are not those of the recording.
func (c *course) altered() bool { return len(c.overrides)+len(c.authored) > 0 || c.allowed }

// plain is a course without answers of people.
func (c *course) plain() *course { return &course{breaks: c.breaks, filters: c.filters} }

// alter takes a course with other answers: what ran with those before is no way to anywhere any more.
func (p *Player) alter(c *course) {
	p.course = c
	p.chase.clear()
	p.album.clear()
	if p.pass != nil {
		clear(p.pass.marks)
	}
}
