package recorder

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// lostKind are lines that tell where a recording of a page has gaps: events and bytes that the page threw away, or
// batches that never came.
const lostKind playback.Kind = "recorder.lost"

// finish writes the playbacks of the sessions whose last batch came before a moment, and puts away what is old.
func (s *shelf) finish(before time.Time) error {
	s.mu.Lock()
	spools := maps.Clone(s.spools)
	s.mu.Unlock()
	var errs error
	for _, session := range slices.Sorted(maps.Keys(spools)) {
		errs = errors.Join(errs, s.finishOne(session, spools[session], before))
	}
	return errs
}

func (s *shelf) finishOne(session string, sp *spool, before time.Time) error {
	s.mu.Lock()
	sp.mu.Lock()
	defer sp.mu.Unlock()
	old := s.o.Now().Sub(sp.last) > keepSpools
	if empty := len(sp.seen) == 0; empty || old && !sp.dirty {
		sp.gone = true
		delete(s.spools, session)
		s.mu.Unlock()
		if err := os.Remove(sp.name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	s.mu.Unlock()
	if !sp.dirty || sp.last.After(before) {
		return nil
	}
	name := filepath.Join(s.o.Dir, session+".playback")
	counts, err := writeSession(name, session, sp.name, sp.mask)
	if err != nil {
		return fmt.Errorf("write the playback of session %s: %w", session, err)
	}
	if err := sp.append(&kept{Written: true}); err != nil {
		return err
	}
	sp.dirty = false
	if s.o.Finished != nil {
		s.o.Finished(name, counts)
	}
	return nil
}

// place is where a batch stands in a spool.
type place struct {
	tab      string
	seq      int
	from, to int64
}

// composer makes a playback of a spool.
type composer struct {
	file   *os.File
	places []place // in the order of tabs and sequence numbers
	head   playback.Header
	start  float64 // of the session, ms since the Unix epoch by the page's clock
	offset float64 // ms to add to the page's clock to get ours
	tabs   map[string]string
	ids    map[string]string // tab and number of an entry -> id of its line
	notes  []*playback.Note
	// problems are what the page script could not do.
	problems problems
}

// writeSession makes the playback of a session from its spool. mask is what has masked the batches; nil where nothing
// did, or where it was another process.
func writeSession(name, session, spoolName string, mask *masking) (Counts, error) {
	f, err := os.Open(spoolName)
	if err != nil {
		return Counts{}, err
	}
	defer f.Close()
	c := &composer{file: f, tabs: map[string]string{}, ids: map[string]string{}}
	if err := c.survey(); err != nil {
		return Counts{}, err
	}
	h := c.head
	h.ID, h.Sources = session, []string{"recorder"}
	h.Start = time.UnixMicro(int64((c.start + c.offset) * 1000)).UTC()
	h.Extra = jsontext.Value(fmt.Sprintf(`{"clock":{"offset":%s}}`, strconv.FormatFloat(math.Round(c.offset*10)/10, 'f', -1, 64)))
	j, err := NewJournal(name, &h, nil) // masked before it came to the disk
	if err != nil {
		return Counts{}, err
	}
	j.late = mask
	if err = c.copy(j); err != nil {
		return Counts{}, errors.Join(err, j.Finish())
	}
	n := j.Counts()
	n.Problems = append(c.problems.texts(), j.Losses()...)
	return n, j.Finish()
}

// survey looks at all batches once: where they stand, when the session began, and how the clocks differ. Of the
// differences between sending and receiving, the least has the shortest way in it.
func (c *composer) survey() error {
	r := bufio.NewReaderSize(c.file, 1<<16)
	c.start, c.offset = math.Inf(1), math.Inf(1)
	var at int64
	first := math.Inf(1)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		from := at
		at += int64(len(line))
		var k kept
		if err := json.Unmarshal(line, &k); err != nil {
			return err
		}
		if k.Written {
			continue
		}
		c.places = append(c.places, place{k.Tab, k.Seq, from, at})
		c.offset = min(c.offset, k.At-k.Sent)
		begin := k.Sent
		for _, e := range k.Entries {
			begin = min(begin, e.Event.T)
		}
		c.start = min(c.start, begin)
		if begin < first || first == begin && k.Seq == 0 {
			first, c.head = begin, k.Head
		}
		if _, ok := c.tabs[k.Tab]; !ok {
			c.tabs[k.Tab] = nthTab(len(c.tabs))
		}
	}
	if len(c.places) == 0 {
		return errors.New("there is no batch")
	}
	slices.SortStableFunc(c.places, func(a, b place) int {
		return cmp.Or(strings.Compare(a.tab, b.tab), cmp.Compare(a.seq, b.seq))
	})
	return nil
}

// copy writes the lines of all batches.
func (c *composer) copy(j *Journal) error {
	last := map[string]int{}
	for _, p := range c.places {
		line := make([]byte, p.to-p.from)
		if _, err := c.file.ReadAt(line, p.from); err != nil {
			return err
		}
		var k kept
		if err := json.Unmarshal(bytes.TrimSpace(line), &k); err != nil {
			return err
		}
		next := last[p.tab]
		last[p.tab] = p.seq + 1
		if err := c.tellLost(j, &k, p.seq-next); err != nil {
			return err
		}
		for i := range k.Entries {
			if err := c.line(j, &k, &k.Entries[i]); err != nil {
				return err
			}
		}
	}
	for i, n := range c.notes {
		n.ID = "n" + strconv.Itoa(i+1)
		n.Thread = n.ID
		if err := j.Note(n); err != nil {
			return err
		}
	}
	return nil
}

// since turns the page's time into that of the file.
func (c *composer) since(t float64) float64 {
	return min(max(0, math.Round((t-c.start)*1000)/1000), playback.MaxT)
}

// line writes an entry.
func (c *composer) line(j *Journal, k *kept, entry *keptEntry) error {
	e := entry.Event
	created := time.UnixMicro(int64((e.T + c.offset) * 1000)).UTC()
	e.T, e.Tab = c.since(e.T), c.tabs[k.Tab]
	if e.Kind == entryProblem {
		c.problems.reported("the page script in tab "+e.Tab+": "+e.Text, e.Count)
		return nil
	}
	if e.Kind == playback.NoteKind {
		c.notes = append(c.notes, &playback.Note{Rev: 1, State: playback.NoteOpen, On: j.LastAction(e.Tab), Created: created, Text: e.Text})
		return nil
	}
	for _, ref := range []*string{&e.Of, &e.From} {
		if *ref == "" {
			continue
		}
		id, ok := c.ids[k.Tab+"/"+*ref]
		if !ok { // its request was lost, or thrown away with what came before the last minute
			return nil
		}
		*ref = id
	}
	if entry.Again != nil {
		if first := c.ids[k.Tab+"/"+strconv.Itoa(*entry.Again)]; first != "" {
			_, err := j.Again(first, e, nil)
			return err
		}
	}
	id, err := j.Add(e, nil)
	if err != nil {
		return err
	}
	if e.Kind == playback.Req || e.Kind == playback.Click {
		c.ids[k.Tab+"/"+strconv.Itoa(entry.N)] = id
	}
	return nil
}

// tellLost writes that there is a gap before a batch.
func (c *composer) tellLost(j *Journal, k *kept, batches int) error {
	if k.Lost == (lost{}) && batches <= 0 {
		return nil
	}
	extra, err := json.Marshal(struct {
		Events  int   `json:"events,omitzero"`
		Bytes   int64 `json:"bytes,omitzero"`
		Batches int   `json:"batches,omitzero"`
	}{k.Lost.Events, k.Lost.Bytes, max(0, batches)})
	if err != nil {
		return err
	}
	_, err = j.Add(&playback.Event{T: c.since(k.Sent), Kind: lostKind, Tab: c.tabs[k.Tab], Extra: extra}, nil)
	return err
}
