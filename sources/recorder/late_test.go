package recorder

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources"
)

// TestLateSecrets has values stand in lines of all kinds before anything tells that they are secret. In the finished file
// none of them is left, each has the same stand-in everywhere, and what is no secret is as it was; with content in the
// file, and with so much of it that it stands beside.
func TestLateSecrets(t *testing.T) {
	for name, large := range map[string]int{"content in the file": 10, "content beside the file": 18 << 20} {
		t.Run(name, func(t *testing.T) { lateSecrets(t, large) })
	}
}

func lateSecrets(t *testing.T, large int) {
	const token, phrase = "q8Zr41LmW0xT7bVn2Kd9", "correct horse battery"
	name := filepath.Join(t.TempDir(), "a.playback")
	h := &playback.Header{App: "http://shop.test", State: &playback.State{Local: map[string]playback.StorageItems{"http://shop.test": {"x": token}}}}
	j, err := NewJournal(name, h, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	value, kept := token, strings.Repeat("nothing in it, ", 300)
	noise := make([]byte, large)
	rand.NewChaCha8([32]byte{3}).Read(noise)
	plain := playback.Headers{"content-type": {"application/json"}}
	req := add(t, j, playback.Event{T: 1, Kind: playback.Req, URL: "http://shop.test/?x=" + token}, nil)
	add(t, j, playback.Event{T: 2, Kind: playback.Res, Of: req, Headers: plain, Body: playback.BodyString(`{"x":"` + token + `"}`)}, nil)
	add(t, j, playback.Event{T: 3, Kind: playback.WS, Of: req, Body: playback.BodyString(`{"x":"` + token + `","y":"` + kept + `"}`)}, nil)
	other := add(t, j, playback.Event{T: 4, Kind: playback.WS, Of: req, Body: playback.BodyString(kept)}, nil)
	binary := &playback.Event{T: 5, Kind: playback.Download, Name: "a.bin"}
	if _, err := j.AddContent(binary, append(noise, "\xff\x00"+token+"\x00"...), nil); err != nil {
		t.Fatal(err)
	}
	add(t, j, playback.Event{T: 6, Kind: playback.Console, Text: "x is " + token + ", so " + phrase + "!"}, nil)
	add(t, j, playback.Event{T: 7, Kind: playback.Storage, Area: "local", Key: "x", Value: &value}, nil)
	add(t, j, playback.Event{T: 8, Kind: playback.Upload, Files: []playback.FileRef{{Name: "a.txt", Body: playback.BodyString(kept + token)}}}, nil)
	if err := j.Note(&playback.Note{ID: "n", Thread: "n", Rev: 1, State: playback.NoteOpen, On: other, Text: "see " + token}); err != nil {
		t.Fatal(err)
	}
	said := phrase
	add(t, j, playback.Event{T: 9, Kind: playback.Type, Text: said, Value: &said}, map[string]string{"text": "password", "value": "password"})
	last := &playback.Event{T: 10, Kind: playback.Res, Of: req, Headers: playback.Headers{"set-cookie": {"session=" + token + "; Path=/"}}}
	add(t, j, *last, nil)
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	scan(t, filepath.Dir(name), token)
	scan(t, filepath.Dir(name), phrase)
	lateStandIns(t, name, kept)
	if left, err := os.ReadDir(playback.BlobDir(name)); large > playback.MaxFile && (err != nil || len(left) != 4) {
		t.Errorf("%d blobs beside the file, want those of 4 lines: %v", len(left), err)
	}
}

// lateStandIns looks whether all places have one stand-in, and the others what they had.
func lateStandIns(t *testing.T, name, kept string) {
	t.Helper()
	list := events(t, name)
	cookie := list[len(list)-1].Headers.Get("set-cookie")
	standIn := strings.TrimSuffix(strings.TrimPrefix(cookie, "session="), "; Path=/")
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	content := func(e *playback.Event) string {
		b := e.Body
		if len(e.Files) > 0 {
			b = e.Files[0].Body
		}
		data, err := f.Content(b)
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
		}
		return string(data)
	}
	for i, want := range []string{
		list[0].URL, content(list[1]), content(list[2]), "", content(list[4]), list[5].Text, *list[6].Value, content(list[7]),
		f.Header().State.Local["http://shop.test"]["x"],
	} {
		if want != "" && !strings.Contains(want, standIn) {
			t.Errorf("place %d has no %q: %s", i, standIn, clip(want, 100))
		}
		if i < 8 && i != 3 && len(list[i].Masked) == 0 {
			t.Errorf("line %d does not say what is masked in it", i)
		}
	}
	if got := content(list[3]); got != kept || len(list[3].Masked) > 0 {
		t.Errorf("what holds no secret was changed: %s", clip(got, 100))
	}
	if said := list[8].Text; !strings.Contains(list[5].Text, said) {
		t.Errorf("%q was typed, and said as %q", said, list[5].Text)
	}
	notes, err := f.Notes()
	if err != nil || len(notes) != 1 || notes[0].Text != "see "+standIn {
		t.Errorf("notes %+v, %v", notes, err)
	}
}
