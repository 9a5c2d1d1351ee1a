package main

// mergeCmd makes one playback of several recordings of one session.
type mergeCmd struct {
	Files []string `arg:"" help:"Playbacks, or files that import knows. The ids of the first are kept."`
	collectFlags
}

// Run merges the files.
func (c *mergeCmd) Run(e *env) error { return c.collect(e, "", c.Files) }
