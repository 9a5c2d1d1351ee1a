package playertest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// undefined is JavaScript's undefined.
type undefined struct{}

// evaluator evaluates one expression by recursive descent.
type evaluator struct {
	scan   []string
	scope  map[string]any
	assign string // the name that is assigned to
}

// scan splits an expression into names, numbers, strings (with their opening quote) and operators.
func scan(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		c := rune(s[i])
		j := i + 1
		switch {
		case unicode.IsSpace(c):
			i++
			continue
		case c == '"' || c == '\'' || c == '`':
			for j < len(s) && s[j] != s[i] {
				j++
			}
			out = append(out, s[i:j])
			i = min(j+1, len(s))
			continue
		case unicode.IsLetter(c) || c == '_' || c == '$' || unicode.IsDigit(c):
			for j < len(s) && (unicode.IsLetter(rune(s[j])) || unicode.IsDigit(rune(s[j])) || s[j] == '_' || s[j] == '$' ||
				unicode.IsDigit(c) && s[j] == '.') {
				j++
			}
		default:
			for _, op := range []string{"===", "!==", "==", "!=", "<=", ">=", "&&", "||", "?."} {
				if strings.HasPrefix(s[i:], op) {
					j = i + len(op)
					break
				}
			}
		}
		out = append(out, s[i:j])
		i = j
	}
	return out
}

func (e *evaluator) peek() string {
	if len(e.scan) == 0 {
		return ""
	}
	return e.scan[0]
}

func (e *evaluator) take() string {
	t := e.peek()
	if t != "" {
		e.scan = e.scan[1:]
	}
	return t
}

func (e *evaluator) run() (any, error) {
	if len(e.scan) > 2 && e.scan[1] == "=" {
		e.assign = e.take()
		e.take()
	}
	v, err := e.binary(0)
	if err == nil && len(e.scan) > 0 {
		err = fmt.Errorf("SyntaxError: Unexpected token %q", e.peek())
	}
	return v, err
}

// levels are the binary operators, loosest first.
var levels = [...][]string{{"||"}, {"&&"}, {"==", "===", "!=", "!=="}, {"<", "<=", ">", ">="}, {"+", "-"}}

func (e *evaluator) binary(level int) (any, error) {
	if level == len(levels) {
		return e.unary()
	}
	left, err := e.binary(level + 1)
	for err == nil {
		op := ""
		for _, x := range levels[level] {
			if x == e.peek() {
				op = e.take()
			}
		}
		if op == "" {
			break
		}
		var right any
		if right, err = e.binary(level + 1); err == nil {
			left = apply(op, left, right)
		}
	}
	return left, err
}

func apply(op string, a, b any) any {
	switch op {
	case "||":
		if truth(a) {
			return a
		}
		return b
	case "&&":
		if !truth(a) {
			return a
		}
		return b
	case "==", "===":
		return same(a, b)
	case "!=", "!==":
		return !same(a, b)
	}
	x, okX := a.(float64)
	y, okY := b.(float64)
	if op == "+" && !(okX && okY) {
		return str(a) + str(b)
	}
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "<":
		return okX && okY && x < y
	case "<=":
		return okX && okY && x <= y
	case ">":
		return okX && okY && x > y
	}
	return okX && okY && x >= y
}

func (e *evaluator) unary() (any, error) {
	switch t := e.take(); {
	case t == "":
		return nil, errors.New("SyntaxError: Unexpected end of input")
	case t == "!":
		v, err := e.unary()
		return !truth(v), err
	case t == "(":
		v, err := e.binary(0)
		if err == nil && e.take() != ")" {
			err = errors.New("SyntaxError: missing )")
		}
		return v, err
	case strings.ContainsRune("\"'`", rune(t[0])):
		return t[1:], nil
	case unicode.IsDigit(rune(t[0])):
		n, err := strconv.ParseFloat(t, 64)
		return n, err
	default:
		return e.name(t)
	}
}

// name evaluates a name with its members.
func (e *evaluator) name(t string) (any, error) {
	var v any
	switch t {
	case "true", "false":
		v = t == "true"
	case "null":
	case "undefined":
		v = undefined{}
	default:
		var ok bool
		if v, ok = e.scope[t]; !ok {
			return nil, fmt.Errorf("ReferenceError: %s is not defined", t)
		}
	}
	for e.peek() == "." || e.peek() == "?." || e.peek() == "[" {
		op := e.take()
		key := e.take()
		if op == "[" {
			key = strings.TrimLeft(key, "\"'`")
			e.take() // ]
		}
		if v == nil || v == (undefined{}) {
			if op == "?." {
				return undefined{}, nil
			}
			return nil, fmt.Errorf("TypeError: Cannot read properties of %s (reading '%s')", str(v), key)
		}
		v = member(v, key)
	}
	if n, ok := v.(int); ok {
		return float64(n), nil
	}
	return v, nil
}

func member(v any, key string) any {
	switch v := v.(type) {
	case map[string]any:
		if x, ok := v[key]; ok {
			return x
		}
	case []any:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(v) {
			return v[i]
		}
		if key == "length" {
			return float64(len(v))
		}
	case string:
		if key == "length" {
			return float64(len(v))
		}
	}
	return undefined{}
}

func truth(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0
	case int:
		return v != 0
	}
	return true
}

func same(a, b any) bool {
	if _, ok := a.(undefined); ok {
		a = nil
	}
	if _, ok := b.(undefined); ok {
		b = nil
	}
	switch a.(type) {
	case map[string]any, []any:
		return false // different objects
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b
}

func str(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case undefined:
		return "undefined"
	case string:
		return v
	}
	return fmt.Sprint(v)
}
