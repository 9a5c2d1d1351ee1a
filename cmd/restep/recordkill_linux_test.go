package main

import (
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"restep/player/playback"
)

// killed is how many recordings are killed, and atOnce how many of them run beside each other.
const (
	killed = 50
	atOnce = 5
)

// TestRecordIsKilled kills recordings of a busy app at moments of no pattern, from the first request on. What they leave
// must read, with at most its last line lost, and all that it refers to be there; no process is left.
func TestRecordIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: starts 50 browsers")
	}
	moments := make(chan time.Duration, killed)
	random := rand.New(rand.NewPCG(1, 2))
	for range killed {
		moments <- time.Duration(random.IntN(400_000)) * time.Microsecond
	}
	close(moments)
	var victims [atOnce]*victim
	for i := range victims {
		victims[i] = newVictim(t)
	}
	t.Setenv(maskKeyEnv, "a key of this test")
	var work sync.WaitGroup
	var mu sync.Mutex
	lines, torn := 0, 0
	for _, v := range victims {
		work.Go(func() {
			for at := range moments {
				n, half := v.killRecording(at)
				mu.Lock()
				lines += n
				if half {
					torn++
				}
				mu.Unlock()
			}
		})
	}
	work.Wait()
	t.Logf("%d recordings left %d lines; %d had a torn last line", killed, lines, torn)
	if lines < killed*3 {
		t.Errorf("%d recordings left %d lines: they were killed before anything happened", killed, lines)
	}
}

// killRecording records the victim's app, which is busy, and kills the recorder a while after the first request. It
// returns how many events are left and whether the last line was torn.
func (v *victim) killRecording(after time.Duration) (lines int, torn bool) {
	asked := make(chan struct{}, 1)
	app := busy(v.t, asked)
	file := filepath.Join(v.t.TempDir(), "killed"+strconv.FormatInt(int64(after), 10)+".playback")
	cmd := process(v.t, "record", app, "-o", file, "--headless")
	cmd.Env = append(os.Environ(), v.mark, "TMPDIR="+v.temp)
	if err := cmd.Start(); err != nil {
		v.t.Error(err)
		return 0, false
	}
	pid := cmd.Process.Pid
	select {
	case <-asked:
	case <-time.After(dapLimit):
		v.t.Error("the browser does not open the app")
	}
	<-time.After(after) // the moment is what is tested, not something to wait for
	if err := cmd.Process.Kill(); err != nil {
		v.t.Error(err)
	}
	cmd.Wait() //nolint:errcheck // it was killed
	v.left(pid)
	return v.readable(file)
}

// left waits until nothing that carries the victim's mark is left.
func (v *victim) left(pid int) {
	for end := time.Now().Add(leaveLimit); ; {
		left := v.alive()
		if len(left) == 0 {
			return
		}
		if time.Now().After(end) {
			v.t.Errorf("of recording %d still running: %+v", pid, left)
			return
		}
		<-time.After(10 * time.Millisecond)
	}
}

// readable reads a file that was left, with all content.
func (v *victim) readable(file string) (lines int, torn bool) {
	raw, err := os.ReadFile(file)
	if err != nil {
		v.t.Error(err)
		return 0, false
	}
	f, err := playback.OpenFile(file)
	if err != nil {
		v.t.Errorf("%v in %d bytes", err, len(raw))
		return 0, false
	}
	defer f.Close()
	for i := range f.Len() {
		e, err := f.Event(i)
		if err != nil {
			v.t.Error(err)
			continue
		}
		if _, err := f.Content(e.Body); err != nil && !e.Body.Hole() {
			v.t.Errorf("%s: %v", e.ID, err)
		}
	}
	torn = !strings.HasSuffix(string(raw), "\n")
	whole := strings.Count(string(raw), "\n") - 1
	if f.Len() != whole {
		v.t.Errorf("%d events of %d lines", f.Len(), whole)
	}
	return f.Len(), torn
}

// busy serves [busyApp] and tells when it is asked for data.
func busy(t *testing.T, asked chan<- struct{}) string {
	inner := busyApp()
	return serveSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r)
		if r.URL.Path == "/data" {
			select {
			case asked <- struct{}{}:
			default:
			}
		}
	})).url
}
