package chrome

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
)

// remote is a Runtime.RemoteObject.
type remote struct {
	Type        string         `json:"type"`
	Subtype     string         `json:"subtype"`
	Class       string         `json:"className"`
	Value       jsontext.Value `json:"value"`
	Special     string         `json:"unserializableValue"`
	Description string         `json:"description"`
	ID          string         `json:"objectId"`
	Preview     *struct {
		Overflow   bool `json:"overflow"`
		Properties []struct {
			Name  string `json:"name"`
			Type  string `json:"type"`
			Value string `json:"value"`
		} `json:"properties"`
	} `json:"preview"`
}

type exception struct {
	Text      string  `json:"text"`
	Exception *remote `json:"exception"`
}

// objects is the group of the values that people look at; they are let go when the clock moves on.
const objects = "restep"

func thrown(e *exception) player.Value {
	v := player.Value{Thrown: true, Type: "error", Text: e.Text}
	if e.Exception != nil {
		v.Text, _, _ = strings.Cut(e.Exception.Description, "\n    at ")
		if v.Text == "" {
			v.Text = e.Text + " " + string(e.Exception.Value)
		}
	}
	return v
}

const textLimit = 256 // characters of a value's preview

func clip(s string) string {
	r := []rune(s)
	if len(r) > textLimit {
		return string(r[:textLimit-1]) + "…"
	}
	return s
}

func value(r *remote) player.Value {
	v := player.Value{Type: r.Type, Text: r.Description}
	switch {
	case r.ID != "":
		v.Handle, v.Type = r.ID, r.Class
		if r.Subtype == "array" || r.Subtype == "typedarray" {
			v.Items = arrayLength(r.Description)
		}
		if p := preview(r); p != "" {
			v.Text = p
		}
	case r.Special != "":
		v.Text = r.Special
	case r.Type == "undefined":
		v.Text = "undefined"
	case r.Type == "string":
		v.JSON, v.Text = r.Value, string(r.Value)
	default:
		v.JSON, v.Text = r.Value, string(r.Value)
		if r.Subtype == "null" {
			v.Type = "null"
		}
	}
	v.Text = clip(v.Text)
	return v
}

func arrayLength(description string) int {
	_, rest, ok := strings.Cut(description, "(")
	n, err := strconv.Atoi(strings.TrimSuffix(rest, ")"))
	if !ok || err != nil {
		return 0
	}
	return n
}

// preview writes an object as consoles do: Cart {total: 3, items: Array(2)}.
func preview(r *remote) string {
	if r.Preview == nil || r.Type == "function" || r.Subtype == "error" || r.Subtype == "node" {
		return ""
	}
	var parts []string
	for _, p := range r.Preview.Properties {
		val := p.Value
		if p.Type == "string" {
			val = strconv.Quote(val)
		}
		if r.Subtype == "array" {
			parts = append(parts, val)
		} else {
			parts = append(parts, p.Name+": "+val)
		}
	}
	if r.Preview.Overflow {
		parts = append(parts, "…")
	}
	list := strings.Join(parts, ", ")
	switch {
	case r.Subtype == "array":
		return fmt.Sprintf("(%d) [%s]", arrayLength(r.Description), list)
	case r.Class == "Object":
		return "{" + list + "}"
	}
	return r.Description + " {" + list + "}"
}

// Children implements [player.Page].
func (p *page) Children(ctx context.Context, handle string, start, count int) ([]player.Property, error) {
	t := p.shown()
	if t == nil {
		return nil, errors.New("no tab is open")
	}
	var r struct {
		Result []struct {
			Name       string  `json:"name"`
			Value      *remote `json:"value"`
			Enumerable bool    `json:"enumerable"`
			Own        bool    `json:"isOwn"`
			Get        *remote `json:"get"`
		} `json:"result"`
		Internal []struct {
			Name  string  `json:"name"`
			Value *remote `json:"value"`
		} `json:"internalProperties"`
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := t.session.Call(ctx, "Runtime.getProperties", params{
		"objectId": handle, "ownProperties": true, "generatePreview": true,
	}, &r); err != nil {
		return nil, err
	}
	var out []player.Property
	for _, q := range r.Result {
		switch {
		case q.Value != nil:
			out = append(out, player.Property{Name: q.Name, Value: value(q.Value)})
		case q.Get != nil && q.Get.Type != "undefined":
			out = append(out, player.Property{Name: q.Name, Value: player.Value{Type: "accessor", Text: "(…)"}})
		}
	}
	for _, q := range r.Internal {
		if q.Value != nil {
			out = append(out, player.Property{Name: "[[" + strings.Trim(q.Name, "[]") + "]]", Value: value(q.Value)})
		}
	}
	if start >= len(out) {
		return nil, nil
	}
	out = out[max(0, start):]
	if count > 0 && count < len(out) {
		out = out[:count]
	}
	return out, nil
}

// Hash implements [player.Page].
func (p *page) Hash(ctx context.Context) (string, error) {
	text, err := p.State(ctx)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:]), nil
}

// State is the text that Hash is the hash of, to see in what two states differ.
func (p *page) State(ctx context.Context) (string, error) {
	p.mu.Lock()
	tabs := append([]*tab(nil), p.tabs...)
	p.mu.Unlock()
	var b strings.Builder
	for _, t := range tabs {
		if t.open() != nil {
			continue
		}
		state, err := t.evaluate(ctx, "globalThis.__restep?.state?.() ?? location.href")
		if err != nil {
			return "", fmt.Errorf("state of the page: %w", err)
		}
		fmt.Fprintf(&b, "%s\n\n", state)
	}
	var c struct {
		Cookies []struct {
			Name, Value, Domain, Path string
		} `json:"cookies"`
	}
	if err := p.proc.Root().Call(ctx, "Storage.getCookies", params{"browserContextId": p.context.ID}, &c); err != nil {
		return "", fmt.Errorf("cookies of the page: %w", err)
	}
	lines := make([]string, len(c.Cookies))
	for i, k := range c.Cookies {
		lines[i] = fmt.Sprintf("%q %q %q %q", k.Domain, k.Path, k.Name, k.Value)
	}
	slices.Sort(lines)
	fmt.Fprintln(&b, strings.Join(lines, "\n"))
	return b.String(), nil
}

// Screenshot implements [player.Page].
func (p *page) Screenshot(ctx context.Context) ([]byte, error) {
	t := p.shown()
	if t == nil {
		return nil, errors.New("no tab is open")
	}
	var r struct {
		Data []byte `json:"data"`
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := t.session.Call(ctx, "Page.captureScreenshot", params{"format": "png"}, &r); err != nil {
		return nil, fmt.Errorf("screenshot: %w", err)
	}
	return r.Data, nil
}
