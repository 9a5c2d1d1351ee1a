package playback

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
)

// references checks that ids are unique and that what is referred to is there and of the right kind. It holds some ten
// bytes for each event, and not their ids: two ids with one hash of 64 bits, which no file can aim at, count as one.
type references struct {
	c     *checker
	seed  maphash.Seed
	ids   map[uint64]int32 // index in states, by the hash of the id
	state []idState
	kinds map[Kind]Kind  // one string for each, as far as there are few
	moves map[int32]move // by index in states: where it was redirected from
	later []pendingRef   // to events that had not come yet
	lost  int            // further ones, which are not checked
}

// idState is what is remembered of an event.
type idState struct {
	line     int32
	closed   int32 // the line of its res or fail
	kind     Kind  // "" where there are too many kinds
	answered bool  // a req with res or fail, or whose socket or stream has messages
	moved    bool  // a req that was redirected
}

// pendingRef is a reference whose event has not come yet.
type pendingRef struct {
	line, offset int32
	key          string
	hash         uint64 // of the id
	id           string // its beginning
	by           Kind
}

// move is the from of a req.
type move struct {
	from   int32 // index in states
	offset int32 // of the key's value, in the line of the req
}

// maxLater bounds the references that wait for their event: events seldom refer to what comes behind them.
const maxLater = 100_000

func (r *references) init(c *checker) {
	r.c, r.seed = c, maphash.MakeSeed()
	r.ids, r.kinds, r.moves = make(map[uint64]int32), make(map[Kind]Kind), make(map[int32]move)
}

func (r *references) hash(id string) uint64 { return maphash.String(r.seed, id) }

// find returns the state of the event whose id has a hash, nil where there is none so far. It is valid until the next
// define.
func (r *references) find(hash uint64) *idState {
	if i, ok := r.ids[hash]; ok {
		return &r.state[i]
	}
	return nil
}

// define notes an event by its id.
func (r *references) define(b *brief, kind Kind) {
	id := unquote(b.id)
	if id == "" || kind == NoteKind {
		return
	}
	h := r.hash(id)
	if old := r.find(h); old != nil {
		r.c.at(r.c.keyAt("id"), SeverityError, CodeDuplicateID, "Give each event an id of its own.",
			"id %q is also that of line %d", clip(id, 80), old.line)
		return
	}
	one, ok := r.kinds[kind]
	if !ok && len(r.kinds) < maxDiagnostics && len(kind) <= 80 {
		r.kinds[kind], one = kind, kind
	}
	r.ids[h] = int32(len(r.state))
	r.state = append(r.state, idState{line: int32(r.c.n), kind: one})
}

// use checks a reference by the value of a key.
func (r *references) use(key, id string, by Kind) {
	if id == "" {
		return
	}
	h := r.hash(id)
	to := r.find(h)
	switch {
	case to != nil:
		r.check(r.c.n, func() int { return r.c.keyAt(key) }, key, id, by, to)
	case len(r.later) == maxLater:
		r.lost++
	default:
		r.later = append(r.later, pendingRef{int32(r.c.n), int32(r.c.keyAt(key)), key, h, strings.Clone(clip(id, 80)), by})
	}
}

// check checks a reference to an event that is there. The offset is asked for only where there is something to report.
func (r *references) check(line int, offset func() int, key, id string, by Kind, to *idState) {
	report := func(s Severity, code, hint, text string) {
		r.c.diags.add(Diagnostic{Line: line, Column: offset() + 1, Severity: s, Code: code, Message: text, Hint: hint})
	}
	id = clip(id, 80)
	if int(to.line) == line {
		report(SeverityError, CodeReference, "Remove it.", key+" refers to its own line")
		return
	}
	if (key == "of" || key == "from") && to.kind != Req {
		report(SeverityError, CodeReference, "Refer to the req.", key+" "+id+" is a "+cmp.Or(string(to.kind), "line of an unknown kind")+", not a req")
		return
	}
	switch {
	case key == "from":
		to.moved = true
		r.move(int32(line), to.line, offset)
	case key == "of" && (by == Res || by == Fail):
		if to.closed > 0 {
			report(SeverityError, CodeDoubleAnswer, "A req has one res or fail.",
				"req "+id+" was answered before, in line "+strconv.Itoa(int(to.closed)))
			return
		}
		to.closed = int32(line)
		to.answered = true
	case key == "of":
		to.answered = true
	}
}

// finish checks what waits for the end of the file.
func (r *references) finish() {
	for _, p := range r.later {
		to := r.find(p.hash)
		if to == nil {
			r.c.diags.add(Diagnostic{
				Line: int(p.line), Column: int(p.offset) + 1, Severity: SeverityError, Code: CodeDangling,
				Message: p.key + " refers to " + p.id + ", which is not there",
				Hint:    "Correct the id, or remove the key.",
			})
			continue
		}
		r.check(int(p.line), func() int { return int(p.offset) }, p.key, p.id, p.by, to)
		if p.by != NoteKind && int(p.line) < int(to.line) {
			r.c.diags.add(Diagnostic{
				Line: int(p.line), Column: int(p.offset) + 1, Severity: SeverityWarning, Code: CodeOrder,
				Message: "it stands before " + p.id + ", which it refers to by " + p.key,
				Hint:    "restep fmt -w sorts the file; where the times contradict, correct t.",
			})
		}
	}
	if r.lost > 0 {
		r.c.at(0, SeverityWarning, CodeMore, "Correct those above first.",
			"%d more references to lines that had not come are not checked", r.lost)
	}
	r.circles()
	r.unanswered()
}

// move notes that the req of a line was redirected from that of another one.
func (r *references) move(line, from int32, offset func() int) {
	to, ok := r.index(line)
	if at, found := r.index(from); ok && found {
		r.moves[to] = move{at, int32(offset())}
	}
}

// index returns the index in states of the event of a line; ok is false where the line has none of its own.
func (r *references) index(line int32) (i int32, ok bool) {
	n, ok := slices.BinarySearchFunc(r.state, line, func(s idState, line int32) int { return cmp.Compare(s.line, line) })
	return int32(n), ok
}

// circles reports requests that are redirected from each other, each circle once, at its first line.
func (r *references) circles() {
	walks := make(map[int32]int) // index in states -> the walk that came by
	walk := 0
	for start := range r.moves {
		walk++
		at := start
		for walks[at] == 0 {
			m, ok := r.moves[at]
			if !ok {
				break
			}
			walks[at], at = walk, m.from
		}
		if walks[at] != walk {
			continue
		}
		first := at
		for next := r.moves[at].from; next != at; next = r.moves[next].from {
			first = min(first, next)
		}
		r.c.diags.add(Diagnostic{
			Line: int(r.state[first].line), Column: int(r.moves[first].offset) + 1, Severity: SeverityError, Code: CodeReference,
			Message: "from leads back to its own line", Hint: "A redirect comes from a request that was made before.",
		})
	}
}

// unanswered reports requests that the recording has no answer for.
func (r *references) unanswered() {
	for _, s := range r.state { // in the order of the file
		if s.kind != Req || s.answered || s.moved {
			continue
		}
		r.c.diags.add(Diagnostic{
			Line: int(s.line), Column: 1, Severity: SeverityInfo, Code: CodeNoAnswer,
			Message: "no res or fail answers the request", Hint: "In a replay it stays pending.",
		})
	}
}
