package report

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf16"
)

// clean makes every text below a pointer safe to show: control characters, and those that turn the reading order
// (https://trojansource.codes), stand as JSON writes them, and what is no UTF-8 is a replacement character. Bytes are
// left alone.
func clean(v any) { cleanValue(reflect.ValueOf(v)) }

func cleanValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			cleanValue(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			cleanValue(v.Field(i))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			cleanValue(v.Index(i))
		}
	case reflect.String:
		v.SetString(visible(v.String()))
	}
}

// visible writes what would not show as a character. Line ends and tabs stay.
func visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	var b strings.Builder
	for _, r := range s { // a byte that is no UTF-8 is U+FFFD
		if !hidden(r) {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.String()
}

// hidden reports whether a character controls what is shown instead of being shown. The joiners that emoji and several
// scripts are written with do not.
func hidden(r rune) bool {
	switch r {
	case '\n', '\t', '\u200c', '\u200d':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
