package browser

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// attach passes the browser's ends as inheritable handles, which it takes from a flag.
func (p *pipes) attach(cmd *exec.Cmd) error {
	for _, f := range []*os.File{p.fromBrowser, p.toBrowser} {
		if err := syscall.SetHandleInformation(syscall.Handle(f.Fd()), syscall.HANDLE_FLAG_INHERIT, 0); err != nil {
			return fmt.Errorf("make a pipe private: %w", err)
		}
	}
	r, w := syscall.Handle(p.childIn.Fd()), syscall.Handle(p.childOut.Fd())
	cmd.SysProcAttr = &syscall.SysProcAttr{AdditionalInheritedHandles: []syscall.Handle{r, w}}
	cmd.Args = append([]string{cmd.Args[0], fmt.Sprintf("--remote-debugging-io-pipes=%d,%d", r, w)}, cmd.Args[1:]...)
	return nil
}

// dieWithParent: the browser ends by itself when its pipe is closed, as it is when this process ends.
func dieWithParent(*exec.Cmd) {}

func killGroup(*exec.Cmd) {}

// alive reports whether a process with the id exists.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	p.Release()
	return true
}
