//go:build !linux

package dap

import "os/exec"

// dieWithThread does nothing: other systems have no such signal.
func dieWithThread(*exec.Cmd) {}
