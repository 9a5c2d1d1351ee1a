package recorder

import (
	"bytes"
	"io"
	"mime"
	"os"
	"strings"
	"unicode/utf8"

	"restep/player/playback"
)

// mostMasked is the size of text, in bytes, up to which secrets are looked for in it; above it the content is a hole. The
// text is in memory meanwhile, several times over, and nothing else is recorded until it is masked: see
// docs/recorder-limits.md for what that was measured to take.
const mostMasked = 64 << 20

// unmasked is the reason of a hole in place of text above [mostMasked].
const unmasked = "too large to be masked"

// intake is content that comes piece by piece. Text is collected, for secrets to be looked for in it when it is whole;
// what cannot hold any, or where nobody looks for them, goes to the disk as it comes, but for the secrets that are
// known already. One goroutine uses it; its caller calls end or discard.
type intake struct {
	j      *Journal
	opaque bool // by its type it is no text, see [opaque]
	limit  int64
	size   int64
	text   []byte              // what has come while it is text
	rest   []byte              // the last bytes, while they may be the beginning of a character, or of a secret
	blob   *playback.DraftBlob // once it is no text
	masked bool                // something in it was replaced
	lost   string              // why nothing of it is kept
	err    error
}

// intake begins content of a media type, which may be empty; above limit bytes it becomes a hole.
func (j *Journal) intake(typ string, limit int64) *intake {
	return &intake{j: j, limit: limit, opaque: opaque(typ)}
}

// opaque reports whether content of a media type, which may be empty, is a picture, sound, a film or a font: such
// content is long and holds no secrets, and the masker leaves it as it is.
func opaque(typ string) bool {
	base, _, _ := mime.ParseMediaType(typ)
	switch kind, _, _ := strings.Cut(base, "/"); kind {
	case "image", "font", "audio", "video":
		return true
	}
	return false
}

// write takes a piece.
func (x *intake) write(p []byte) {
	x.size += int64(len(p))
	switch {
	case x.lost != "" || x.err != nil:
	case x.size > x.limit:
		x.lose("too large")
	case x.blob != nil:
		x.pass(p)
	case x.opaque || x.j.mask == nil || !x.isText(p):
		if x.blob, x.err = x.j.draft.NewBlob(); x.err == nil {
			head := x.text
			x.text, x.rest = nil, nil
			x.pass(head)
			x.pass(p)
		}
	case x.size > mostMasked:
		x.lose(unmasked)
	default:
		x.text = append(x.text, p...)
	}
}

// isText reports whether a piece may be one of a text, as the masker decides it: UTF-8 without NUL but at its end.
func (x *intake) isText(p []byte) bool {
	if bytes.IndexByte(bytes.TrimRight(p, "\x00\n"), 0) >= 0 {
		return false
	}
	p = append(x.rest, p...)
	end := len(p)
	for end > max(0, len(p)-utf8.UTFMax) && !utf8.RuneStart(p[end-1]) {
		end--
	}
	if end > 0 && !utf8.FullRune(p[end-1:]) { // the last character goes on in the next piece
		end--
	} else {
		end = len(p)
	}
	x.rest = bytes.Clone(p[end:])
	return utf8.Valid(p[:end])
}

// pass hands bytes on to the disk, but for the last ones, in which a secret may begin.
func (x *intake) pass(p []byte) {
	if x.opaque || x.j.mask == nil {
		_, x.err = x.blob.Write(p)
		return
	}
	const most = 256 << 10
	for len(p) > 0 && x.err == nil {
		n := min(len(p), most)
		data := append(x.rest, p[:n]...)
		p = p[n:]
		found, hold := x.j.piece(data)
		x.masked = x.masked || found
		end := max(0, len(data)-hold)
		_, x.err = x.blob.Write(data[:end])
		x.rest = append(x.rest[:0], data[end:]...)
	}
}

// lose gives up what has come.
func (x *intake) lose(why string) {
	x.lost = why
	x.discard()
}

// end returns what has come: text, which is not masked yet, or a body.
func (x *intake) end(typ string) (text []byte, body *playback.Body) {
	if x.blob != nil && x.lost == "" && x.err == nil {
		if len(x.rest) > 0 {
			_, x.err = x.blob.Write(x.rest)
		}
		if x.err == nil {
			body, x.err = x.blob.Body(typ)
		}
	}
	switch {
	case x.lost != "":
		return nil, playback.NewHole(x.lost, x.size, typ)
	case x.err != nil:
		x.discard()
		return nil, playback.NewHole("not recorded", x.size, typ)
	}
	if x.text == nil && body == nil {
		return []byte{}, nil
	}
	return x.text, body
}

// discard gives the content up.
func (x *intake) discard() {
	if x.blob != nil {
		x.blob.Discard()
	}
	x.text, x.rest, x.blob = nil, nil, nil
}

// piece masks, in place, the secrets that are known in a piece of content that is no text. hold is how many bytes at its
// end may be the beginning of one that goes on behind it.
func (j *Journal) piece(data []byte) (found bool, hold int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.mask.piece(data)
}

// piece is that of the journal.
func (k *masking) piece(data []byte) (found bool, hold int) {
	found, hold = k.m.Piece(data)
	if k.typed.pairs.Fixed(data) {
		found = true
	}
	return found, max(hold, k.typed.pairs.Longest()-1)
}

// copyFile takes the content of a file.
func (x *intake) copyFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, 256<<10)
	for {
		n, err := f.Read(buf)
		x.write(buf[:n])
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
