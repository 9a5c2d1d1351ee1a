package playback

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrNotPlayback is wrapped by the error for a file whose first line is no playback header.
var ErrNotPlayback = errors.New("not a playback file")

// ErrVersion is wrapped by the error for a file of a format that is newer than [Version].
var ErrVersion = errors.New("newer playback format")

// LineError is something wrong in one line of a file.
type LineError struct {
	Name   string // of the file
	Line   int    // from 1
	Column int    // in bytes from 1; 0: the whole line
	Err    error
	Hint   string // what to do next; may be empty
}

// Error is "file:line:column: message".
func (e *LineError) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("%s:%d: %v", e.Name, e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.Name, e.Line, e.Column, e.Err)
}

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }

// MissingError is the error of content that is not there: a hole, or a reference to a blob that cannot be found.
type MissingError struct {
	Reason string // as [Body.Missing]
	Size   int64  // bytes, 0 where unknown
	Type   string // media type, empty where unknown
}

func (e *MissingError) Error() string { return "content is missing: " + e.Reason }

// TooLongError refuses an event or note whose line nobody could read, see [MaxLine].
type TooLongError struct {
	What string // "event e7", "note 01JE…"
	Size int    // bytes that the line would have
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("write %s: its line would have %d bytes; %d are allowed", e.What, e.Size, MaxLine)
}

// decodeError turns an error of the JSON decoder into one with a position.
func decodeError(name string, line int, err error) error {
	offset, text := decodeProblem(err)
	return &LineError{
		Name: name, Line: line, Column: offset + 1, Err: text,
		Hint: "Run restep check on the file for everything that is wrong with it.",
	}
}

// decodeProblem returns the byte offset, from 0, and the plain message of an error of the JSON decoder.
func decodeProblem(err error) (int, error) {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return int(syntax.ByteOffset), fmt.Errorf("key %q stands twice in one object", syntax.JSONPointer.LastToken())
		}
		return int(syntax.ByteOffset), syntax.Err
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		text := fmt.Sprintf("%s has the wrong type (%v)", pointerName(semantic.JSONPointer), semantic.JSONKind)
		if semantic.Err != nil {
			text = fmt.Sprintf("%s: %v", pointerName(semantic.JSONPointer), semantic.Err)
		}
		return int(semantic.ByteOffset), errors.New(text)
	}
	return 0, err
}

// pointerName writes a JSON pointer as people write paths: on.css, files[0].name.
func pointerName(p jsontext.Pointer) string {
	name := ""
	for tok := range p.Tokens() {
		switch {
		case tok != "" && tok[0] >= '0' && tok[0] <= '9':
			name += "[" + tok + "]"
		case name == "":
			name = tok
		default:
			name += "." + tok
		}
	}
	if name == "" {
		return "the line"
	}
	return name
}

// JSONKind names what a JSON value is, for messages: "an object", "null".
func JSONKind(k jsontext.Kind) string {
	switch k {
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 'n':
		return "null"
	}
	return "true or false"
}
