package recorder

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"restep/player/browser"
	"restep/player/playback"
)

// download is a file that is on its way.
type download struct {
	tab   *tab
	event *playback.Event
	at    float64
}

// allowDownloads has the browser put downloads into a folder of ours, from which their content is read.
func (s *session) allowDownloads(ctx context.Context) error {
	s.folder = filepath.Join(s.proc.Profile(), "downloads")
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return fmt.Errorf("make a folder for downloads: %w", err)
	}
	return s.proc.Root().Call(ctx, "Browser.setDownloadBehavior", params{
		"behavior": "allowAndName", "downloadPath": s.folder, "eventsEnabled": true,
	}, nil)
}

// onDownload handles the events of a download.
func (s *session) onDownload(e browser.Event) {
	var p struct {
		Frame string `json:"frameId"`
		ID    string `json:"guid"`
		URL   string `json:"url"`
		Name  string `json:"suggestedFilename"`
		State string `json:"state"`
		Size  int64  `json:"receivedBytes"`
	}
	if e.Decode(&p) != nil || s.journal == nil {
		return
	}
	if e.Method == "Browser.downloadWillBegin" {
		t := s.owners[p.Frame]
		s.downloads[p.ID] = &download{t, &playback.Event{Kind: playback.Download, URL: p.URL, Name: p.Name}, s.now()}
		if t != nil {
			t.nav = nil // no document comes of it
		}
		return
	}
	d := s.downloads[p.ID]
	if d == nil || p.State == "inProgress" {
		return
	}
	delete(s.downloads, p.ID)
	s.downloaded(d, p.ID, p.State, p.Size)
}

// downloaded writes a download that has ended, with its content.
func (s *session) downloaded(d *download, id, state string, size int64) {
	name := filepath.Join(s.folder, filepath.Base(id))
	defer os.Remove(name)
	if state != "completed" {
		d.event.Body = playback.NewHole(state, size, "")
		s.add(d.tab, d.at, d.event)
		return
	}
	content := s.journal.intake("", s.o.MaxBody)
	if err := content.copyFile(name); err != nil {
		content.discard()
		d.event.Body = playback.NewHole("not recorded", size, "")
		s.o.Log.Error("download", "error", err)
		s.add(d.tab, d.at, d.event)
		return
	}
	data, body := content.end("")
	if content.masked {
		d.event.Masked = append(d.event.Masked, "body")
	}
	d.event.Body = body
	s.addContent(d.tab, d.at, d.event, data)
}

// removeDownloads writes the downloads that are unfinished when the recording ends.
func (s *session) removeDownloads() {
	for _, id := range sortedKeys(s.downloads) {
		s.downloaded(s.downloads[id], id, "unfinished", 0)
	}
	clear(s.downloads)
}
