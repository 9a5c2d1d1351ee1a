package playback

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
)

// MaxFile is the size in bytes above which the blobs of a file stand beside it.
const MaxFile = 16 << 20

// maxBlobLine is the number of characters that a blob line may have.
const maxBlobLine = 16000

// Writer writes a playback: the header, events as they come, and on Close the notes and the blobs. One goroutine uses
// it. After an error it writes no more, and Close returns that error; only a [*TooLongError] concerns its line alone, of
// which nothing is written.
type Writer struct {
	w     *bufio.Writer
	size  int64 // bytes written
	err   error // the first one
	notes [][]byte
	blobs spool
	enc   *zstd.Encoder
	dest  *destination // of Create; nil: w is the caller's

	refs     map[hash]bool // blobs that the lines refer to, where somebody asks; nil: nobody does
	refOrder []hash        // the same in the order of the lines
}

// NewWriter begins a file that holds its own blobs, and writes the header to w. Compressed blobs wait in memory, and
// above some MB in a temporary file, until Close. The format version of the header is set.
func NewWriter(w io.Writer, h *Header) *Writer {
	x := newLineWriter(w)
	x.writeHeader(h)
	return x
}

// newLineWriter returns a writer that has not written a header.
func newLineWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriterSize(w, 64<<10)} }

func (w *Writer) writeHeader(h *Header) {
	first := Header{}
	if h != nil {
		first = *h
	}
	first.Version = Version
	line, err := encodeLine("header", &first)
	if err != nil {
		w.fail(err)
		return
	}
	w.writeLine(line)
}

// WriteEvent writes an event. Text that is no UTF-8 gets replacement characters.
func (w *Writer) WriteEvent(e *Event) error {
	switch e.Kind {
	case "", NoteKind, Blob:
		return w.fail(fmt.Errorf("write event %s: %q is no kind of event", e.ID, e.Kind))
	}
	line, err := encodeLine("event "+e.ID, e)
	if err != nil {
		return w.refuse(err)
	}
	w.writeLine(line)
	return w.err
}

// WriteNote keeps a note until Close.
func (w *Writer) WriteNote(n *Note) error {
	note := *n
	note.Kind = NoteKind
	line, err := encodeLine("note "+n.ID, &note)
	if err != nil {
		return w.refuse(err)
	}
	w.notes = append(w.notes, line)
	return w.err
}

// WriteBlob implements [BlobWriter].
func (w *Writer) WriteBlob(ref string, data []byte) {
	h, ok := parseRef(ref)
	if !ok || h != sha256.Sum256(data) {
		w.fail(fmt.Errorf("write blob: %q is not the reference to its %d bytes", clip(ref, 80), len(data)))
		return
	}
	if w.err != nil || w.blobs.has(h) {
		return
	}
	if w.enc == nil {
		w.enc = newEncoder()
	}
	w.putBlob(h, w.enc.EncodeAll(data, nil))
}

// newEncoder returns the encoder of blobs. The same bytes always give the same blob. The hash stands for a checksum.
func newEncoder() *zstd.Encoder {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // the options are constants
	}
	return enc
}

// putBlob keeps a blob that is compressed.
func (w *Writer) putBlob(h hash, compressed []byte) {
	if err := w.blobs.put(h, compressed); err != nil {
		w.fail(fmt.Errorf("keep blob: %w", err))
	}
}

// Close writes the notes and blobs and finishes the file. It returns the first error of the writer. Calling it again
// does nothing.
func (w *Writer) Close() error {
	for _, line := range w.notes {
		w.writeLine(line)
	}
	w.notes = nil
	if w.dest != nil {
		w.fail(w.dest.finish(w))
		w.dest = nil
	} else if w.err == nil {
		w.fail(w.blobs.each(w.writeBlobLines))
		w.fail(w.w.Flush())
	}
	w.fail(w.blobs.close())
	err := w.err
	if w.err == nil {
		w.err = errClosed
	}
	if err == errClosed {
		return nil
	}
	return err
}

var errClosed = errors.New("the playback writer is closed")

// fail keeps the first error and returns it.
func (w *Writer) fail(err error) error {
	if w.err == nil {
		w.err = err
	}
	return w.err
}

// refuse returns the error of a line, and keeps it where it is not of that line alone.
func (w *Writer) refuse(err error) error {
	if long := (*TooLongError)(nil); w.err == nil && errors.As(err, &long) {
		return err
	}
	return w.fail(err)
}

// encode returns the canonical JSON of a header, event or note.
func encode(v any) ([]byte, error) {
	return json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
}

// encodeLine returns the line of a header, event or note, without its LF: one that can be read again.
func encodeLine(what string, v any) ([]byte, error) {
	line, err := encode(v)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", what, err)
	}
	if len(line) > MaxLine {
		return nil, &TooLongError{what, len(line)}
	}
	return line, nil
}

func (w *Writer) writeLine(line []byte) {
	if w.err != nil {
		return
	}
	w.size += int64(len(line)) + 1
	if w.refs != nil {
		lineRefs(line, func(h hash) {
			if !w.refs[h] {
				w.refs[h] = true
				w.refOrder = append(w.refOrder, h)
			}
		})
	}
	w.w.Write(line)
	if err := w.w.WriteByte('\n'); err != nil { // the error of Write stays
		w.fail(fmt.Errorf("write playback: %w", err))
	}
}

// writeBlobLines writes a compressed blob as lines. Each part is base64 of its own, cut where the text has no
// padding, so that joining the texts gives base64 of the whole too.
func (w *Writer) writeBlobLines(h hash, compressed []byte) error {
	parts := (len(compressed) + partBytes - 1) / partBytes
	var line []byte
	for part := 1; part <= parts; part++ {
		piece := compressed[(part-1)*partBytes : min(part*partBytes, len(compressed))]
		line = append(line[:0], `{"ev":"blob","ref":"`...)
		line = append(line, h.ref()...)
		line = append(line, `","part":`...)
		line = strconv.AppendInt(line, int64(part), 10)
		line = append(line, `,"parts":`...)
		line = strconv.AppendInt(line, int64(parts), 10)
		line = append(line, `,"zstd":"`...)
		line = base64.StdEncoding.AppendEncode(line, piece)
		line = append(line, `"}`...)
		w.writeLine(line)
	}
	return w.err
}

// partBytes is how much of a blob fits a line: 160 characters are left for the rest of it. A multiple of 3.
const partBytes = (maxBlobLine - 160) / 4 * 3

// blobLinesSize returns how many bytes a compressed blob takes as lines, a little too many.
func blobLinesSize(compressed int) int64 {
	parts := int64(compressed+partBytes-1) / partBytes
	return int64(base64.StdEncoding.EncodedLen(compressed)) + parts*164
}
