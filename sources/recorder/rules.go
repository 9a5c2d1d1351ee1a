package recorder

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// Rules say what is secret in an app besides what is found everywhere: the content of the file that `restep record
// --mask` takes.
type Rules struct {
	CSS     []string `json:"css"`     // elements whose texts are secret, such as ".customer"
	Headers []string `json:"headers"` // names of headers
	// JSON are places in the content of messages: names from the outermost object, with [] for any item of an array and
	// * for any name: "user.name", "items[].iban".
	JSON []string `json:"json"`
}

// ReadRules reads a file of rules. It is JSON; unknown keys are errors, since a rule that is misspelt hides nothing.
func ReadRules(name string) (Rules, error) {
	var r Rules
	f, err := os.Open(name)
	if err != nil {
		return r, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err == nil {
		err = json.Unmarshal(data, &r, json.RejectUnknownMembers(true))
	}
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	for _, css := range r.CSS {
		if strings.TrimSpace(css) == "" { // whether others are selectors, only a browser knows: see selectors
			return r, fmt.Errorf("%s: css: an empty selector", name)
		}
	}
	for i := range r.Headers {
		r.Headers[i] = strings.ToLower(r.Headers[i])
	}
	return r, nil
}

// rules masks what the rules name.
func (k *masking) rules(e *playback.Event, data []byte) []byte {
	for _, name := range k.named.Headers {
		for i, v := range e.Headers[name] {
			e.Headers[name][i] = k.secret(v)
			note(e, "headers."+name)
		}
	}
	if len(k.named.JSON) == 0 || len(data) == 0 || data[0] != '{' && data[0] != '[' {
		return data
	}
	out, places, err := k.places(data)
	if err != nil || len(places) == 0 {
		return data // no JSON
	}
	for _, p := range places {
		note(e, "body."+p)
	}
	return out
}

// places masks the values that the rules name in JSON, and returns their places.
func (k *masking) places(data []byte) ([]byte, []string, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	var out bytes.Buffer
	last := 0
	var found []string
	for {
		if dec.StackDepth() == 0 && dec.InputOffset() > 0 {
			break
		}
		kind, n := dec.StackIndex(dec.StackDepth())
		isKey := kind == '{' && n%2 == 0
		tok, err := dec.ReadToken()
		if err != nil {
			return nil, nil, err
		}
		if isKey || tok.Kind() != '"' && tok.Kind() != '0' {
			continue
		}
		at := jsonPlace(dec)
		if !k.hides(at) {
			continue
		}
		end := int(dec.InputOffset())
		var text string
		if text = tok.String(); tok.Kind() == '0' {
			out.Write(data[last : end-len(text)])
			out.WriteString(k.secret(text)) // digits become digits, and none becomes a leading 0
		} else {
			quoted, err := jsontext.AppendQuote(nil, k.secret(text))
			if err != nil {
				return nil, nil, err
			}
			out.Write(data[last:lastQuote(data[:end])])
			out.Write(quoted)
		}
		last = end
		found = append(found, at)
	}
	out.Write(data[last:])
	return out.Bytes(), found, nil
}

// lastQuote returns where the string that ends the data begins.
func lastQuote(data []byte) int {
	for i := len(data) - 2; i >= 0; i-- {
		if data[i] != '"' {
			continue
		}
		slashes := 0
		for i-1-slashes >= 0 && data[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return 0
}

// jsonPlace writes the place of the value that was just read as rules do.
func jsonPlace(dec *jsontext.Decoder) string {
	var b strings.Builder
	depth := 0
	for word := range dec.StackPointer().Tokens() {
		depth++
		if kind, _ := dec.StackIndex(depth); kind == '[' { // names of members may be numbers, too
			b.WriteString("[]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(word)
	}
	return b.String()
}

// hides reports whether a rule names a place.
func (k *masking) hides(at string) bool {
	for _, rule := range k.named.JSON {
		if rule == at || strings.Contains(rule, "*") && alike(strings.Split(rule, "."), strings.Split(at, ".")) {
			return true
		}
	}
	return false
}

// alike compares paths in which * stands for any name.
func alike(rule, at []string) bool {
	if len(rule) != len(at) {
		return false
	}
	for i := range rule {
		if rule[i] != "*" && rule[i] != at[i] {
			return false
		}
	}
	return true
}

// SelectorError is a rule for elements that the browser takes for no selector, so that it would hide nothing.
type SelectorError struct{ CSS string }

func (e *SelectorError) Error() string { return fmt.Sprintf("css: %q is no selector", e.CSS) }

// selectors has the browser read the rules for elements, in the empty document that a tab begins with.
func (r Rules) selectors(ctx context.Context, t *tab) error {
	if len(r.CSS) == 0 {
		return nil
	}
	list, err := json.Marshal(r.CSS, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return err
	}
	at := -1
	const wrong = `.findIndex((css) => { try { new DocumentFragment().querySelector(css); } catch { return true; } }))`
	if err := t.ask(ctx, "String("+string(list)+wrong, &at); err != nil {
		return fmt.Errorf("read the rules: %w", err)
	}
	if at >= 0 && at < len(r.CSS) {
		return &SelectorError{r.CSS[at]}
	}
	return nil
}
