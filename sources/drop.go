package sources

// Dropper decides which requests of a recording are telemetry, for those that come one by one. It never changes, and may
// be used by any goroutine.
type Dropper struct{ d *dropper }

// NewDropper returns a dropper of known telemetry and of what the patterns of the user select, see [Pattern].
func NewDropper(patterns []string) Dropper { return Dropper{newDropper(patterns)} }

// Drops returns the pattern by which a request is dropped, in the words of a rule of the header.
func (d Dropper) Drops(method, url string) (pattern string, drops bool) {
	p := d.d.match(method, url)
	if p == nil {
		return "", false
	}
	return p.Text, true
}

// Patterns returns those of the user, which a replay must know even where nothing was dropped.
func (d Dropper) Patterns() []string {
	var list []string
	for i := range d.d.user {
		list = append(list, d.d.user[i].Text)
	}
	return list
}
