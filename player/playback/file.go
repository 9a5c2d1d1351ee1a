// Package playback is the playback file: its events, reading, writing and checking. It imports nothing of restep.
//
// API in one place (positions count events from 0, lines from 1):
//
//	Open(name string) (*File, error)             index only; bodies and events are decoded on demand
//	Read(name string, r io.ReaderAt, size int64) (*File, error)
//	(f) Close() error                            everything below is safe for concurrent use until then
//	(f) Name() string
//	(f) Header() *Header
//	(f) Len() int                                number of events (header, note and blob lines are none)
//	(f) Kind(pos) Kind, ID(pos) string, T(pos) float64     from the index, without decoding
//	(f) Event(pos) (*Event, error)               decoded; the caller may keep it but not change it
//	(f) Line(pos) int                            line of an event; Line(Len()) is the last line
//	(f) At(line) (pos int, ok bool)              the first event on or after the line
//	(f) Find(id) (pos int, ok bool)
//	(f) Of(pos) int, Cause(pos) int              resolved references, -1 for none
//	(f) Raw(line) ([]byte, error)                one line without its LF
//	(f) Content(b *Body) ([]byte, error)         decoded bytes; *MissingError for a hole; bounded by MaxBody
//	(f) Notes() ([]Note, error)
//
//	NewWriter(w io.Writer, h *Header) *Writer    streaming: WriteEvent, WriteNote, Close
//	NewBody(data []byte, mediaType string, blobs BlobWriter) *Body       inline up to InlineMax, else a blob
//	Check(r io.Reader, name) / CheckFile(name)   diagnostics with line and column (1-based), bounded memory
//	Format(w, f), Pack(f, w), Unpack(f, dir)
package playback
