package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

// bigFile is a generated playback; its content does not compress.
type bigFile struct {
	name   string
	events int
	bytes  int // of content in all
}

// The files that are opened. The second comes out just small enough to keep its content.
var (
	besideFile = bigFile{"beside", 10_000, 23 << 20}
	insideFile = bigFile{"inside", 10_000, 11_300_000}
)

// write writes the file into a folder and returns its path. [playback.Create] puts the content beside the file where
// it would become larger than [playback.MaxFile].
func (b bigFile) write(dir string) (string, error) {
	path := filepath.Join(dir, b.name+".playback")
	w, err := playback.Create(path, &playback.Header{App: "https://shop.example", Viewport: playback.Viewport{Width: 1200, Height: 800}})
	if err != nil {
		return "", err
	}
	random := rand.NewChaCha8([32]byte{1})
	answers := b.events / 8
	for i := 0; i < b.events; i += 4 {
		id := func(k int) string { return "e" + strconv.Itoa(i+k) }
		t := float64(i) * 10
		body := playback.BodyString("OK")
		if i%8 == 0 {
			data := make([]byte, b.bytes/answers)
			random.Read(data)
			body = playback.NewBody(data, "image/png", w)
		}
		for _, e := range [...]playback.Event{
			{T: t, Kind: playback.Click, ID: id(0), On: element("pay", "Pay now")},
			{T: t + 2, Kind: playback.Req, ID: id(1), Cause: id(0), Method: "POST", URL: "https://api.shop.example/orders"},
			{T: t + 9, Kind: playback.Res, ID: id(2), Of: id(1), Status: 200, Body: body},
			{T: t + 9, Kind: playback.Console, ID: id(3), Cause: id(0), Level: "log", Text: "order sent"},
		} {
			w.WriteEvent(&e) //nolint:errcheck // Close returns it
		}
	}
	return path, w.Close()
}

// opening is what a child process says about opening a file.
type opening struct {
	MS   float64 `json:"ms"`
	RSS  float64 `json:"rss"`  // MB, the most that the process ever had in memory; 0: this system does not tell
	Heap float64 `json:"heap"` // MB, what the Go runtime had got from the system at the end
}

const firstEvents = 100

// openOnce opens a file as a debugger does before its first stop: the index and the first events. It is run in a child
// process, so that the memory is that of this alone.
func openOnce(path string) (opening, error) {
	begin := time.Now()
	f, err := playback.OpenFile(path)
	if err != nil {
		return opening{}, err
	}
	defer f.Close()
	for pos := range min(firstEvents, f.Len()) {
		if _, err := f.Event(pos); err != nil {
			return opening{}, err
		}
	}
	o := opening{MS: ms(time.Since(begin)), RSS: peakRSS()}
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(s)
	o.Heap = float64(s[0].Value.Uint64()) / (1 << 20)
	runtime.KeepAlive(f)
	return o, nil
}

// peakRSS is the high-water mark of this process's resident memory in MB, from Linux's proc(5); 0 elsewhere.
func peakRSS() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			if err == nil {
				return kb / 1024
			}
		}
	}
	return 0
}

// openChild runs openOnce in a new process of this program.
func openChild(ctx context.Context, path string) (opening, error) {
	self, err := os.Executable()
	if err != nil {
		return opening{}, err
	}
	cmd := exec.CommandContext(ctx, self, "-open", path)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return opening{}, fmt.Errorf("open %s in a process of its own: %w", path, err)
	}
	var o opening
	if err := json.Unmarshal(out, &o); err != nil {
		return o, fmt.Errorf("open %s: %w", path, err)
	}
	return o, nil
}

// describe says how large the file came out.
func describe(path string) (string, error) {
	s, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	beside := int64(0)
	blobs, err := os.ReadDir(playback.BlobDir(path))
	if err != nil && !os.IsNotExist(err) {
		return "", err
	}
	for _, b := range blobs {
		if _, err := hex.DecodeString(strings.TrimSuffix(b.Name(), ".zst")); err != nil {
			continue
		}
		info, err := b.Info()
		if err != nil {
			return "", err
		}
		beside += info.Size()
	}
	const mb = 1 << 20
	return fmt.Sprintf("%.1f MB in the file, %.1f MB beside it", float64(s.Size())/mb, float64(beside)/mb), nil
}
