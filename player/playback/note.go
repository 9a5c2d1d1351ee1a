package playback

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Note is the current state of one comment by a person, anchored to an event, to a range of code, or to both. Merging
// two files keeps the higher Rev.
type Note struct {
	Kind    Kind      `json:"ev"` // [NoteKind]; set by the writer
	ID      string    `json:"id"`
	Thread  string    `json:"thread,omitzero"` // id of the note that began the conversation: its own for the first
	Rev     int       `json:"rev,omitzero"`    // counts the states of the note from 1
	State   NoteState `json:"state,omitzero"`
	On      string    `json:"on,omitzero"` // id of an event
	Author  string    `json:"author,omitzero"`
	Created time.Time `json:"created,omitzero"`
	Text    string    `json:"text,omitzero"`
	Code    *Code     `json:"code,omitzero"`

	Extra jsontext.Value `json:",unknown"`
}

// NoteState says where a conversation stands.
type NoteState string

// The states of a note.
const (
	NoteOpen     NoteState = "open"
	NoteResolved NoteState = "resolved"
	NoteDeleted  NoteState = "deleted"
)

// Code is a range of source code as it was when the note was written, with enough around it to find it again.
type Code struct {
	Commit string     `json:"commit,omitzero"` // Git commit
	Path   string     `json:"path,omitzero"`   // from the root of the repository, with /
	Blob   string     `json:"blob,omitzero"`   // Git blob hash of the file
	Range  *CodeRange `json:"range,omitzero"`
	Exact  string     `json:"exact,omitzero"`  // the text of the range
	Prefix string     `json:"prefix,omitzero"` // the text before it, some lines
	Suffix string     `json:"suffix,omitzero"` // the text behind it

	Extra jsontext.Value `json:",unknown"`
}

// CodeRange is start line, start column, end line, end column. Lines count from 1, columns from 1 in bytes; the end is
// exclusive.
type CodeRange [4]int
