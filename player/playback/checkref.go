package playback

import (
	"cmp"
	"slices"
	"strconv"
)

// references checks that ids are unique and that what is referred to is there and of the right kind.
type references struct {
	c     *checker
	ids   map[string]*idState
	later []pendingRef // to events that had not come yet
}

// idState is what is remembered of an event.
type idState struct {
	line     int32
	kind     Kind
	answered bool  // a req with res or fail, or whose socket or stream has messages
	closed   int32 // the line of its res or fail
	moved    bool  // a req that was redirected
}

// pendingRef is a reference whose event has not come yet.
type pendingRef struct {
	line, offset int32
	key, id      string
	by           Kind
}

func (r *references) init(c *checker) {
	r.c = c
	r.ids = make(map[string]*idState)
}

// define notes an event by its id.
func (r *references) define(b *brief, kind Kind) {
	id := unquote(b.id)
	if id == "" || kind == NoteKind {
		return
	}
	if old := r.ids[id]; old != nil {
		r.c.at(r.c.keyAt("id"), SeverityError, CodeDuplicateID, "Give each event an id of its own.",
			"id %q is also that of line %d", clip(id, 80), old.line)
		return
	}
	r.ids[id] = &idState{line: int32(r.c.n), kind: kind}
}

// use checks a reference by the value of a key.
func (r *references) use(key, id string, by Kind) {
	if id == "" {
		return
	}
	to := r.ids[id]
	if to == nil {
		r.later = append(r.later, pendingRef{int32(r.c.n), int32(r.c.keyAt(key)), key, id, by})
		return
	}
	r.check(r.c.n, func() int { return r.c.keyAt(key) }, key, id, by, to)
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
		report(SeverityError, CodeReference, "Refer to the req.", key+" "+id+" is a "+string(to.kind)+", not a req")
		return
	}
	switch {
	case key == "from":
		to.moved = true
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
		to := r.ids[p.id]
		if to == nil {
			r.c.diags.add(Diagnostic{
				Line: int(p.line), Column: int(p.offset) + 1, Severity: SeverityError, Code: CodeDangling,
				Message: p.key + " refers to " + clip(p.id, 80) + ", which is not there",
				Hint:    "Correct the id, or remove the key.",
			})
			continue
		}
		r.check(int(p.line), func() int { return int(p.offset) }, p.key, p.id, p.by, to)
		if p.by != NoteKind && int(p.line) < int(to.line) {
			r.c.diags.add(Diagnostic{
				Line: int(p.line), Column: int(p.offset) + 1, Severity: SeverityWarning, Code: CodeOrder,
				Message: "it stands before " + clip(p.id, 80) + ", which it refers to by " + p.key,
				Hint:    "restep fmt -w sorts the file; where the times contradict, correct t.",
			})
		}
	}
	r.unanswered()
}

// unanswered reports requests that the recording has no answer for.
func (r *references) unanswered() {
	var lines []int32
	for _, s := range r.ids {
		if s.kind == Req && !s.answered && !s.moved {
			lines = append(lines, s.line)
		}
	}
	slices.SortFunc(lines, cmp.Compare[int32])
	for _, line := range lines {
		r.c.diags.add(Diagnostic{
			Line: int(line), Column: 1, Severity: SeverityInfo, Code: CodeNoAnswer,
			Message: "no res or fail answers the request", Hint: "In a replay it stays pending.",
		})
	}
}
