package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plantedToken is a JSON Web Token without a meaning.
const plantedToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiZXhwIjoxOTk5OTk5OTk5fQ.dBjftJeZ4CVPmB92K27uhbUJU1p1rwW1gFWFOEjXk0Q"

// TestRecordedSecretsReplay types a secret of each kind into a page that checks it, sends it, gets it back, logs and
// stores it. None is in the file or its blobs, and in a replay the stand-ins pass the checks and are equal where the
// secrets were.
func TestRecordedSecretsReplay(t *testing.T) {
	api, app, _ := startSystems(t)
	secrets := []struct{ field, value string }{
		{"password", "Tr0ub4dor-zebra"}, {"again", "Tr0ub4dor-zebra"}, {"card", "4539578763621486"}, {"iban", "DE89370400440532013000"},
		{"email", "ana.planted@private-mail.example"}, {"code", "731905"}, {"token", "tk9Qm2ZxV7rLb4NcW8sHd3Jf"}, {"diary", "nobody may read this line"},
		{"customer", "Planted Customer Ltd"},
	}
	want := ""
	f := recorded(t, app+"/secrets.html", true, func(p *person) {
		for _, s := range secrets {
			p.Click("[name=" + s.field + "]")
			p.Type(s.value)
		}
		p.Click("#send")
		p.Wait("document.querySelector('#out').textContent !== ''")
		want = p.Text(pageReport)
	})
	if strings.Contains(want, "false") {
		t.Fatalf("the page finds the values wrong, so that nothing would be tested: %s", want)
	}
	files, err := filepath.Glob(f.Name() + "*")
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := filepath.Glob(f.Name() + ".blobs/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, blobs...) {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		for _, s := range secrets {
			if strings.Contains(string(raw), s.value) {
				t.Errorf("%s of %s is in %s", s.field, s.value, filepath.Base(name))
			}
		}
		if strings.Contains(string(raw), plantedToken) {
			t.Errorf("the token is in %s", filepath.Base(name))
		}
	}
	api.take()
	got, told := replayed(t, startBrowser(t), f, app, pageReport)
	if got != want {
		t.Errorf("the replay ended in\n%s\nand the recording in\n%s\n%s", got, want, told)
	}
	if again := api.take(); len(again) > 0 {
		t.Errorf("the replay asked for %v", again)
	}
}
