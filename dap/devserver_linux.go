package dap

import (
	"os/exec"
	"syscall"
)

// dieWithThread has the kernel kill a command when the thread that started it ends, and so when this process is killed
// (prctl(2), PR_SET_PDEATHSIG). It reaches what the command became, not what that started: the rest is the leash's.
func dieWithThread(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }
