package har

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
	"restep/sources"
)

// entry is what is kept of an entry until all of them are known.
type entry struct {
	page     string
	start    time.Time
	took     time.Duration
	method   string
	url      string
	resource string
	sniffed  bool // the archive does not say the resource
	main     bool // a top-level document
	upgrade  bool // the request asks to be upgraded, as navigations do
	dest     string
	referer  string
	status   int
	fail     string
	redirect string // where the response sends the browser
	reqBody  body
	resBody  body
	receive  time.Duration

	details *details        // while the entry is read, and while it is converted
	stored  sources.Content // of details

	id   string
	from *entry
	// repeats is the request whose body this one has, since the archive left it out.
	repeats *entry
}

// details is what of an entry is needed only when its lines are made. Archives have much of it: it waits on disk.
type details struct {
	Req, Res playback.Headers
	Sockets  []wsMessage
	Events   []esMessage
}

// store puts the details of an entry away.
func (p *parser) store(e *entry) error {
	raw, err := json.Marshal(e.details, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return err
	}
	e.details = nil
	e.stored, err = p.rec.Keep(raw)
	return err
}

// load brings the details of an entry back.
func (e *entry) load() error {
	raw, err := e.stored.Bytes()
	if err != nil {
		return err
	}
	e.details = new(details)
	return json.Unmarshal(raw, e.details)
}

// body is the content of one message: what there is of it, or why it is missing.
type body struct {
	content sources.Content
	hole    *playback.Body
}

func (b *body) empty() bool { return b.content == nil && b.hole == nil }

// size is what the entry takes in memory, about.
func (e *entry) size() int { return len(e.url) + len(e.redirect) + 512 }

// end is when the response was there.
func (e *entry) end() time.Time { return e.start.Add(e.took) }

// take keeps what is needed of an entry, or returns nil where it is no request that a playback has.
func (p *parser) take(n int, raw *rawEntry) (*entry, error) {
	where := fmt.Sprintf("entry %d", n)
	scheme, _, _ := strings.Cut(raw.Request.URL, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "ws", "wss":
	case "data", "blob", "about", "chrome-extension", "moz-extension", "file", "filesystem":
		p.rec.Report.LeaveOut(scheme + ": URLs")
		return nil, nil
	default:
		p.rec.Report.Problem(where, "left out: its URL is no address")
		return nil, nil
	}
	switch {
	case raw.Started.IsZero():
		p.rec.Report.Problem(where, "left out: its startedDateTime is no time")
		return nil, nil
	case !isToken(raw.Request.Method):
		// No browser sends such a request, so that none could be replayed.
		p.rec.Report.Problem(where, "left out: its method has characters that no method has (RFC 9110, 5.6.2)")
		return nil, nil
	case raw.Response.Status > 999:
		p.rec.Report.Problem(where, "left out: its status has more than three digits")
		return nil, nil
	}
	e := &entry{
		page: string(raw.PageRef), start: raw.Started.Time, took: millis(raw.Time), method: strings.ToUpper(raw.Request.Method),
		url: raw.Request.URL, status: raw.Response.Status, receive: millis(raw.Timings.Receive),
		details: &details{
			Req: headers(raw.Request.Headers), Res: headers(raw.Response.Headers), Sockets: raw.Sockets, Events: raw.Sources,
		},
	}
	if e.method == "" {
		e.method = "GET"
	}
	req := e.details.Req
	e.resource, e.sniffed = resourceOf(raw, e)
	if p.rec.Drops(e.method, e.url) {
		return nil, nil
	}
	if e.method == "OPTIONS" && req.Get("access-control-request-method") != "" || raw.Type == "preflight" {
		p.rec.Report.LeaveOut("CORS preflights, which the browser makes itself")
		return nil, nil
	}
	if p := req.Get("sec-websocket-protocol"); p == "vite-hmr" || p == "vite-ping" {
		return nil, nil // the dev server's own
	}
	e.failure(raw)
	if e.status >= 300 && e.status < 400 && e.status != 304 {
		e.redirect = cmp.Or(string(raw.Response.Redirect), e.details.Res.Get("location"))
	}
	e.dest, e.upgrade, e.referer = req.Get("sec-fetch-dest"), req.Get("upgrade-insecure-requests") != "", p.same(req.Get("referer"))
	p.client.see(e)
	var err error
	if e.reqBody, err = p.requestBody(e, raw); err != nil {
		return nil, err
	}
	if e.resBody, err = p.responseBody(e, raw); err != nil {
		return nil, err
	}
	return e, p.store(e)
}

// same returns one copy of texts that come again and again.
func (p *parser) same(s string) string {
	if one, ok := p.texts[s]; ok {
		return one
	}
	if len(p.texts) < 1000 {
		p.texts[s] = s
	}
	return s
}

