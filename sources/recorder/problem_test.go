package recorder

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A rule for masking that is no selector is among the problems of the recording.
func TestBadRuleIsAProblem(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{"/": html(`<title>Shop</title><p class="customer">Ana</p>`)})
	r := startRecording(t, Options{URL: base + "/", Rules: Rules{CSS: []string{"p::(", ".customer"}}})
	r.until("document.querySelector('.customer')")
	r.stop()
	<-r.done
	if r.err != nil {
		t.Fatal(r.err)
	}
	if len(r.sum.Problems) != 1 || !slices.ContainsFunc(r.sum.Problems, func(p string) bool { return strings.HasSuffix(p, "masked by it: p::(") }) {
		t.Errorf("problems %q", r.sum.Problems)
	}
}
