package main

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

//go:embed app
var appFiles embed.FS

// app is the small web app that every player is measured on, with its API, on a loopback port. The API answers at
// once: what is measured is the players.
type app struct {
	url    string
	mux    *http.ServeMux
	server *http.Server
	done   chan error // the result of Serve
}

func startApp() (*app, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the app: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /desk/{n}", file("app/desk.html"))
	mux.HandleFunc("GET /fetches", file("app/fetches.html"))
	mux.HandleFunc("GET /desk.js", file("app/desk.js"))
	mux.HandleFunc("GET /fetches.js", file("app/fetches.js"))
	mux.HandleFunc("GET /api/items", func(w http.ResponseWriter, _ *http.Request) { send(w, items()) })
	mux.HandleFunc("GET /api/search", func(w http.ResponseWriter, r *http.Request) {
		send(w, searchAnswer(r.FormValue("q")))
	})
	mux.HandleFunc("POST /api/change", func(w http.ResponseWriter, r *http.Request) {
		var c change
		if err := json.UnmarshalRead(http.MaxBytesReader(w, r.Body, 1<<16), &c); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		send(w, c.answer())
	})
	mux.HandleFunc("GET /data/{size}/{i}", func(w http.ResponseWriter, r *http.Request) {
		size, err := strconv.Atoi(r.PathValue("size"))
		i, err2 := strconv.Atoi(r.PathValue("i"))
		if cmp.Or(err, err2) != nil || size < 0 || size > 1<<20 {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("content-type", "text/plain")
		w.Write([]byte(content(size, i)))
	})
	a := &app{url: "http://" + l.Addr().String(), mux: mux, server: &http.Server{Handler: mux}, done: make(chan error, 1)}
	go func() { a.done <- a.server.Serve(l) }()
	return a, nil
}

// close stops the app and waits for it.
func (a *app) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if a.server.Shutdown(ctx) != nil {
		a.server.Close()
	}
	<-a.done
}

func file(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, appFiles, name) }
}

func send(w http.ResponseWriter, v any) {
	w.Header().Set("content-type", "application/json")
	w.Write(marshal(v))
}

// marshal writes one of the app's own values.
func marshal(v any) []byte {
	raw, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err) // plain structs of strings and numbers
	}
	return raw
}

// item is a row of the desk.
type item struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

const itemCount = 30

func items() []item {
	list := make([]item, itemCount)
	for i := range list {
		list[i] = item{ID: i, Name: itemName(i)}
	}
	return list
}

func itemName(i int) string {
	return [...]string{"Anchor", "Basket", "Candle", "Drawer", "Easel", "Funnel"}[i%6] + " item " + strconv.Itoa(i)
}

// change is a request of the desk, and answer what the API says to it.
type change struct {
	Desk string `json:"desk"`
	ID   int    `json:"id"`
	By   int    `json:"by"`
}

type answer struct {
	By    int `json:"by"`
	Price int `json:"price"`
}

func (c change) answer() answer { return answer{By: c.By, Price: c.By * (c.ID*7 + 3)} }

func searchAnswer(q string) answer { return answer{Price: len(q)} }

// content is the i-th of the texts of a size in bytes that are fetched; no two are the same.
func content(size, i int) string {
	head := strconv.Itoa(i) + " "
	if size < len(head) {
		return head[:size]
	}
	line := "the quick brown fox jumps over the lazy dog, row 0123456789; "
	return head + strings.Repeat(line, size/len(line)+1)[:size-len(head)]
}
