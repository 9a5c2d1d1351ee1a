package playback

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// blobChecker checks blob lines and references to blobs. A blob is decoded while its lines are read, by one goroutine
// that finish, end and stop wait for, so that memory does not depend on its size.
type blobChecker struct {
	c     *checker
	refs  map[hash]*blobRef
	found map[hash]foundBlob
	dec   *zstd.Decoder

	// The blob whose parts are being read.
	open   bool
	h      hash
	part   int
	parts  int
	line0  int // its last line
	broken bool
	pipe   *io.PipeWriter
	done   chan blobResult
}

// blobRef is the first reference to a blob that names its size.
type blobRef struct {
	line, offset int
	size         int64
}

// foundBlob is a blob of the file.
type foundBlob struct {
	line int
	size int64 // decoded; -1: broken
}

type blobResult struct {
	size int64
	err  error
}

func (b *blobChecker) init(c *checker) {
	b.c = c
	b.refs = make(map[hash]*blobRef)
	b.found = make(map[hash]foundBlob)
}

// use notes a reference to a blob in the current line.
func (b *blobChecker) use(h hash) {
	if b.refs[h] == nil {
		b.refs[h] = &blobRef{line: b.c.n, offset: b.c.keyAt("body")}
	}
}

// claim notes what a body says about its blob.
func (b *blobChecker) claim(body *Body) {
	h, ok := parseRef(body.Ref)
	if !ok {
		return // the schema has reported it
	}
	at := max(0, bytes.Index(b.c.line, []byte(body.Ref))-1) // much faster than keyAt, and there are many
	ref := b.refs[h]
	if ref == nil {
		ref = &blobRef{line: b.c.n, offset: at}
		b.refs[h] = ref
	}
	switch {
	case ref.size == 0:
		ref.size = body.Size
	case body.Size != 0 && body.Size != ref.size:
		b.c.at(at, SeverityError, CodeBlob, "Correct size.", "size %d differs from %d in line %d", body.Size, ref.size, ref.line)
	}
	if body.Size > MaxBody {
		b.c.at(at, SeverityError, CodeBlob, "Cut it, and store a hole.", "the content has %d bytes; %d are allowed", body.Size, MaxBody)
	}
}

// line checks a blob line.
func (b *blobChecker) line(x *brief) {
	h, ok := parseRef(unquote(x.ref))
	if !ok || x.zstd == nil {
		return // the schema has reported it
	}
	part, parts := blobNumbers(x)
	if b.open && b.h != h {
		b.end()
	}
	if !b.open {
		if old, twice := b.found[h]; twice {
			b.c.at(b.c.keyAt("ref"), SeverityWarning, CodeBlob, "Store each blob once.", "the blob stands in line %d already", old.line)
			return
		}
		b.begin(h, parts)
	}
	b.line0 = b.c.n
	if part != b.part+1 || parts != b.parts {
		if !b.broken {
			b.c.at(b.c.keyAt("part"), SeverityError, CodeBlob, "The parts of a blob stand one after the other.",
				"part %d of %d; want part %d of %d", part, parts, b.part+1, b.parts)
		}
		b.broken = true
		return
	}
	b.part = part
	data, err := appendPart(nil, x.zstd)
	if err != nil {
		b.c.at(b.c.keyAt("zstd"), SeverityError, CodeBlob, "Write base64 with padding.", "%v", err)
		b.broken = true
		return
	}
	if !b.broken {
		b.pipe.Write(data) // an error of the decoder comes out of done
	}
	if b.part == b.parts {
		b.end()
	}
}

// begin starts to decode a blob.
func (b *blobChecker) begin(h hash, parts int) {
	b.open, b.h, b.part, b.parts, b.broken = true, h, 0, parts, false
	b.found[h] = foundBlob{line: b.c.n, size: -1}
	if b.dec == nil {
		b.dec = newDecoder().(*zstd.Decoder)
	}
	r, w := io.Pipe()
	b.pipe, b.done = w, make(chan blobResult, 1)
	limit := b.limit(h)
	go func() {
		size, err := hashBlob(b.dec, r, h, limit)
		r.CloseWithError(errors.New("decoded")) // so that a writer does not wait
		b.done <- blobResult{size, err}
	}()
}

// limit is how many bytes a blob may decode to.
func (b *blobChecker) limit(h hash) int64 {
	if ref := b.refs[h]; ref != nil && ref.size > 0 && ref.size < MaxBody {
		return ref.size
	}
	return MaxBody
}

