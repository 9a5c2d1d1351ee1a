package sourcemap

import "strings"

// Original finds the place that a position in the script was made of. Lines count from 1 and columns from 0, as stacks and
// maps have them; source is the index in Sources. The nearest mapping on the line at or before the column counts.
func (m *Map) Original(line, column int) (source, sourceLine int, ok bool) {
	for i := len(m.parts) - 1; i >= 0; i-- {
		p := &m.parts[i]
		if l := line - 1 - p.line; l > 0 || l == 0 && column >= p.column {
			if l == 0 {
				column -= p.column
			}
			source, sourceLine, ok = original(p.mappings, l, column)
			source += p.first
			return source, sourceLine + 1, ok && source < len(m.Sources)
		}
	}
	return 0, 0, false
}

// original walks the mappings up to a line, from 0: fields go on from one line to the next, but for the column.
func original(mappings string, line, column int) (source, sourceLine int, ok bool) {
	var at [4]int // column, source, line and column in it
	for n := 0; n <= line; n++ {
		segments, rest, more := strings.Cut(mappings, ";")
		at[0] = 0
		for segments != "" {
			var segment string
			segment, segments, _ = strings.Cut(segments, ",")
			count := read(segment, &at)
			if n == line && at[0] > column {
				return source, sourceLine, ok
			}
			if n == line && count > 0 {
				source, sourceLine, ok = at[1], at[2], count >= 4 && at[1] >= 0
			}
		}
		if !more {
			break
		}
		mappings = rest
	}
	return source, sourceLine, ok
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// read adds the fields of a segment, numbers in base 64 VLQ, and returns how many there are; a name, the fifth, is dropped.
func read(segment string, at *[4]int) int {
	field, value, shift := 0, 0, 0
	for i := range len(segment) {
		d := strings.IndexByte(digits, segment[i])
		if d < 0 || shift > 30 {
			return 0
		}
		value += d & 31 << shift
		if shift += 5; d&32 != 0 {
			continue
		}
		if field < len(at) {
			if value&1 != 0 {
				at[field] -= value >> 1
			} else {
				at[field] += value >> 1
			}
		}
		field, value, shift = field+1, 0, 0
	}
	return field
}
