package dap

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-dap"
)

// maxSource is how many bytes of a playback the client gets to show; it normally opens the file itself.
const maxSource = 8 << 20

// source names the playback of a session.
func (s *Session) source(p *play) *dap.Source {
	return &dap.Source{Name: filepath.Base(p.cfg.Program), Path: s.toClientPath(p.cfg.Program)}
}

// isProgram reports whether a path is that of the playback, under whatever name.
func (s *Session) isProgram(path string) bool {
	if s.play == nil || path == "" {
		return false
	}
	if filepath.Clean(path) == s.play.cfg.Program {
		return true
	}
	a, err1 := os.Stat(path)
	b, err2 := os.Stat(s.play.cfg.Program)
	return err1 == nil && err2 == nil && os.SameFile(a, b)
}

func (s *Session) fromClientPath(path string) string {
	if !strings.HasPrefix(path, "file:") {
		return path
	}
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	return filepath.FromSlash(u.Path)
}

func (s *Session) toClientPath(path string) string {
	if s.client.PathFormat != "uri" {
		return path
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// Lines and columns count from 1 here; a client may count from 0.

func (s *Session) fromClientLine(n int) int {
	if s.client.LinesStartAt1 {
		return n
	}
	return n + 1
}

func (s *Session) toClientLine(n int) int {
	if s.client.LinesStartAt1 {
		return n
	}
	return n - 1
}

func (s *Session) toClientColumn(n int) int {
	if s.client.ColumnsStartAt1 {
		return n
	}
	return n - 1
}

// onSource gives the text of the playback. VS Code also asks for its console's input, "replinput", as if it were a file
// of the program; the answer is that there is no such thing, not silence.
func (s *Session) onSource(_ request, a dap.SourceArguments) (any, error) {
	if a.Source == nil || !s.isProgram(s.fromClientPath(a.Source.Path)) {
		return nil, fail(codeStale, "the only source of this session is the playback")
	}
	var text bytes.Buffer
	f := s.play.file
	for line := 1; line <= f.Lines(); line++ {
		raw, err := f.Raw(line)
		if err != nil {
			return nil, fmt.Errorf("read the playback: %w", err)
		}
		if text.Len()+len(raw) > maxSource {
			break
		}
		text.Write(raw)
		text.WriteByte('\n')
	}
	return dap.SourceResponseBody{Content: text.String(), MimeType: "application/jsonl"}, nil
}

func (s *Session) onLoadedSources(request, dap.LoadedSourcesArguments) (any, error) {
	body := dap.LoadedSourcesResponseBody{Sources: []dap.Source{}}
	if s.play != nil {
		body.Sources = append(body.Sources, *s.source(s.play))
	}
	return body, nil
}
