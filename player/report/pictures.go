package report

import (
	"crypto/sha256"
	"fmt"
)

// MostPictures bounds the pictures of a report, in bytes; in the page they take a third more.
const MostPictures = 8 << 20

// PictureWidth is how wide the pictures of so many actions should be, in pixels: such that most sessions fit into
// [MostPictures]. Measured in WebP: 18 KB at 960 pixels (the demo's shop), 10 KB at 400 (a page full of text).
func PictureWidth(actions int) int {
	switch {
	case actions <= 120:
		return 960
	case actions <= 400:
		return 640
	}
	return 400
}

// pictures gives the steps their pictures: equal ones are kept once, and where there are too many, steps without a
// failure or divergence nearby go without.
func (b *builder) pictures() {
	shown := map[int]Shot{}
	for i := range b.Steps {
		if shot, ok := b.Shots[b.Steps[i].Pos]; ok && shot.Picture != nil {
			shown[i] = shot
		}
	}
	end, hasEnd := b.Shots[b.File.Len()]
	all := len(shown)
	for every := 2; weight(shown) > MostPictures && every <= 1<<12; every *= 2 {
		for i := range shown {
			if i%every != 0 && (every > 1<<6 || !b.near(i)) {
				delete(shown, i)
			}
		}
	}
	if n := all - len(shown); n > 0 {
		b.Notes = append(b.Notes, fmt.Sprintf("%d of %d pictures left out, to keep the report small.", n, all))
	}
	index := map[[sha256.Size]byte]int{}
	for i := range b.Steps {
		if shot, ok := shown[i]; ok {
			b.show(&b.Steps[i], shot, index)
		}
	}
	if hasEnd && end.Picture != nil {
		b.End = &Step{N: len(b.Steps) + 1, Pos: b.File.Len(), Text: "The end.", Done: true, Shot: -1}
		if n := b.File.Len(); n > 0 {
			b.End.T = b.File.T(n - 1)
		}
		b.show(b.End, end, index)
	}
}

// show gives a step its picture.
func (b *builder) show(s *Step, shot Shot, index map[[sha256.Size]byte]int) {
	sum := sha256.Sum256(shot.Data)
	at, known := index[sum]
	if !known {
		at = len(b.Pictures)
		index[sum] = at
		b.Pictures = append(b.Pictures, Picture{Type: shot.Type, Data: shot.Data, Width: shot.Width, Height: shot.Height})
	}
	s.Shot, s.Before, s.Mark = at, shot.Before, mark(shot)
}

// mark is where the action went in its picture.
func mark(shot Shot) *Mark {
	if shot.Target == nil && shot.Pointer == nil {
		return nil
	}
	m := &Mark{Width: shot.Width, Height: shot.Height, Box: shot.Target, Radius: round(max(shot.Width/50, 12))}
	switch {
	case shot.Pointer != nil:
		m.X, m.Y = round(shot.Pointer[0]), round(shot.Pointer[1])
	default:
		m.X, m.Y = round(shot.Target[0]+shot.Target[2]/2), round(shot.Target[1]+shot.Target[3]/2)
	}
	return m
}

// near reports whether something went wrong at a step or beside it, or the session begins or ends there.
func (b *builder) near(i int) bool {
	for j := max(i-2, 0); j <= min(i+2, len(b.Steps)-1); j++ {
		if s := &b.Steps[j]; s.Failed || s.Blocked || s.Differs {
			return true
		}
	}
	return i == 0 || i == len(b.Steps)-1
}

// weight is the size of pictures in bytes, equal ones counted once.
func weight(shots map[int]Shot) int {
	seen := map[[sha256.Size]byte]bool{}
	n := 0
	for _, shot := range shots {
		if sum := sha256.Sum256(shot.Data); !seen[sum] {
			seen[sum] = true
			n += len(shot.Data)
		}
	}
	return n
}
