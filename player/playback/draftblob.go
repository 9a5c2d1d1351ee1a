package playback

import (
	"crypto/sha256"
	"errors"
	"fmt"
	stdhash "hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// DraftBlob is content that comes into a draft piece by piece, so that none of it has to be in memory. What has come is
// in a file without a name, of which nothing is left where the process ends. One goroutine uses it.
type DraftBlob struct {
	d    *Draft
	file *os.File
	enc  *zstd.Encoder
	sum  stdhash.Hash
	size int64
	err  error // the first one
}

// streamWindow is the window in bytes of what is compressed piece by piece: it costs several times as much memory.
const streamWindow = 1 << 20

// NewBlob begins content. The caller calls Body or Discard in the end.
func (d *Draft) NewBlob() (*DraftBlob, error) {
	dir := BlobDir(d.name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("begin content: %w", err)
	}
	file, err := os.CreateTemp(dir, unnamedBlob+"*")
	if err != nil {
		return nil, fmt.Errorf("begin content: %w", err)
	}
	os.Remove(file.Name()) // fails on Windows, where Discard removes it
	enc, err := zstd.NewWriter(file, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false),
		zstd.WithWindowSize(streamWindow))
	if err != nil {
		panic(err) // the options are constants
	}
	return &DraftBlob{d: d, file: file, enc: enc, sum: sha256.New()}, nil
}

// Write implements [io.Writer]. Above [MaxBody] bytes it fails.
func (b *DraftBlob) Write(p []byte) (int, error) {
	if b.err == nil && b.size+int64(len(p)) > MaxBody {
		b.err = errors.New("the content is too large")
	}
	if b.err != nil {
		return 0, b.err
	}
	b.sum.Write(p)
	b.size += int64(len(p))
	n, err := b.enc.Write(p)
	b.err = err
	return n, err
}

// Size returns the bytes written.
func (b *DraftBlob) Size() int64 { return b.size }

// Body ends the content, gives it its place among the blobs of the draft, and returns the body that refers to it. An
// error that is not of this content alone ends the draft.
func (b *DraftBlob) Body(mediaType string) (*Body, error) {
	defer b.Discard()
	if b.err == nil {
		b.err = b.enc.Close()
	}
	if b.err != nil {
		return nil, fmt.Errorf("write content: %w", b.err)
	}
	h := hash(b.sum.Sum(nil))
	d := b.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil, d.fail(errClosed)
	}
	if d.err != nil {
		return nil, d.err
	}
	if !d.blobs[h] {
		n, err := b.keep(h)
		if err != nil {
			return nil, d.fail(fmt.Errorf("write content: %w", err))
		}
		d.blobs[h] = true
		d.size += n
	}
	return &Body{Ref: h.ref(), Size: b.size, Type: mediaType}, nil
}

// keep copies what is compressed to the blobs, and returns how many bytes that are.
func (b *DraftBlob) keep(h hash) (int64, error) {
	if _, err := b.file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	to, err := newDestination(filepath.Join(BlobDir(b.d.name), h.file()))
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to.file, b.file)
	return n, to.commit(err)
}

// Discard gives the content up; after Body it does nothing.
func (b *DraftBlob) Discard() {
	if b.file == nil {
		return
	}
	b.enc.Reset(nil) // lets go of the file
	b.file.Close()
	if err := os.Remove(b.file.Name()); err == nil || errors.Is(err, fs.ErrNotExist) {
		os.Remove(BlobDir(b.d.name)) // stays where it is not empty
	}
	b.file = nil
}
