// streams serves HTTP/2 requests that wait in one known way each, and writes an execution trace of them to a file, with what it measured
// itself of each request's wait in a log message of that request; how many it served of each kind goes to standard output as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/trace"
	"strings"
	"sync"
	"time"
)

var (
	lock    sync.Mutex
	noting  sync.Mutex
	served  = map[string]int{}
	asking  = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	backend = httptest.NewServer(http.HandlerFunc(slow))
)

func slow(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/late" {
		w.(http.Flusher).Flush()
	}
	time.Sleep(4 * time.Millisecond)
	io.WriteString(w, "at last")
}

// note leaves in the trace what this request measured.
func note(handler, kind string, from time.Time) {
	trace.Log(context.Background(), "truth", fmt.Sprintf("%s %s %d", handler, kind, time.Since(from).Nanoseconds()))
}

func sleep(http.ResponseWriter, *http.Request) {
	from := time.Now()
	time.Sleep(5 * time.Millisecond)
	note("sleep", "sleep", from)
}

func locked(http.ResponseWriter, *http.Request) {
	from := time.Now()
	lock.Lock()
	note("locked", "lock", from)
	time.Sleep(5 * time.Millisecond)
	lock.Unlock()
}

func downstream(http.ResponseWriter, *http.Request) {
	from := time.Now()
	get(asking, backend.URL, "")
	note("downstream", "downstream", from)
}

// upload waits for a body that its client takes its time with.
func upload(_ http.ResponseWriter, r *http.Request) {
	from := time.Now()
	io.Copy(io.Discard, r.Body)
	note("upload", "client", from)
}

// late asks for an answer whose body comes later than its head.
func late(http.ResponseWriter, *http.Request) {
	from := time.Now()
	get(asking, backend.URL+"/late", "")
	note("late", "downstream", from)
}

func quick(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }

type hesitant struct{ text io.Reader }

func (h hesitant) Read(into []byte) (int, error) {
	time.Sleep(2 * time.Millisecond)
	return h.text.Read(into)
}

func get(client *http.Client, url, body string) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if body != "" {
		request, err = http.NewRequest(http.MethodPost, url, hesitant{strings.NewReader(body)})
	}
	if err != nil {
		panic(err)
	}
	response, err := client.Do(request)
	if err != nil {
		panic(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

func main() {
	handlers := map[string]http.HandlerFunc{"sleep": sleep, "locked": locked, "downstream": downstream, "upload": upload,
		"late": late, "quick": quick}
	mux := http.NewServeMux()
	for name, handler := range handlers {
		mux.HandleFunc("/"+name, handler)
	}
	server := httptest.NewUnstartedServer(mux)
	server.EnableHTTP2 = true
	server.StartTLS()
	out, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := trace.Start(out); err != nil {
		panic(err)
	}
	for name := range handlers {
		body := ""
		if name == "upload" {
			body = "some"
		}
		var all sync.WaitGroup
		for range 3 {
			all.Add(1)
			go func() {
				defer all.Done()
				for range 12 {
					get(server.Client(), server.URL+"/"+name, body)
					noting.Lock()
					served[name]++
					noting.Unlock()
				}
			}()
		}
		all.Wait()
	}
	// The last streams end after their clients have the answer.
	time.Sleep(20 * time.Millisecond)
	trace.Stop()
	out.Close()
	text, err := json.Marshal(served)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
