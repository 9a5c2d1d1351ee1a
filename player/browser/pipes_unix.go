//go:build !windows

package browser

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// attach gives the browser its ends: it reads commands from file descriptor 3 and writes to 4.
func (p *pipes) attach(cmd *exec.Cmd) error {
	cmd.ExtraFiles = []*os.File{p.childIn, p.childOut}
	return nil
}

// alive reports whether a process with the id exists.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// killGroup kills the browser's children, which are in its process group.
func killGroup(cmd *exec.Cmd) {
	if cmd.SysProcAttr != nil && cmd.SysProcAttr.Setpgid {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
