package browser

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// TestDivert has messages come in pieces of all sizes. Content that is wanted comes as bytes; everything else is passed
// on as it is, text that is taken for base64 at first with it.
func TestDivert(t *testing.T) {
	data := make([]byte, 300_001)
	rand.NewChaCha8([32]byte{4}).Read(data)
	encoded := base64.StdEncoding.EncodeToString(data)
	reply := func(id int, body string, is bool) string {
		return fmt.Sprintf(`{"id":%d,"result":{"body":"%s","base64Encoded":%v},"sessionId":"A"}`, id, body, is)
	}
	text := strings.Repeat("some text, ", 99)
	messages := []string{
		`{"method":"a.b","params":{}}`, reply(1, encoded, true), `{"id":2,"result":{}}`, reply(3, encoded, true), reply(4, text, false),
		reply(5, "c2hvcnQ=", true), reply(6, strings.Repeat("abcd", 999)+`\"no base64\\`, false), `{"id":7,"error":{"code":1}}`, reply(8, encoded, true),
	}
	want := append([]string(nil), messages...)
	want[1], want[8] = reply(1, "", true), reply(8, "", true)
	want[6] = reply(6, "", false)
	stream := strings.Join(messages, "\x00") + "\x00"
	for name, slow := range map[string]func(io.Reader) io.Reader{
		"at once": func(r io.Reader) io.Reader { return r }, "by bytes": iotest.OneByteReader, "by halves": iotest.HalfReader,
	} {
		t.Run(name, func(t *testing.T) {
			d := newDivert(io.NopCloser(slow(strings.NewReader(stream))))
			sinks := map[int64]*bytes.Buffer{}
			for _, id := range []int64{1, 4, 5, 6, 7, 8} {
				sinks[id] = new(bytes.Buffer)
				d.to(id, sinks[id])
			}
			got, err := io.ReadAll(d)
			if err != nil {
				t.Fatal(err)
			}
			for i, m := range strings.Split(strings.TrimSuffix(string(got), "\x00"), "\x00") {
				if i >= len(want) || m != want[i] {
					t.Errorf("message %d: %.100s", i, m)
				}
			}
			for id, b := range sinks {
				if (id == 1 || id == 8) != bytes.Equal(b.Bytes(), data) || id != 1 && id != 8 && id != 6 && b.Len() > 0 {
					t.Errorf("the content of reply %d has %d bytes", id, b.Len())
				}
			}
			if len(d.sinks) > 0 {
				t.Errorf("%d writers are still waited with", len(d.sinks))
			}
		})
	}
}
