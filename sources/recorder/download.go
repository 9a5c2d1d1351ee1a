package recorder

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"

	"restep/player/browser"
	"restep/player/playback"
)

// download is a file that is on its way.
type download struct {
	tab    *tab
	event  *playback.Event
	at     float64
	silent bool // the browser does not tell of its request: that of a link with the attribute download
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
		d := &download{tab: t, event: &playback.Event{Kind: playback.Download, URL: p.URL, Name: p.Name}, at: s.now()}
		if t != nil {
			t.nav = nil // no document comes of it
			d.silent = onNet(p.URL) && t.document != p.URL
		}
		s.downloads[p.ID] = d
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
	if d.silent {
		s.exchange(d, data, body)
	}
	d.event.Body = body
	s.addContent(d.tab, d.at, d.event, data)
}

// exchange writes the request of a download that the browser did not tell, and its answer, for a replay to give it again.
func (s *session) exchange(d *download, data []byte, body *playback.Body) {
	req := &playback.Event{Kind: playback.Req, Method: http.MethodGet, URL: d.event.URL, Resource: "document", Inferred: true}
	res := &playback.Event{
		Kind: playback.Res, Of: s.add(d.tab, d.at, req), Status: http.StatusOK, Body: body, Inferred: true, Masked: d.event.Masked,
		Headers: playback.Headers{"content-disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": d.event.Name})}},
	}
	s.addContent(d.tab, s.now(), res, data)
}

// flushDownloads writes the downloads that are unfinished when the recording ends.
func (s *session) flushDownloads() {
	for _, id := range sortedKeys(s.downloads) {
		s.downloaded(s.downloads[id], id, "unfinished", 0)
	}
	clear(s.downloads)
}
