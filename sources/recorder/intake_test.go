package recorder

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"restep/player/playback"
)

// TestIntakeIsWhatWholeContentIs hands content over in pieces of all sizes, so that secrets and characters are cut:
// it must become what it becomes as a whole.
func TestIntakeIsWhatWholeContentIs(t *testing.T) {
	const token = "q8Zr41LmW0xT7bVn2Kd9"
	random := rand.New(rand.NewPCG(5, 6))
	binary := []byte("\xff\xfe\x00")
	for len(binary) < 200_000 {
		binary = append(binary, token...)
		for range random.IntN(90) {
			binary = append(binary, byte(random.Uint32()))
		}
	}
	late := append([]byte(strings.Repeat("begins as a text, ", 300)), binary...) // cut behind the first piece
	for name, c := range map[string]struct {
		typ  string
		data []byte
	}{
		"binary":      {"application/octet-stream", binary},
		"later":       {"text/plain", late},
		"picture":     {"image/png", bytes.ReplaceAll(binary, []byte(token), []byte("pixels"))},
		"text":        {"application/json", []byte(`{"a":"` + strings.Repeat("äöü€𝄞 "+token+" ", 2000) + `"}`)},
		"nearly text": {"text/plain", []byte(strings.Repeat("äöü€𝄞", 999) + "\xf0\x9d")},
	} {
		t.Run(name, func(t *testing.T) {
			j, file := newJournal(t)
			add(t, j, playback.Event{Kind: playback.Req, URL: "/", Headers: playback.Headers{"authorization": {"Bearer " + token}}}, nil)
			whole := &playback.Event{Kind: playback.Res, Of: "e1", Headers: playback.Headers{"content-type": {c.typ}}}
			if _, err := j.AddContent(whole, bytes.Clone(c.data), nil); err != nil {
				t.Fatal(err)
			}
			for range 5 {
				x := j.intake(c.typ, 1<<30)
				for rest := c.data; len(rest) > 0; {
					n := min(len(rest), 1+random.IntN(1<<(1+random.IntN(14))))
					x.write(rest[:n])
					rest = rest[n:]
				}
				text, body := x.end("")
				e := &playback.Event{Kind: playback.Res, Of: "e1", Headers: playback.Headers{"content-type": {c.typ}}, Body: body}
				if _, err := j.AddContent(e, text, nil); err != nil {
					t.Fatal(err)
				}
				if e.Body == nil || whole.Body == nil || e.Body.Ref != whole.Body.Ref || e.Body.Size != whole.Body.Size || x.err != nil {
					t.Fatalf("in pieces %+v, as a whole %+v; %v", e.Body, whole.Body, x.err)
				}
				if x.masked != (len(whole.Masked) > 0) && text == nil {
					t.Errorf("masked: %v, as a whole %q", x.masked, whole.Masked)
				}
			}
			if err := j.Finish(); err != nil {
				t.Fatal(err)
			}
			if len(events(t, file)) != 7 {
				t.Error("lines are missing")
			}
		})
	}
}

// TestIntakeBounds: text above the limit of masking and anything above that of bodies is a hole that says so; of content
// that is no text little more is allocated than it has.
func TestIntakeBounds(t *testing.T) {
	j, _ := newJournal(t)
	defer j.Finish() //nolint:errcheck // not what is tested
	text := bytes.Repeat([]byte("some text, "), 6000)
	binary := bytes.Repeat([]byte{0xff, 0, 1, 2, 3}, 13_000)
	for _, c := range []struct {
		piece []byte
		size  int
		limit int64
		want  string // of the hole
		most  uint64 // bytes allocated on the way
	}{
		{binary, 100 << 20, 200 << 20, "", 160 << 20},
		{binary, 10 << 20, 5 << 20, "too large", 20 << 20},
		{text, mostMasked + 1<<20, 200 << 20, "too large to be masked", 8 * mostMasked},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		x := j.intake("application/octet-stream", c.limit)
		n := 0
		for n < c.size {
			x.write(c.piece)
			n += len(c.piece)
		}
		data, body := x.end("")
		runtime.ReadMemStats(&after)
		if body == nil || data != nil || body.Missing != c.want || body.Size != int64(n) {
			t.Errorf("%d bytes become %+v, want %q", n, body, c.want)
		}
		if all := after.TotalAlloc - before.TotalAlloc; all > c.most {
			t.Errorf("%d MB of content: %d MB were allocated, want at most %d", n>>20, all>>20, c.most>>20)
		}
	}
}

// TestLargeAnswers downloads several MB in the ways that pages have: all of it is there, and a secret in it is not.
func TestLargeAnswers(t *testing.T) {
	const token = "q8Zr41LmW0xT7bVn2Kd9"
	block := append(bytes.Repeat([]byte{0xff, 0, 1, 2, 'a', 'b', 0xfe}, 9362), token...)
	const blocks = 80
	serve := func(length bool) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("content-type", "application/octet-stream")
			if length {
				w.Header().Set("content-length", fmt.Sprint(blocks*len(block)))
			}
			for range blocks {
				w.Write(block)
			}
		}
	}
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<script>
			const size = (x) => x.byteLength ?? x.size;
			const xhr = (u, type) => new Promise((done) => {
				const x = new XMLHttpRequest();
				x.open('GET', u);
				x.responseType = type;
				x.onload = () => done(x.response);
				x.send();
			});
			async function go() {
				await fetch('/login', { headers: { authorization: 'Bearer ` + token + `' } });
				const all = [await (await fetch('/known')).arrayBuffer(), await (await fetch('/unknown')).arrayBuffer(), await (await fetch('/blob')).blob(),
					await xhr('/xhr', 'arraybuffer'), await xhr('/xhrblob', 'blob')];
				return all.map(size).join();
			}</script>`),
		"/login": says("text/plain", "ok"),
		"/known": serve(true), "/unknown": serve(false), "/blob": serve(true), "/xhr": serve(true), "/xhrblob": serve(false),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.readyState === 'complete' && window.go")
	want := fmt.Sprint(blocks * len(block))
	if got := r.eval("go()"); got != strings.Join([]string{want, want, want, want, want}, ",") {
		t.Fatalf("the page got %s", got)
	}
	list := r.finish()
	defer dump(t, list)
	f, err := playback.OpenFile(r.name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sums := map[[32]byte]bool{}
	for _, path := range []string{"/known", "/unknown", "/blob", "/xhr", "/xhrblob"} {
		req := find(list, playback.Req, to(path))
		if len(req) != 1 {
			t.Fatalf("%s: %d requests", path, len(req))
		}
		res := find(list, playback.Res, func(e *playback.Event) bool { return e.Of == req[0].ID })
		if len(res) != 1 || res[0].Body == nil {
			t.Fatalf("%s: %d answers", path, len(res))
		}
		data, err := f.Content(res[0].Body)
		if err != nil || len(data) != blocks*len(block) || bytes.Contains(data, []byte(token)) {
			t.Errorf("%s: %d bytes, with the token: %v; %v", path, len(data), bytes.Contains(data, []byte(token)), err)
		}
		if len(res[0].Masked) != 1 {
			t.Errorf("%s: masked %q", path, res[0].Masked)
		}
		sums[sha256.Sum256(data)] = true
	}
	if len(sums) != 1 {
		t.Errorf("%d different contents", len(sums))
	}
}
