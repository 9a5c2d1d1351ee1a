package chrome

import "strings"

// passing lists the requests that belong to the dev server's page itself and always reach the app: the sockets and
// streams of hot module replacement. The names are those of Vite, webpack-dev-server, Next.js, Parcel, Astro and
// browser-sync. A socket at a common path such as /ws is asked about first: it may be the app's own.
func passing(app string) []string {
	socket := "ws" + strings.TrimPrefix(app, "http")
	var out []string
	for _, p := range []string{"/?token=*", "/@vite/*", "/sockjs-node/*", "/_next/webpack-hmr*", "/browser-sync/*"} {
		out = append(out, socket+p)
	}
	for _, p := range []string{"/__webpack_hmr*", "/@vite/*", "/_next/webpack-hmr*", "/__vite_ping*", "/*.hot-update.json", "/*.hot-update.js"} {
		out = append(out, app+p)
	}
	return out
}
