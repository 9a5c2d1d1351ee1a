package browser

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Memory is the memory in bytes that the browser's processes take: what they share is counted once (the sum of their
// proportional set sizes, proc(5)). 0: not known. It takes some milliseconds.
func (b *Browser) Memory() int64 {
	if b.PID() == 0 {
		return 0
	}
	group := strconv.Itoa(b.PID())
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the only error is a bad pattern
	total := int64(0)
	for _, name := range stats {
		if processGroup(name) == group {
			total += proportional(filepath.Join(filepath.Dir(name), "smaps_rollup"))
		}
	}
	return total
}

// processGroup is the process group in a stat file, whose second field, the name in brackets, may hold anything; "" where
// the process has ended.
func processGroup(name string) string {
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) < 3 {
		return ""
	}
	return fields[2] // state, parent, group
}

// proportional is the Pss line of a smaps_rollup file, in bytes.
func proportional(name string) int64 {
	data, err := os.ReadFile(name)
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(data, []byte("\nPss:"))
	var kb int64
	if _, err := fmt.Sscan(string(rest), &kb); err != nil {
		return 0
	}
	return kb << 10
}
