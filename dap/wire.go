package dap

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

const (
	maxMessage = 16 << 20 // bytes of one body that are accepted
	maxHeader  = 8 << 10  // bytes of all header lines of one message
)

// ErrFraming means that the stream is out of step and cannot be read any further.
var ErrFraming = errors.New("this is not the debug adapter protocol")

// Wire reads and writes the base protocol: header lines, an empty line, a JSON body of Content-Length bytes.
// One goroutine may read while another writes.
type Wire struct {
	r   *bufio.Reader
	w   io.Writer
	buf []byte // of the message being written, kept to be reused
}

// NewWire speaks on a stream.
func NewWire(r io.Reader, w io.Writer) *Wire { return &Wire{r: bufio.NewReaderSize(r, 16<<10), w: w} }

// Read returns the next body. The error is io.EOF between two messages, io.ErrUnexpectedEOF within one, and wraps
// [ErrFraming] for anything that is not a message; unknown header fields are passed over.
func (c *Wire) Read() ([]byte, error) {
	size, left := -1, maxHeader
	for first := true; ; first = false {
		line, err := c.headerLine(left)
		if err == io.EOF && (!first || line != "") {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		if line == "" {
			break
		}
		left -= len(line)
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return nil, fmt.Errorf("%w: %.40q is no header line", ErrFraming, line)
		}
		if strings.EqualFold(name, "Content-Length") {
			if size >= 0 {
				return nil, fmt.Errorf("%w: a header with two Content-Length", ErrFraming) // the stream means one of them
			}
			if size, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || size < 0 {
				return nil, fmt.Errorf("%w: %.40q is no length", ErrFraming, line)
			}
		}
	}
	switch {
	case size < 0:
		return nil, fmt.Errorf("%w: a header without Content-Length", ErrFraming)
	case size > maxMessage:
		return nil, fmt.Errorf("%w: a message of %d bytes; at most %d are accepted", ErrFraming, size, maxMessage)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(c.r, body); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return body, nil
}

// headerLine returns a line without its end; limit is the number of bytes that it may have.
func (c *Wire) headerLine(limit int) (string, error) {
	var line []byte
	for {
		part, err := c.r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > limit {
			return "", fmt.Errorf("%w: a header of more than %d bytes", ErrFraming, maxHeader)
		}
		switch err {
		case nil:
			return strings.TrimSuffix(string(line[:len(line)-1]), "\r"), nil
		case bufio.ErrBufferFull:
		default:
			return string(line), err
		}
	}
}

// isToken reports whether s can be the name of a header field. A line of HTTP is thereby refused at once: a web page
// can make a browser send one to a local port.
func isToken(s string) bool {
	for _, r := range s {
		if !(r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return false
		}
	}
	return s != ""
}

// Write sends a message in one write: some clients take a header that arrives by itself badly.
func (c *Wire) Write(message any) error {
	body, err := json.Marshal(message, encoding())
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	c.buf = append(c.buf[:0], "Content-Length: "...)
	c.buf = strconv.AppendInt(c.buf, int64(len(body)), 10)
	c.buf = append(c.buf, "\r\n\r\n"...)
	c.buf = append(c.buf, body...)
	_, err = c.w.Write(c.buf)
	if cap(c.buf) > 1<<20 {
		c.buf = nil
	}
	return err
}

// encoding makes the types of go-dap what the schema wants: nil slices are [], omitempty leaves out zeros as it does in
// encoding/json, for which those types are written, and broken UTF-8, which kills Helix, is replaced.
func encoding() json.Options {
	return json.JoinOptions(jsonv1.OmitEmptyWithLegacySemantics(true), jsontext.AllowInvalidUTF8(true))
}

// decoding is lenient in what clients are seen to send.
func decoding() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}
