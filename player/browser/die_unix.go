//go:build !linux && !windows

package browser

import (
	"os/exec"
	"syscall"
)

// dieWithParent: without a parent-death signal the browser ends when its pipe is closed.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
