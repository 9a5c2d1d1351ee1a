package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// ErrNotFound means that no Chromium is installed where restep looks.
var ErrNotFound = errors.New("no Chrome, Chromium or Edge was found")

// EnvPath is the environment variable that names the browser's executable.
const EnvPath = "RESTEP_BROWSER"

// names are the executables of Chromium-based browsers in PATH, the best first.
var names = [...]string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "chrome-headless-shell",
	"headless-shell", "microsoft-edge", "microsoft-edge-stable", "msedge",
}

// Find returns the path of a browser: RESTEP_BROWSER, else the first known name in PATH, else a usual place of the
// operating system. It returns [ErrNotFound], or an error that names a RESTEP_BROWSER that cannot be run.
func Find(getenv func(string) string) (string, error) {
	if p := getenv(EnvPath); p != "" {
		found, err := exec.LookPath(p)
		if err != nil {
			return "", fmt.Errorf("%s: %w", EnvPath, err)
		}
		return found, nil
	}
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	for _, p := range usualPlaces(getenv) {
		if s, err := os.Stat(p); err == nil && !s.IsDir() {
			return p, nil
		}
	}
	return "", ErrNotFound
}

func usualPlaces(getenv func(string) string) []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
		}
	case "windows":
		var p []string
		for _, root := range []string{getenv("ProgramFiles"), getenv("ProgramFiles(x86)"), getenv("LocalAppData")} {
			if root != "" {
				p = append(p, filepath.Join(root, `Google\Chrome\Application\chrome.exe`),
					filepath.Join(root, `Microsoft\Edge\Application\msedge.exe`))
			}
		}
		return p
	}
	return nil
}
