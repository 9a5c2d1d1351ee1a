package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// orders describes an API for swagger-ui.
const orders = `{"openapi": "3.0.0", "info": {"title": "Orders", "version": "1"}, "paths": {
	"/api/orders": {"post": {"operationId": "addOrder", "tags": ["orders"], "responses": {"201": {"description": "made"}},
		"requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"item": {"type": "string"}}}}}}}},
	"/api/orders/{id}": {"get": {"operationId": "getOrder", "tags": ["orders"], "responses": {"200": {"description": "it"}},
		"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]}}
}}`

// TestSwaggerRecorded records a visit of swagger-ui, with a server for the API that it shows, and plays it without one.
func TestSwaggerRecorded(t *testing.T) {
	stage := startBrowser(t)
	asked := make(chan string, 100)
	mux := http.NewServeMux()
	mux.Handle("/", swaggerFiles(t))
	mux.HandleFunc("/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		asked <- "the description"
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, orders)
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.URL.Path
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprintf(w, `{"got": %q, "at": %q}`, body, r.URL.Path)
	})
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)

	const report = "[location.hash, ...[...document.querySelectorAll('.opblock')].map((b) => b.innerText), ...[...document.querySelectorAll('input, textarea')].map((f) => f.value)].join('\\n')"
	want := ""
	f := recorded(t, app.URL+"/", true, func(p *person) {
		p.Wait("document.querySelector('#operations-orders-getOrder')")
		p.Click("#operations-orders-getOrder .opblock-summary-control")
		p.Wait("document.querySelector('#operations-orders-getOrder .try-out__btn')")
		p.Click("#operations-orders-getOrder .try-out__btn")
		p.Wait("document.querySelector('#operations-orders-getOrder input')?.disabled === false")
		p.Click("#operations-orders-getOrder input")
		p.Type("9999")
		p.Click("#operations-orders-getOrder .execute")
		p.Wait("document.querySelector('#operations-orders-getOrder .live-responses-table')?.innerText.includes('404')")
		p.Click("#operations-orders-getOrder .btn-clear")
		p.Click("#operations-orders-addOrder .opblock-summary-control")
		p.Wait("document.querySelector('#operations-orders-addOrder .try-out__btn')")
		p.Click("#operations-orders-addOrder .try-out__btn")
		p.Wait("document.querySelector('#operations-orders-addOrder textarea')")
		p.Click("#operations-orders-addOrder textarea")
		p.Command("SelectAll")
		p.Type(`{"item": "tea"}`)
		p.Click("#operations-orders-addOrder .execute")
		p.Wait("document.querySelector('#operations-orders-addOrder .live-responses-table')?.innerText.includes('tea')")
		want = p.Text(report)
	})
	for _, e := range eventsOf(t, f) {
		if strings.Contains(e.URL, "favicon") {
			t.Errorf("the icon is recorded: %s %s", e.Kind, e.URL)
		}
	}
	for len(asked) > 0 {
		<-asked
	}
	got, told := replayed(t, stage, f, app.URL, report)
	if got != want {
		t.Errorf("the replay ended in\n%s\nand the recording in\n%s\n%s", got, want, told)
	}
	if len(asked) > 0 {
		t.Errorf("the replay asked for %s", <-asked)
	}
}
