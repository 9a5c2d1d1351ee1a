package dap

import (
	"os/exec"
	"strconv"
)

func shell(line string) *exec.Cmd { return exec.Command("cmd", "/C", line) }

func ownGroup(*exec.Cmd) {}

// endGroup does nothing: Windows has no polite signal for a process without a console.
func endGroup(int) {}

func killGroup(pid int) {
	exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(pid)).Run() // it may be gone
}

// leash does nothing on Windows: a server outlives an adapter that is killed there.
type leash struct{}

func newLeash(int) (*leash, error) { return &leash{}, nil }

func (*leash) off() {}
