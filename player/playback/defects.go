package playback

import (
	"fmt"
	"io"
)

// Defects is what [Check] finds of the severity error in a file that is to be played.
type Defects struct {
	Errors   int         // how many
	Unusable *Diagnostic // the first that spoils the header or what the user did; nil: none does
}

// Defects checks the file as it is open, but for the content of blobs beside it. What it finds can be played around,
// unless it is Unusable.
func (f *File) Defects() (Defects, error) {
	dir := ""
	if f.name != "" {
		dir = BlobDir(f.name)
	}
	var found Defects
	c := newChecker(dir, false)
	c.diags.hear = func(d *Diagnostic) {
		if d.Severity != SeverityError {
			return
		}
		found.Errors++
		if found.Unusable == nil && spoils(d.Code) && f.needed(d.Line) {
			found.Unusable = d
		}
	}
	if err := c.run(io.NewSectionReader(f.r, 0, f.offs[f.Lines()])); err != nil {
		return found, fmt.Errorf("check %s: %w", f.name, err)
	}
	return found, nil
}

// spoils reports whether a rule is about what a line says; the others are about references and how it is written.
func spoils(code string) bool {
	return code == CodeSchema || code == CodeSyntax || code == CodeDuplicateKey || code == CodeBody
}

// needed reports whether no replay is possible without a line: the header, or an action.
func (f *File) needed(line int) bool {
	pos, ok := f.At(line)
	return line == 1 || ok && f.Line(pos) == line && f.Kind(pos).Action()
}
