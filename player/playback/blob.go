package playback

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// MaxBody is the size in bytes of the largest content that is read or written.
const MaxBody = 256 << 20

// maxWindow is the largest zstd window that is accepted: what decoding a blob costs beside its content.
const maxWindow = 32 << 20

// refPrefix begins every reference to a blob.
const refPrefix = "sha256:"

// hash names a blob: the SHA-256 of its decoded bytes.
type hash [sha256.Size]byte

func (h hash) ref() string { return refPrefix + hex.EncodeToString(h[:]) }

// file is the name of the blob in the folder beside a playback.
func (h hash) file() string { return hex.EncodeToString(h[:]) + ".zst" }

// parseRef reads a reference. Only lower-case hex is one, so that a blob has one name.
func parseRef(ref string) (h hash, ok bool) {
	digits, ok := strings.CutPrefix(ref, refPrefix)
	if !ok || len(digits) != hex.EncodedLen(len(h)) || strings.ToLower(digits) != digits {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(digits))
	return h, err == nil
}

// blobLines is a blob that stands in the file.
type blobLines struct {
	parts []blobPart
	total int // the number of parts that the lines speak of
}

// blobPart is the raw JSON string with the base64 of one part.
type blobPart struct {
	off  int64
	size int32
}

// addBlob notes a blob line. Parts that are out of order are left out: the blob is then incomplete.
func (ix *index) addBlob(b *brief, l *textLine) {
	h, ok := parseRef(unquote(b.ref))
	if !ok || len(b.zstd) < 2 {
		return
	}
	if ix.blobs == nil {
		ix.blobs = make(map[hash]*blobLines)
	}
	x := ix.blobs[h]
	if x == nil {
		x = new(blobLines)
		ix.blobs[h] = x
	}
	part, parts := blobNumbers(b)
	if part != len(x.parts)+1 || x.total != 0 && parts != x.total {
		return
	}
	x.total = parts
	x.parts = append(x.parts, blobPart{l.off + int64(b.zstdAt), int32(len(b.zstd))})
}

// blobNumbers returns part and parts; both are 1 where they are left out.
func blobNumbers(b *brief) (part, parts int) {
	part, parts = 1, 1
	if b.part != nil {
		part = int(number(b.part))
	}
	if b.parts != nil {
		parts = int(number(b.parts))
	}
	return part, parts
}

// compressed returns the zstd bytes of a blob in the file.
func (f *File) compressed(b *blobLines) ([]byte, error) {
	if len(b.parts) == 0 || len(b.parts) != b.total {
		return nil, &MissingError{Reason: fmt.Sprintf("the blob has %d of %d parts", len(b.parts), b.total)}
	}
	var all []byte
	for _, p := range b.parts {
		raw := make([]byte, p.size)
		if _, err := f.r.ReadAt(raw, p.off); err != nil {
			return nil, err
		}
		var err error
		if all, err = appendPart(all, raw); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// appendPart decodes the raw JSON string of a part.
func appendPart(dst, raw []byte) ([]byte, error) {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return nil, errors.New("zstd is not a string")
	}
	text := raw[1 : len(raw)-1]
	if bytes.IndexByte(text, '\\') >= 0 { // some encoders escape the slash
		text = []byte(unquote(raw))
	}
	dst, err := base64.StdEncoding.AppendDecode(dst, text)
	if err != nil {
		return nil, fmt.Errorf("zstd is not base64: %w", err)
	}
	return dst, nil
}

// openBlob returns the zstd stream of a blob, from the file or from the folder beside it. The error is a
// [*MissingError] where it is in neither.
func (f *File) openBlob(h hash) (io.ReadCloser, error) {
	if b := f.blobs[h]; b != nil {
		data, err := f.compressed(b)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(bytes.NewReader(data)), nil
	}
	if f.name == "" {
		return nil, &MissingError{Reason: "blob not found"}
	}
	return openBlobFile(BlobDir(f.name), h)
}

// openBlobFile opens a blob in a folder. It follows no link out of the folder and opens regular files only.
func openBlobFile(dir string, h hash) (io.ReadCloser, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &MissingError{Reason: "blob not found"}
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	s, err := root.Stat(h.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &MissingError{Reason: "blob not found"}
	}
	if err != nil {
		return nil, err
	}
	if !s.Mode().IsRegular() {
		return nil, fmt.Errorf("blob %s is not a regular file", h.file())
	}
	return root.Open(h.file())
}

// blob returns the decoded bytes of a blob, verified. size is how many they are, 0 where unknown.
func (f *File) blob(h hash, size int64) ([]byte, error) {
	limit := int64(MaxBody)
	if size > 0 && size < limit {
		limit = size
	}
	var data bytes.Buffer
	data.Grow(int(min(limit, 1<<20)) + bytes.MinRead)
	if err := f.decode(&data, h, limit); err != nil {
		return nil, err
	}
	if sha256.Sum256(data.Bytes()) != h {
		return nil, errHash
	}
	return data.Bytes(), nil
}

// verify decodes a blob without keeping it.
func (f *File) verify(h hash) error {
	sum := sha256.New()
	if err := f.decode(sum, h, MaxBody); err != nil {
		return err
	}
	if hash(sum.Sum(nil)) != h {
		return errHash
	}
	return nil
}

var errHash = errors.New("its bytes do not have the hash that it is named by")

// decode writes the decoded bytes of a blob, of which there may be so many.
func (f *File) decode(w io.Writer, h hash, limit int64) error {
	r, err := f.openBlob(h)
	if err != nil {
		return err
	}
	defer r.Close()
	dec := f.decoders.Get().(*zstd.Decoder)
	defer f.decoders.Put(dec)
	if err := dec.Reset(r); err != nil {
		return fmt.Errorf("zstd: %w", err)
	}
	n, err := io.Copy(w, io.LimitReader(dec, limit+1))
	dec.Reset(nil) // lets go of the reader
	if err != nil {
		return fmt.Errorf("zstd: %w", err)
	}
	if n > limit {
		return fmt.Errorf("it decodes to more than its %d bytes", limit)
	}
	return nil
}

// newDecoder returns a decoder that runs in the caller's goroutine.
func newDecoder() any {
	d, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
}