// isToken reports whether a text can be a method (RFC 9110, 5.6.2); an empty one is one that the archive left out.
func isToken(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		return !letter && !(r >= '0' && r <= '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

// failure notes that there was no response, which tools write as a status of 0 or below.
func (e *entry) failure(raw *rawEntry) {
	if raw.Response.Status > 0 {
		return
	}
	e.status = 0
	for _, text := range []lenient{raw.Response.Failure, raw.Response.Error} {
		if text != "" {
			e.fail = string(text)
			return
		}
	}
	e.fail = "aborted"
}

// requestBody keeps the body of a request.
func (p *parser) requestBody(e *entry, raw *rawEntry) (body, error) {
	post := raw.Request.PostData
	if post == nil || e.method == "GET" || e.method == "HEAD" { // Firefox writes empty post data for GET
		return body{}, nil
	}
	typ := string(post.MimeType)
	if req := e.details.Req; req.Get("content-type") == "" && typ != "" {
		req.Set("content-type", typ)
	}
	switch {
	case post.File != "":
		return p.beside(string(post.File), int64(raw.Request.BodySize))
	case post.Text != nil && *post.Text != "":
		return p.text(*post.Text, string(post.Encoding))
	case len(post.Params) > 0 && strings.HasPrefix(typ, "application/x-www-form-urlencoded"):
		pairs := make([]string, len(post.Params))
		for i, x := range post.Params {
			pairs[i] = formEscape(string(x.Name)) + "=" + formEscape(string(x.Value))
		}
		return p.text(strings.Join(pairs, "&"), "")
	case raw.Request.BodySize > 0 || len(post.Params) > 0:
		return body{hole: playback.NewHole("not recorded", max(int64(raw.Request.BodySize), 0), "")}, nil
	}
	return body{}, nil
}

// formEscape writes a parameter that some tools decode and others do not.
func formEscape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil && plain != s && !strings.ContainsAny(s, " &=") {
		return s
	}
	return url.QueryEscape(s)
}

// responseBody keeps the body of a response.
func (p *parser) responseBody(e *entry, raw *rawEntry) (body, error) {
	c := &raw.Response.Content
	size := int64(c.Size)
	none := e.status == 0 || e.status == 204 || e.status == 101 || e.status >= 300 && e.status < 400 && e.status != 304 || e.method == "HEAD"
	switch {
	case c.File != "":
		return p.beside(string(c.File), size)
	case c.Text != nil && *c.Text != "":
		return p.text(*c.Text, string(c.Encoding))
	case none:
		return body{}, nil
	case e.status == 304:
		return body{hole: playback.NewHole("not modified: it was in the browser's cache", max(size, 0), "")}, nil
	case size > 0:
		return body{hole: playback.NewHole("not recorded", size, "")}, nil
	case size < 0 && c.Text == nil:
		return body{hole: playback.NewHole("not recorded", 0, "")}, nil
	}
	return body{}, nil
}

// text keeps content that stands in the archive.
func (p *parser) text(s, encoding string) (body, error) {
	data := []byte(s)
	if strings.EqualFold(encoding, "base64") {
		var err error
		if data, err = base64.StdEncoding.DecodeString(s); err != nil {
			return body{hole: playback.NewHole("damaged", 0, "")}, nil
		}
	}
	content, err := p.rec.Keep(data)
	return body{content: content}, err
}

// maxFile is the size in bytes of the largest file beside an archive that is read.
const maxFile = 64 << 20

// beside keeps content that stands in a file beside the archive, as Playwright writes it. The folder is the archive's
// own; nothing outside can be named.
func (p *parser) beside(name string, size int64) (body, error) {
	hole := body{hole: playback.NewHole("not recorded", max(size, 0), "")}
	if p.in.Dir == nil || !fs.ValidPath(path.Clean(name)) {
		return hole, nil
	}
	f, err := p.in.Dir.Open(path.Clean(name))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			p.rec.Report.Problem(fmt.Sprintf("file %q", name), "cannot be read beside the archive")
		}
		return hole, nil
	}
	defer f.Close()
	if s, err := f.Stat(); err != nil || !s.Mode().IsRegular() {
		return hole, nil
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(data) > maxFile {
		p.rec.Report.Problem(fmt.Sprintf("file %q", name), "cannot be read, or is larger than %d MB", maxFile>>20)
		return hole, nil
	}
	content, err := p.rec.Keep(data)
	return body{content: content}, err
}

// millis is a duration of the archive; -1 stands for unknown.
func millis(n number) time.Duration {
	if n <= 0 || n > 1e9 {
		return 0
	}
	return time.Duration(float64(n) * float64(time.Millisecond))
}
