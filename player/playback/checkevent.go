package playback

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// event checks a line of the right shape.
func (c *checker) event(b *brief, kind Kind, known bool) {
	if !known {
		if !c.kinds[kind] && len(c.kinds) < maxDiagnostics {
			c.kinds[kind] = true
			c.at(c.keyAt("ev"), SeverityInfo, CodeUnknownKind, "", "kind %q is not known; its lines are kept", clip(string(kind), 80))
		}
	}
	c.refs.define(b, kind)
	e, err := decodeEvent(c.line)
	if err != nil {
		c.undecodable(err)
		return
	}
	c.refs.use("of", e.Of, kind)
	c.refs.use("cause", e.Cause, kind)
	c.refs.use("from", e.From, kind)
	c.refs.use("on", e.On.Ref, kind)
	for name := range e.Headers {
		if strings.ToLower(name) != name {
			c.at(c.keyAt("headers", name), SeverityWarning, CodeHeaderName, "Write header names in lower case.", "header %q", clip(name, 80))
		}
	}
	c.body(e.Body, "body")
	for i := range e.Files {
		c.body(e.Files[i].Body, "files", strconv.Itoa(i), "body")
	}
}

// undecodable reports a line that the schema allows but that does not decode, such as a number out of range.
func (c *checker) undecodable(err error) {
	offset, text := decodeProblem(err)
	c.at(offset, SeverityError, CodeSchema, "See docs/playback-format.md.", "%v", text)
}

// body checks the content at a path of the line.
func (c *checker) body(b *Body, path ...string) {
	if b == nil {
		return
	}
	forms := 0
	for _, has := range [...]bool{b.JSON != nil, b.Text != nil, b.Base64 != nil, b.Ref != "", b.Missing != ""} {
		if has {
			forms++
		}
	}
	if forms > 1 {
		c.at(c.keyAt(path...), SeverityError, CodeBody, "Keep one of json, text, base64, $ref and $missing.", "the body has %d forms", forms)
		return
	}
	switch {
	case b.Missing != "":
		c.at(c.keyAt(path...), SeverityInfo, CodeHole, "It plays from fill in the launch configuration, else as a generated value.",
			"content is missing: %s", clip(b.Missing, 80))
	case b.JSON != nil:
		c.jsonBody(b.JSON, path)
	case b.Text != nil:
		c.inlineSize(len(*b.Text), path)
	case b.Base64 != nil:
		data, err := base64.StdEncoding.DecodeString(*b.Base64)
		if err != nil {
			c.at(c.keyAt(append(path, "base64")...), SeverityError, CodeBody, "Use the standard alphabet with padding.", "base64: %v", err)
			return
		}
		c.inlineSize(len(data), path)
	case b.Ref != "":
		c.blobs.claim(b)
	}
}

func (c *checker) inlineSize(size int, path []string) {
	if size > InlineMax {
		c.at(c.keyAt(path...), SeverityWarning, CodeBody, "Store it as a blob.", "the body has %d bytes; up to %d stand in the line", size, InlineMax)
	}
}

// jsonBody checks that the JSON form gives back the exact bytes in every language.
func (c *checker) jsonBody(v jsontext.Value, path []string) {
	c.inlineSize(len(v), path)
	at := append(path[:len(path):len(path)], "json")
	if key, found := singleDollar(v); found {
		c.at(c.keyAt(at...), SeverityWarning, CodeBody, "Write it as $$…, since keys that begin with $ belong to the format.",
			"recorded key %q begins with one $", clip(key, 80))
	}
	compact, err := jsontext.AppendFormat(nil, v)
	if err == nil && !canonicalNumbers(compact) {
		c.at(c.keyAt(at...), SeverityWarning, CodeBody, "Store it as text.",
			"a number here does not survive every JSON library; the bytes of the body may not come back")
	}
}

// canonicalNumbers reports whether every number is written as all libraries write it.
func canonicalNumbers(compact []byte) bool {
	out, err := jsontext.AppendFormat(nil, compact, jsontext.CanonicalizeRawInts(true), jsontext.CanonicalizeRawFloats(true))
	return err == nil && bytes.Equal(out, compact)
}

// singleDollar returns a key of recorded JSON that begins with one $.
func singleDollar(v jsontext.Value) (string, bool) {
	if !bytes.Contains(v, []byte(`"$`)) {
		return "", false
	}
	errFound := errors.New("found")
	var found string
	_, err := mapKeys(v, func(key string) (string, error) {
		if !strings.HasPrefix(key, "$$") {
			found = key
			return "", errFound
		}
		return key, nil
	})
	return found, errors.Is(err, errFound)
}

// note checks a note of the right shape.
func (c *checker) note() {
	var n Note
	if err := json.Unmarshal(c.line, &n); err != nil {
		c.undecodable(err)
		return
	}
	c.refs.use("on", n.On, NoteKind)
	if line, twice := c.notes[n.ID]; twice {
		c.at(c.keyAt("id"), SeverityWarning, CodeDuplicateNote, "restep fmt -w keeps the highest rev.",
			"line %d is a state of the same note", line)
		return
	}
	c.notes[n.ID] = c.n
}
