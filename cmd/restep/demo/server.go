package demo

import (
	"io"
	"net"
	"net/http"
	"path"
	"strings"
)

// Handler serves what build returns, which is called for each page load: a server of a folder thus shows every change
// without a restart. Paths without a file are pages of the app; those below /api/ do not exist.
//
// Only requests to a loopback host are answered, so that no web page can reach the server by a name of its own.
func Handler(build func() (*Bundle, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case !loopback(r.Host):
			http.Error(w, "this server answers to loopback addresses only", http.StatusMisdirectedRequest)
		case r.Method != http.MethodGet && r.Method != http.MethodHead || strings.HasPrefix(r.URL.Path, "/api/"):
			http.Error(w, "the demo has no API: restep answers it from the recording", http.StatusNotFound)
		default:
			serve(w, r, build)
		}
	})
}

func serve(w http.ResponseWriter, r *http.Request, build func() (*Bundle, error)) {
	b, err := build()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	f, ok := b.files[r.URL.Path]
	if !ok {
		if path.Ext(r.URL.Path) != "" {
			http.NotFound(w, r)
			return
		}
		f = b.files["/"]
	}
	w.Header().Set("Content-Type", f.mediaType)
	io.WriteString(w, f.content) // an error means that the browser is gone
}

func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	ip := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || ip != nil && ip.IsLoopback()
}
