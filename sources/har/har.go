// Package har reads HTTP Archives, versions 1.1 and 1.2 (http://www.softwareishard.com/blog/har-12-spec/), in the
// dialects of browsers and tools: Chrome, Firefox, Playwright, WebPagetest, Browsertime, chrome-har and others. What
// a dialect adds begins with an underscore; the package uses it where it is there and needs none of it.
//
// An archive says what the app and its back ends said to each other, and which documents were loaded. Of the user it
// knows nothing else: merging it with a recording of what the user did makes a session of both.
package har

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/sources"
)

// Source reads HTTP Archives.
type Source struct{}

var _ sources.Source = Source{}

// Bounds for input from strangers.
const (
	maxEntry   = 128 << 20 // bytes of one entry or one page as they stand in the file
	maxEntries = 200_000
	maxKept    = 512 << 20 // bytes of what is kept of entries in memory
)

// Kind implements [sources.Source].
func (Source) Kind() string { return "har" }

// Recognise implements [sources.Source].
func (Source) Recognise(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return logForm.Match(head) &&
		(bytes.Contains(head, []byte(`"entries"`)) || bytes.Contains(head, []byte(`"creator"`)))
}

// logForm is how an archive begins.
var logForm = regexp.MustCompile(`^\{\s*"log"\s*:`)

// Import implements [sources.Source]. Entries are read one by one; what stays in memory is what orders and links them,
// the rest goes to disk.
func (Source) Import(ctx context.Context, in sources.Input, rec *sources.Recording) error {
	p := &parser{ctx: ctx, in: in, rec: rec, texts: map[string]string{}, asked: math.Inf(1), opened: math.Inf(1)}
	p.budget = &budget{r: skipMark(in.R), left: maxEntry}
	p.dec = jsontext.NewDecoder(p.budget, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err := p.file(); err != nil {
		return err
	}
	if !p.hasLog || !p.hasEntries {
		return errors.New(`not an HTTP Archive: it has no "log" with "entries"`)
	}
	return p.convert()
}

// parser reads one archive.
type parser struct {
	ctx    context.Context
	in     sources.Input
	rec    *sources.Recording
	dec    *jsontext.Decoder
	budget *budget

	hasLog, hasEntries bool
	pages              []page
	entries            []*entry
	kept               int
	texts              map[string]string // one copy of texts that come again and again
	client             client

	asked  float64 // t of the first request, of which there is one if there are lines of requests
	opened float64 // t of the first navigation
}

// file reads the whole input.
func (p *parser) file() error {
	return p.object("the archive", func(name string) error {
		if name != "log" {
			return p.skip()
		}
		p.hasLog = true
		return p.object(`"log"`, p.logMember)
	})
}

func (p *parser) logMember(name string) error {
	switch name {
	case "pages":
		return p.array(`"pages"`, func(n int) error {
			var x page
			if err := p.value(fmt.Sprintf("page %d", n), &x); err != nil {
				return err
			}
			if len(p.pages) < maxEntries {
				p.pages = append(p.pages, x)
			}
			return nil
		})
	case "entries":
		p.hasEntries = true
		return p.array(`"entries"`, p.entry)
	}
	return p.skip()
}

// entry reads the n-th entry, from 1.
func (p *parser) entry(n int) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if n > maxEntries {
		return fmt.Errorf("more than %d entries are not read: cut the recording", maxEntries)
	}
	var raw rawEntry
	if err := p.value(fmt.Sprintf("entry %d", n), &raw); err != nil {
		return err
	}
	e, err := p.take(n, &raw)
	if err != nil {
		return fmt.Errorf("entry %d: %w", n, err)
	}
	if e == nil {
		return nil
	}
	if p.kept += e.size(); p.kept > maxKept {
		return fmt.Errorf("entry %d: URLs take more than %d MB: cut the recording", n, maxKept>>20)
	}
	p.entries = append(p.entries, e)
	return nil
}

// object reads an object and calls f to read each of its members.
func (p *parser) object(what string, f func(name string) error) error {
	if p.dec.PeekKind() != '{' {
		return p.wrong(what, "an object")
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return p.broken(what, err)
	}
	for p.dec.PeekKind() != '}' {
		tok, err := p.dec.ReadToken()
		if err != nil {
			return p.broken(what, err)
		}
		if err := f(tok.String()); err != nil {
			return err
		}
	}
	_, err := p.dec.ReadToken()
	return p.broken(what, err)
}

// array reads an array, or null as an empty one, and calls f to read each item, counted from 1.
func (p *parser) array(what string, f func(n int) error) error {
	switch p.dec.PeekKind() {
	case 'n':
		return p.skip()
	case '[':
	default:
		return p.wrong(what, "an array")
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return p.broken(what, err)
	}
	for n := 1; p.dec.PeekKind() != ']'; n++ {
		if p.dec.PeekKind() == 0 {
			break // ReadToken says what is wrong
		}
		if err := f(n); err != nil {
			return err
		}
	}
	_, err := p.dec.ReadToken()
	return p.broken(what, err)
}

// value decodes the next value, of limited size.
func (p *parser) value(what string, v any) error {
	p.budget.left = maxEntry
	return p.broken(what, json.UnmarshalDecode(p.dec, v))
}

func (p *parser) skip() error {
	p.budget.left = maxEntry
	return p.broken("the archive", p.dec.SkipValue())
}

// wrong is the error for a value of the wrong kind, or for none at all.
func (p *parser) wrong(what, want string) error {
	if p.dec.PeekKind() == 0 {
		_, err := p.dec.ReadToken()
		return p.broken(what, err)
	}
	return fmt.Errorf("at byte %d: %s is not %s: not an HTTP Archive", p.dec.InputOffset(), what, want)
}

// broken says where the JSON is wrong.
func (p *parser) broken(what string, err error) error {
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errBudget):
		return fmt.Errorf("%s, at byte %d: larger than %d MB", what, p.dec.InputOffset(), maxEntry>>20)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: the file ends at byte %d, in the middle of it: was it cut off?", what, p.budget.read)
	case errors.As(err, &syntax):
		return fmt.Errorf("%s, at byte %d: %w", what, syntax.ByteOffset, syntax.Err)
	case errors.As(err, &semantic):
		if semantic.Err != nil {
			return fmt.Errorf("%s, at byte %d: %s: %w", what, semantic.ByteOffset, semantic.JSONPointer, semantic.Err)
		}
		return fmt.Errorf("%s, at byte %d: %s is a JSON %v, which it may not be", what, semantic.ByteOffset, semantic.JSONPointer, semantic.JSONKind)
	}
	return fmt.Errorf("%s, at byte %d: %w", what, p.dec.InputOffset(), err)
}

var errBudget = errors.New("too large")

// budget is a reader that ends with errBudget after left bytes, which whoever reads from it sets again.
type budget struct {
	r    io.Reader
	left int
	read int64
}

// Read implements [io.Reader].
func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBudget
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.read += int64(n)
	return n, err
}

// skipMark passes over a byte order mark, which Windows tools write.
func skipMark(r io.Reader) io.Reader {
	head := make([]byte, 3)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return io.MultiReader(bytes.NewReader(head[:n]), failing{err})
	}
	if string(head[:n]) == "\ufeff" {
		n = 0
	}
	return io.MultiReader(bytes.NewReader(head[:n]), r)
}

// failing is a reader that fails.
type failing struct{ err error }

// Read implements [io.Reader].
func (f failing) Read([]byte) (int, error) { return 0, f.err }
