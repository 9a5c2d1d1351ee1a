package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// rulesError is an error of a file of rules in words for who wrote it, with the key that is wrong.
func rulesError(name string, err error) error {
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%s: it is not complete JSON", name)
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return fmt.Errorf("%s: %q stands twice", name, syntax.JSONPointer.LastToken())
	case errors.As(err, &syntax):
		return fmt.Errorf("%s: it is no JSON after byte %d", name, syntax.ByteOffset)
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &semantic):
		return fmt.Errorf("%s: there is no key %q; the keys are css, headers and json", name, semantic.JSONPointer.LastToken())
	case errors.As(err, &semantic):
		return fmt.Errorf("%s: %s", name, rulesType(semantic))
	}
	return err
}

// rulesForm is the hint for a file of rules that is none.
const rulesForm = `It looks like {"css": [".customer"], "headers": ["x-user"], "json": ["user.name"]}`

// rulesType says which value is of the wrong type.
func rulesType(err *json.SemanticError) string {
	where, want := []string{"it", "%q", "%q, item %d,"}, []string{"an object", "a list of texts", "a text"}
	var path []any
	for word := range err.JSONPointer.Tokens() {
		if n, fail := strconv.Atoi(word); fail == nil && len(path) == 1 {
			path = append(path, n+1)
		} else {
			path = append(path, word)
		}
	}
	depth := min(len(path), 2)
	return fmt.Sprintf(where[depth], path[:depth]...) + " is " + playback.JSONKind(err.JSONKind) + " and must be " + want[depth]
}
