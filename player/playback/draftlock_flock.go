//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package playback

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// lockFile locks a file until it is closed or its process ends, however that ends (flock(2)). A file system that knows
// no locks is none's fault: there it does nothing.
func lockFile(file *os.File, name string) error {
	// A process that this one is just starting has the file for a moment, too, until its program runs.
	for range 50 {
		if !errors.Is(syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK) {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return &InUseError{Name: name}
}

// lockName locks the file that has a name until the function that it returns is called. Where there is none, or it
// cannot be read, there is nothing to lock.
func lockName(name string) (release func(), err error) {
	nothing := func() {}
	if s, err := os.Stat(name); err != nil || !s.Mode().IsRegular() {
		return nothing, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nothing, nil
	}
	if err := lockFile(file, name); err != nil {
		return nothing, errors.Join(err, file.Close())
	}
	return func() { file.Close() }, nil
}
