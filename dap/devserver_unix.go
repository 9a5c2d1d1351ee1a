//go:build unix

package dap

import (
	"io"
	"os/exec"
	"strconv"
	"syscall"
)

// shell runs a command line.
func shell(line string) *exec.Cmd { return exec.Command("/bin/sh", "-c", line) }

// ownGroup puts a command into a process group of its own, so that it can be ended with all that it starts.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup asks a process group to end, killGroup ends it. One that is gone is no error.
func endGroup(pid int)  { syscall.Kill(-pid, syscall.SIGTERM) }
func killGroup(pid int) { syscall.Kill(-pid, syscall.SIGKILL) }

// leash is a process that ends a group when this one is gone, however it went: it waits for the end of a pipe that only
// this process holds. A signal at the death of the parent would reach the shell but not what it started.
type leash struct {
	cmd *exec.Cmd
	end io.WriteCloser
}

func newLeash(group int) (*leash, error) {
	l := &leash{cmd: exec.Command("/bin/sh", "-c", `read -r word; [ "$word" = off ] || kill -s KILL -- "-$0"`, strconv.Itoa(group))}
	ownGroup(l.cmd) // a Ctrl-C in a terminal must not end it first
	var err error
	if l.end, err = l.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return l, l.cmd.Start()
}

// off lets go: the group has ended.
func (l *leash) off() {
	io.WriteString(l.end, "off\n") // it may be gone
	l.end.Close()
	l.cmd.Wait() // its status says nothing
}
