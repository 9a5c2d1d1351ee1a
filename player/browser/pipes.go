package browser

import (
	"fmt"
	"os"
)

// pipes are the two pipes between this process and the browser.
type pipes struct {
	childIn, toBrowser    *os.File
	fromBrowser, childOut *os.File
}

func newPipes() (*pipes, error) {
	p := new(pipes)
	var err error
	if p.childIn, p.toBrowser, err = os.Pipe(); err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	if p.fromBrowser, p.childOut, err = os.Pipe(); err != nil {
		p.closeAll()
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	return p, nil
}

// closeChild closes the ends that the browser has got.
func (p *pipes) closeChild() { closeFiles(p.childIn, p.childOut) }

// closeParent closes the ends of this process.
func (p *pipes) closeParent() { closeFiles(p.toBrowser, p.fromBrowser) }

func (p *pipes) closeAll() {
	p.closeChild()
	p.closeParent()
}

func closeFiles(files ...*os.File) {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}