// hashBlob decodes a blob and compares its hash. It stops above limit bytes.
func hashBlob(dec *zstd.Decoder, r io.Reader, h hash, limit int64) (int64, error) {
	if err := dec.Reset(r); err != nil {
		return 0, fmt.Errorf("zstd: %w", err)
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(dec, limit+1))
	switch {
	case err != nil:
		return n, fmt.Errorf("zstd: %w", err)
	case n > limit:
		return n, fmt.Errorf("it decodes to more than %d bytes", limit)
	case hash(sum.Sum(nil)) != h:
		return n, errors.New("its bytes do not have the hash that it is named by")
	}
	return n, nil
}

// end finishes the blob whose parts are being read.
func (b *blobChecker) end() {
	if !b.open {
		return
	}
	b.open = false
	if b.part < b.parts {
		if !b.broken {
			b.report(b.line0, 0, SeverityError, "Collect the session again, or remove the blob.",
				"the blob ends after part %d of %d", b.part, b.parts)
		}
		b.broken = true
	}
	b.pipe.Close()
	res := <-b.done
	if b.broken {
		return
	}
	if res.err != nil {
		b.report(b.line0, 0, SeverityError, "Collect the session again, or replace the references by holes.", "%v", res.err)
		return
	}
	f := b.found[b.h]
	f.size = res.size
	b.found[b.h] = f
}

// stop ends the goroutine when a check is given up.
func (b *blobChecker) stop() {
	if b.open {
		b.open = false
		b.pipe.CloseWithError(io.ErrUnexpectedEOF)
		<-b.done
	}
}

func (b *blobChecker) report(line, offset int, s Severity, hint, format string, args ...any) {
	b.c.diags.add(Diagnostic{
		Line: line, Column: offset + 1, Severity: s, Code: CodeBlob, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// finish compares references and blobs.
func (b *blobChecker) finish() {
	b.end()
	refs := make([]hash, 0, len(b.refs))
	for h := range b.refs {
		refs = append(refs, h)
	}
	slices.SortFunc(refs, func(x, y hash) int { return cmp.Compare(b.refs[x].line, b.refs[y].line) })
	for _, h := range refs {
		b.compare(h, b.refs[h])
	}
	for h, f := range b.found {
		if b.refs[h] == nil {
			b.c.diags.add(Diagnostic{
				Line: f.line, Column: 1, Severity: SeverityWarning, Code: CodeBlobUnused,
				Message: "nothing refers to this blob", Hint: "Remove its lines.",
			})
		}
	}
	if len(b.found) > 0 && b.c.size > MaxFile {
		b.c.diags.add(Diagnostic{
			Line: 1, Column: 1, Severity: SeverityInfo, Code: CodeFileSize,
			Message: fmt.Sprintf("the file has %d bytes with its blobs inside; up to %d are pleasant", b.c.size, MaxFile),
			Hint:    "restep unpack puts the blobs beside the file.",
		})
	}
}

// compare checks one reference against the blob, in the file or beside it.
func (b *blobChecker) compare(h hash, ref *blobRef) {
	f, ok := b.found[h]
	if !ok {
		b.beside(h, ref)
		return
	}
	if f.size >= 0 && ref.size > 0 && f.size != ref.size {
		b.report(ref.line, ref.offset, SeverityError, "Correct size.", "size is %d, the blob has %d bytes", ref.size, f.size)
	}
}

// beside checks a blob in the folder beside the file.
func (b *blobChecker) beside(h hash, ref *blobRef) {
	err := error(&MissingError{Reason: "blob not found"})
	var r io.ReadCloser
	if b.c.dir != "" {
		r, err = openBlobFile(b.c.dir, h)
	}
	var missing *MissingError
	if errors.As(err, &missing) {
		b.c.diags.add(Diagnostic{
			Line: ref.line, Column: ref.offset + 1, Severity: SeverityError, Code: CodeBlobMissing,
			Message: "blob " + h.ref() + " is neither in the file nor beside it",
			Hint:    "Put it back, or replace the reference by a hole: {\"$missing\":\"lost\"}.",
		})
		return
	}
	if err != nil {
		b.report(ref.line, ref.offset, SeverityError, "", "blob %s: %v", h.ref(), err)
		return
	}
	defer r.Close()
	if !b.c.verify {
		return
	}
	if b.dec == nil {
		b.dec = newDecoder().(*zstd.Decoder)
	}
	n, err := hashBlob(b.dec, r, h, b.limit(h))
	if err == nil && ref.size > 0 && n != ref.size {
		err = fmt.Errorf("size is %d, it has %d bytes", ref.size, n)
	}
	if err != nil {
		b.report(ref.line, ref.offset, SeverityError, "Collect the session again.", "blob %s: %v", h.ref(), err)
	}
}
