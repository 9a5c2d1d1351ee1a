package browser

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"strconv"
	"sync"
)

// divert is the receiving end of a pipe that passes on what comes, but for the content in the replies that somebody wants
// as bytes: what it has is a string of base64 of up to hundreds of MB, which the transport would hold several times. It
// is decoded as it comes, and the reply is passed on with an empty string.
type divert struct {
	c    io.Closer
	r    *bufio.Reader
	out  []byte // to be passed on first
	in   bool   // within a message
	text []byte // base64 that is not decoded yet, fewer than 4 characters

	mu    sync.Mutex // guards what follows
	sinks map[int64]io.Writer
}

// divertBuffer is what is read at once; the beginning of a message is looked for in it.
const divertBuffer = 64 << 10

func newDivert(r io.ReadCloser) *divert {
	return &divert{c: r, r: bufio.NewReaderSize(r, divertBuffer), sinks: map[int64]io.Writer{}}
}

// to has the content in the reply with the id written to w, nil: no longer. It is to be called before the command is
// sent.
func (d *divert) to(id int64, w io.Writer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if w == nil {
		delete(d.sinks, id)
		return
	}
	d.sinks[id] = w
}

// Close implements [io.Closer].
func (d *divert) Close() error { return d.c.Close() }

// Read implements [io.Reader].
func (d *divert) Read(p []byte) (int, error) {
	if len(d.out) == 0 {
		if err := d.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// more takes what is passed on next.
func (d *divert) more() error {
	if !d.in {
		head, w, err := d.begin()
		if err != nil {
			return err
		}
		d.in = true
		if w != nil {
			d.out = append(bytes.Clone(head), '"')
			if _, err := d.r.Discard(len(head)); err != nil {
				return err
			}
			return d.content(w)
		}
	}
	if _, err := d.r.Peek(1); err != nil {
		return err
	}
	buf, _ := d.r.Peek(d.r.Buffered())
	if end := bytes.IndexByte(buf, 0); end >= 0 {
		buf, d.in = buf[:end+1], false
	}
	d.out = append([]byte(nil), buf...)
	_, err := d.r.Discard(len(buf))
	return err
}

// begin looks at the beginning of a message. Where it is a reply whose content is wanted, it returns what stands before
// that. The browser writes {"id":7,"result":{"body":"…","base64Encoded":true}; what it writes otherwise is passed on.
func (d *divert) begin() (head []byte, w io.Writer, err error) {
	const longest = 256 // the beginning, and enough of the content to see what it is
	if _, err := d.r.Peek(1); err != nil {
		return nil, nil, err
	}
	d.mu.Lock()
	none := len(d.sinks) == 0
	d.mu.Unlock()
	if none {
		return nil, nil, nil
	}
	var b []byte
	for n := min(d.r.Buffered(), longest); ; n++ {
		if b, err = d.r.Peek(n); err != nil {
			return nil, nil, nil // the end, which is met again
		}
		if n >= longest || bytes.IndexByte(b, 0) >= 0 {
			break
		}
	}
	rest, ok := bytes.CutPrefix(b, []byte(`{"id":`))
	digits := len(rest) - len(bytes.TrimLeft(rest, "0123456789"))
	id, err := strconv.ParseInt(string(rest[:digits]), 10, 64)
	if !ok || err != nil {
		return nil, nil, nil
	}
	d.mu.Lock()
	w = d.sinks[id]
	delete(d.sinks, id)
	d.mu.Unlock()
	content, ok := bytes.CutPrefix(rest[digits:], []byte(`,"result":{"body":"`))
	if w == nil || !ok || bytes.IndexByte(content, '"') >= 0 || !isBase64(content) {
		return nil, nil, nil // little, or text
	}
	return b[:len(b)-len(content)], w, nil
}

// isBase64 reports whether all characters are of base64.
func isBase64(b []byte) bool {
	for _, c := range b {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=') {
			return false
		}
	}
	return true
}

// content decodes content to its end, the quote behind it included. What turns out to be no base64 is passed over; the
// reply then says that it was none.
func (d *divert) content(w io.Writer) error {
	d.text = d.text[:0]
	bytesOf := make([]byte, base64.StdEncoding.DecodedLen(divertBuffer+4))
	good := true
	for escaped := false; ; {
		if _, err := d.r.Peek(1); err != nil {
			return err
		}
		buf, _ := d.r.Peek(d.r.Buffered())
		end := len(buf)
		for i, c := range buf {
			if c == '"' && !escaped {
				end = i
				break
			}
			escaped = c == '\\' && !escaped
		}
		if good {
			d.text = append(d.text, buf[:end]...)
			whole := len(d.text) / 4 * 4
			n, err := base64.StdEncoding.Decode(bytesOf, d.text[:whole])
			d.text = append(d.text[:0], d.text[whole:]...)
			if good = err == nil; good {
				w.Write(bytesOf[:n]) //nolint:errcheck // the writer keeps its errors
			}
		}
		if end < len(buf) {
			_, err := d.r.Discard(end + 1)
			return err
		}
		if _, err := d.r.Discard(end); err != nil {
			return err
		}
	}
}
