package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestReactAdminRecorded records a visit of the admin app that `make s2` builds, with a server for its API, and plays it
// without one. Its components (Material UI) have ripples, transitions, portals and observers, and it saves what can be
// undone seconds later.
func TestReactAdminRecorded(t *testing.T) {
	dist := os.Getenv("RESTEP_S2")
	if dist == "" {
		t.Skip("SKIP: RESTEP_S2 does not name the built app; make s2 builds it from npm and runs this test")
	}
	stage := startBrowser(t)
	api := &collections{lists: map[string][]record{"posts": records("post", 34), "comments": records("comment", 12)}}
	mux := http.NewServeMux()
	mux.Handle("/api/{list}", api)
	mux.Handle("/api/{list}/{id}", api)
	mux.Handle("/", http.FileServer(http.Dir(dist)))
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)

	const report = "[location.hash, document.title, document.querySelector('main')?.innerText ?? document.body.innerText].join('\\n')"
	want := ""
	f := recorded(t, app.URL+"/", true, func(p *person) {
		visitAdmin(p)
		want = p.Text(report)
	})
	asked := api.take()
	for range 3 {
		got, told := replayed(t, stage, f, app.URL, report)
		if got != want {
			t.Errorf("the replay ended in\n%s\nand the recording in\n%s\n%s", got, want, told)
		}
		if again := api.take(); len(again) > 0 {
			t.Errorf("the replay asked for %v; the recording for %v", again, asked)
		}
	}
}

// visitAdmin is what a person does in the admin app.
func visitAdmin(p *person) {
	p.Wait("document.querySelector('input[name=username]')")
	p.Click("input[name=username]")
	p.Type("janedoe")
	p.Keys("Tab")
	p.Type("s3cret-Pass")
	p.Keys("Enter")
	p.Wait("document.querySelector('tbody')?.innerText.includes('post 1')")
	p.Click("th[class*=column-title] span") // sorts
	p.Wait("document.querySelector('tbody tr:nth-child(2)')?.innerText.includes('post 10')")
	p.Click("th[class*=column-title] span") // the other way round
	p.Wait("document.querySelector('tbody tr')?.innerText.includes('post 9')")
	p.Click("button[aria-label='Go to next page']")
	p.Wait("!document.querySelector('tbody').innerText.includes('post 9 ')")
	p.Click("tbody tr:nth-child(2) td:nth-child(2)")
	p.Wait("document.querySelector('input[name=title]')?.value")
	p.Click("input[name=title]")
	p.Keys("End")
	p.Type(" edited")
	p.Click("button[type=submit]")
	p.Wait("location.hash.startsWith('#/posts') && document.querySelector('tbody')?.innerText.includes('edited')")
	p.Click("a[href='#/comments']")
	p.Wait("document.querySelector('tbody')?.innerText.includes('comment 1')")
	p.Click("tbody tr:nth-child(1) input[type=checkbox]")
	p.Click("tbody tr:nth-child(3) input[type=checkbox]")
	p.Wait("document.querySelector('[aria-label=Delete]')")
	p.Click("[aria-label=Delete]")
	p.Wait("[...document.querySelectorAll('button')].some((b) => b.innerText.toLowerCase() === 'undo')")
	p.Wait("document.querySelectorAll('tbody tr').length === 10")
	p.Pause(6000) // then it is deleted
	p.Wait("document.querySelectorAll('tbody tr').length === 10")
}

// record is one entry of a collection.
type record map[string]any

// collections answers as json-server does, and counts what it is asked for.
type collections struct {
	mu    sync.Mutex
	lists map[string][]record
	asked []string
}

func records(name string, n int) []record {
	var list []record
	for i := range n {
		list = append(list, record{"id": i + 1, "title": fmt.Sprint(name, " ", i+1), "body": fmt.Sprint("What ", name, " ", i+1, " says")})
	}
	return list
}

func (c *collections) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.asked
	c.asked = nil
	return list
}

func (c *collections) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, r.Method+" "+r.URL.String())
	list, q := c.lists[r.PathValue("list")], r.URL.Query()
	at := slices.IndexFunc(list, func(x record) bool { return fmt.Sprint(x["id"]) == r.PathValue("id") })
	var answer any
	switch {
	case r.PathValue("id") == "":
		list = slices.Clone(list)
		key := cmp.Or(q.Get("_sort"), "id")
		slices.SortStableFunc(list, func(a, b record) int {
			order := strings.Compare(fmt.Sprint(a[key]), fmt.Sprint(b[key]))
			if x, ok := a[key].(int); ok {
				order = x - b[key].(int)
			}
			if q.Get("_order") == "DESC" {
				return -order
			}
			return order
		})
		w.Header().Set("X-Total-Count", strconv.Itoa(len(list)))
		from, _ := strconv.Atoi(q.Get("_start"))
		to, err := strconv.Atoi(q.Get("_end"))
		if err != nil {
			to = len(list)
		}
		answer = list[min(from, len(list)):min(to, len(list))]
	case at < 0:
		http.NotFound(w, r)
		return
	case r.Method == http.MethodDelete:
		answer = list[at]
		c.lists[r.PathValue("list")] = slices.Delete(list, at, at+1)
	case r.Method == http.MethodPut:
		var x record
		if err := json.NewDecoder(r.Body).Decode(&x); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		x["id"] = list[at]["id"]
		list[at] = x
		answer = x
	default:
		answer = list[at]
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}
