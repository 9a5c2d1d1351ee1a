package recorder

import (
	"fmt"
	"slices"
)

// problems are what could not be recorded, for people, each kind once with how often it was. The zero value has none.
type problems struct {
	kinds []string
	times map[string]int
}

// mostProblems bounds the kinds.
const mostProblems = 100

// add notes that something happened so many times more.
func (p *problems) add(text string, times int) {
	if p.times == nil {
		p.times = map[string]int{}
	}
	if p.times[text] == 0 {
		if len(p.kinds) >= mostProblems {
			return
		}
		p.kinds = append(p.kinds, text)
	}
	p.times[text] += times
}

// reported notes a problem that a page script tells the first time, the tenth, the hundredth and so on; count is that.
func (p *problems) reported(text string, count *int) {
	n := 1
	if count != nil && *count > 1 && *count <= maxNumber {
		n = *count - *count/10 // since it was told last
	}
	p.add(text, n)
}

// texts returns what there was.
func (p *problems) texts() []string {
	list := slices.Clone(p.kinds)
	for i, text := range list {
		if n := p.times[text]; n > 1 {
			list[i] = fmt.Sprintf("%s (%d times)", text, n)
		}
	}
	return list
}
