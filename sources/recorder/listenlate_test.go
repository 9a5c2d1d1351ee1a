package recorder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestReceivedLateSecret has a batch show a token that an earlier one, of which the playback was written already, had
// under a name that tells nothing: the playback that is written then does not hold it.
func TestReceivedLateSecret(t *testing.T) {
	const token = "q8Zr41LmW0xT7bVn2Kd9"
	dir := t.TempDir()
	r := newReceiver(t, dir, Limits{})
	name := filepath.Join(dir, "session-1.playback")
	r.want(t, 204, post("session-1", "t1", 0, `{"t":%T,"ev":"open","n":0,"url":"https://shop.test/?x=`+token+`"}`))
	r.now = r.now.Add(time.Hour)
	if err := r.shelf.finish(r.now); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), token) {
		t.Fatalf("the first playback does not hold what is looked for: %v", err)
	}
	r.want(t, 204, post("session-1", "t1", 1, `{"t":%T,"ev":"req","n":2,"method":"GET","url":"https://shop.test/api","headers":{"authorization":"Bearer `+token+`"}}`))
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil || strings.Contains(string(text), token) || strings.Count(string(text), `"ev":"req"`) != 1 {
		t.Errorf("the token is still there: %v, %s", err, text)
	}
}
