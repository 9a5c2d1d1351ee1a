package browser

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel kill the browser when the thread that started it ends, and puts it and its children
// into a process group of their own.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
