package recorder

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
	"restep/sources"
)

// shelf keeps what was received: NAME.batches for each session, a line of JSON a batch, masked. It is what an
// acknowledgement promises and what a playback is made of; it stays for a day after the last batch, so that one that
// comes late, or again, finds its session.
type shelf struct {
	o ReceiverOptions

	mu     sync.Mutex // guards what follows; taken before that of a spool, never after
	spools map[string]*spool
}

// spool is the received part of one session.
type spool struct {
	name string // path of the file

	mu     sync.Mutex // guards what follows
	seen   map[string]bool
	bytes  int64
	events int
	last   time.Time // when the last batch came
	dirty  bool      // there is more than the playback has
	gone   bool      // the file was removed
	mask   *masking
}

const (
	spoolSuffix = ".batches"
	keepSpools  = 24 * time.Hour
	maxMasked   = 200 // places that a page lists as masked in one entry
)

// kept is a line of a spool: a batch without its key, or the mark that the playback has all lines above.
type kept struct {
	Written bool            `json:"written,omitzero"`
	Tab     string          `json:"tab,omitzero"`
	Seq     int             `json:"seq"`
	At      float64         `json:"at"` // ms since the Unix epoch by our clock, when it came
	Sent    float64         `json:"sent"`
	Size    int64           `json:"size"`
	Head    playback.Header `json:"head,omitzero"`
	Lost    lost            `json:"lost,omitzero"`
	Entries []keptEntry     `json:"entries,omitzero"`
}

type keptEntry struct {
	N     int             `json:"n"`
	Again *int            `json:"again,omitzero"`
	Event *playback.Event `json:"event"`
}

// openShelf takes up what a receiver before this one has left.
func openShelf(o ReceiverOptions) (*shelf, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	s := &shelf{o: o, spools: map[string]*spool{}}
	names, err := filepath.Glob(filepath.Join(o.Dir, "*"+spoolSuffix))
	if err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	for _, name := range names {
		sp, err := reopenSpool(name)
		if err != nil {
			return nil, fmt.Errorf("receive: %s: %w", name, err)
		}
		s.spools[strings.TrimSuffix(filepath.Base(name), spoolSuffix)] = sp
	}
	return s, nil
}

// reopenSpool reads what a spool has. A line that was torn by a crash was not acknowledged: it is cut off.
func reopenSpool(name string) (*spool, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	whole := data[:bytes.LastIndexByte(data, '\n')+1]
	if len(whole) < len(data) {
		if err := os.Truncate(name, int64(len(whole))); err != nil {
			return nil, err
		}
	}
	sp := &spool{name: name, seen: map[string]bool{}}
	for line := range bytes.Lines(whole) {
		var k kept
		if err := json.Unmarshal(line, &k); err != nil {
			return nil, fmt.Errorf("read a batch: %w", err)
		}
		if sp.dirty = !k.Written; k.Written {
			continue
		}
		sp.count(&k)
	}
	return sp, nil
}

// count notes that a batch is on the disk.
func (sp *spool) count(k *kept) {
	sp.seen[(&batch{Tab: k.Tab, Seq: k.Seq}).name()] = true
	sp.bytes += k.Size
	sp.events += len(k.Entries)
	sp.last = time.UnixMilli(int64(k.At))
	sp.dirty = true
}

// take stores a batch. admit may refuse it; it is not asked about one that is there already.
func (s *shelf) take(b *batch, size int64, now time.Time, admit func(fresh bool) error) error {
	sp, err := s.spool(b.Session)
	if err != nil {
		return err
	}
	sp.mu.Lock()
	defer sp.mu.Unlock()
	switch {
	case sp.gone:
		return &refusal{status: http.StatusServiceUnavailable, why: "the session is being put away", after: time.Second}
	case sp.seen[b.name()]:
		return nil
	case sp.bytes+size > s.o.Limits.SessionBytes || sp.events+len(b.Entries) > s.o.Limits.SessionEvents:
		return &refusal{status: http.StatusGone, why: "the session is too long"}
	}
	if err := admit(len(sp.seen) == 0); err != nil {
		return err
	}
	k := s.masked(sp, b)
	k.At, k.Size = float64(now.UnixMicro())/1000, size
	if err := sp.append(k); err != nil {
		return err
	}
	sp.count(k)
	return nil
}

// spool returns that of a session, a new one where there is none.
func (s *shelf) spool(session string) (*spool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sp := s.spools[session]; sp != nil {
		return sp, nil
	}
	if _, err := os.Stat(filepath.Join(s.o.Dir, session+".playback")); err == nil {
		return nil, &refusal{status: http.StatusGone, why: "the session has ended"}
	}
	if len(s.spools) >= s.o.Limits.Sessions {
		return nil, &refusal{status: http.StatusServiceUnavailable, why: "too many sessions", after: time.Minute}
	}
	sp := &spool{name: filepath.Join(s.o.Dir, session+spoolSuffix), seen: map[string]bool{}}
	s.spools[session] = sp
	return sp, nil
}

// masked is a batch as it is stored: with stand-ins of the team's key for what is secret in it.
func (s *shelf) masked(sp *spool, b *batch) *kept {
	if sp.mask == nil && s.o.MaskKey != nil {
		sp.mask = newMasking(sources.NewMasker(s.o.MaskKey))
	}
	k := &kept{Tab: b.Tab, Seq: b.Seq, Sent: b.Sent, Lost: b.Lost, Head: *sp.mask.header(&b.Head)}
	for i, e := range b.Entries {
		e.Masked = e.Masked[:min(len(e.Masked), maxMasked)]
		data, err := inline(e.Body)
		if err != nil {
			e.Body = playback.NewHole("not readable", 0, "") // a batch that was checked has none
		}
		if e.Kind == playback.NoteKind {
			e.Text = sp.mask.text(e.Text)
		} else if data = sp.mask.event(e, data, b.own[i].Secret); data != nil && !e.Body.Hole() {
			e.Body = plainBody(data, e.Body)
		}
		k.Entries = append(k.Entries, keptEntry{b.own[i].N, b.own[i].Again, e})
	}
	return k
}

// plainBody is a body of any length in one of the forms that need no place beside the line.
func plainBody(data []byte, old *playback.Body) *playback.Body {
	b := &playback.Body{}
	if old != nil {
		b.Type = old.Type
	}
	if text := string(data); utf8.ValidString(text) {
		b.Text = &text
	} else {
		packed := base64.StdEncoding.EncodeToString(data)
		b.Base64 = &packed
	}
	return b
}

// append writes a line and waits until it is on the disk; mu is held. A line that could not be written whole is taken
// back, so that the next one begins where a line begins.
func (sp *spool) append(k *kept) error {
	line, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("store a batch: %w", err)
	}
	f, err := os.OpenFile(sp.name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("store a batch: %w", err)
	}
	defer f.Close()
	at, err := f.Stat()
	if err != nil {
		return fmt.Errorf("store a batch: %w", err)
	}
	if _, err = f.Write(append(line, '\n')); err == nil {
		err = f.Sync()
	}
	if err == nil && at.Size() == 0 {
		err = syncDir(filepath.Dir(sp.name)) // the name of the file too
	}
	if err != nil {
		return errors.Join(fmt.Errorf("store a batch: %w", err), f.Truncate(at.Size()))
	}
	return nil
}

func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) { // systems that sync no folders say so
		return err
	}
	return nil
}

// close lets go of the sessions. Their files stay.
func (s *shelf) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.spools)
	return nil
}
