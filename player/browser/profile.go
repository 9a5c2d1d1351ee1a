package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// InUseError means that another browser has the profile open, so that a second one would only open a window there.
type InUseError struct {
	Data string
	PID  int // 0 where it runs on another machine
	Host string
}

func (e *InUseError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("the profile %s is open in a browser on %s", e.Data, e.Host)
	}
	return fmt.Sprintf("the profile %s is open in a browser (process %d)", e.Data, e.PID)
}

// lockedBy looks for the lock of a running browser. On Linux and macOS it is a symbolic link SingletonLock to
// "host-pid"; see chrome/browser/process_singleton_posix.cc. A lock whose process has ended does not count.
func lockedBy(data string) error {
	if data == "" {
		return nil
	}
	to, err := os.Readlink(filepath.Join(data, "SingletonLock"))
	if err != nil {
		return nil
	}
	at := strings.LastIndexByte(to, '-')
	if at < 0 {
		return nil
	}
	host, err := os.Hostname()
	if err == nil && host != to[:at] {
		return &InUseError{Data: data, Host: to[:at]}
	}
	if pid, err := strconv.Atoi(to[at+1:]); err == nil && alive(pid) {
		return &InUseError{Data: data, PID: pid}
	}
	return nil
}
