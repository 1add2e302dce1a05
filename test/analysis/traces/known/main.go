// known serves requests that wait in one known way each, measures those waits itself, and writes an execution trace of them to a file, with
// what each request measured in a log message of it; the sums go to standard output as JSON: nanoseconds by handler and kind.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

type truth struct {
	Count int              `json:"count"`
	Ns    map[string]int64 `json:"ns"`
}

var (
	truths  = map[string]*truth{}
	noting  sync.Mutex
	lock    sync.Mutex
	answers = make(chan chan struct{})
	asking  = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	pool    = &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
)

// note is called after the answer is ready: what it waits for itself is little, and told by nobody.
func note(handler, kind string, from time.Time) {
	spent := time.Since(from).Nanoseconds()
	trace.Log(context.Background(), "truth", fmt.Sprintf("%s %s %d", handler, kind, spent))
	noting.Lock()
	defer noting.Unlock()
	if truths[handler] == nil {
		truths[handler] = &truth{Ns: map[string]int64{}}
	}
	truths[handler].Count++
	truths[handler].Ns[kind] += spent
}

func slow(http.ResponseWriter, *http.Request) { time.Sleep(4 * time.Millisecond) }

func sleep(http.ResponseWriter, *http.Request) {
	from := time.Now()
	time.Sleep(3 * time.Millisecond)
	note("sleep", "sleep", from)
}

func locked(http.ResponseWriter, *http.Request) {
	from := time.Now()
	lock.Lock()
	note("locked", "lock", from)
	time.Sleep(5 * time.Millisecond)
	lock.Unlock()
}

func channel(http.ResponseWriter, *http.Request) {
	answer := make(chan struct{})
	from := time.Now()
	answers <- answer
	<-answer
	note("channel", "channel", from)
}

func join(http.ResponseWriter, *http.Request) {
	var all sync.WaitGroup
	from := time.Now()
	for range 2 {
		all.Add(1)
		go func() { defer all.Done(); time.Sleep(3 * time.Millisecond) }()
	}
	all.Wait()
	note("join", "join", from)
}

func get(client *http.Client, url string) {
	response, err := client.Get(url)
	if err != nil {
		panic(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

func downstream(base string) http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) {
		from := time.Now()
		get(asking, base+"/slow")
		note("downstream", "downstream", from)
	}
}

// pooled has one connection for all: most of the time is spent waiting for it.
func pooled(base string) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		from := time.Now()
		told := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
			GotConn: func(httptrace.GotConnInfo) { note("pooled", "pool", from) },
		})
		request, err := http.NewRequestWithContext(told, http.MethodGet, base+"/slow", nil)
		if err != nil {
			panic(err)
		}
		response, err := pool.Do(request)
		if err != nil {
			panic(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
}

func file(http.ResponseWriter, *http.Request) {
	from := time.Now()
	read, err := os.ReadFile(os.Args[0])
	if err != nil || len(read) == 0 {
		panic(err)
	}
	note("file", "file", from)
}

// spin keeps its processor for so long, by the processor's clock as well as a program can tell.
func spin(http.ResponseWriter, *http.Request) {
	from := time.Now()
	for time.Since(from) < 3*time.Millisecond {
	}
	note("spin", "running", from)
}

// hijacked takes the connection over, as websockets do, and keeps it for longer than any request takes.
func hijacked(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
	time.Sleep(100 * time.Millisecond)
	conn.Close()
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	base := "http://" + listener.Addr().String()
	handlers := map[string]http.HandlerFunc{"sleep": sleep, "locked": locked, "channel": channel, "join": join, "file": file,
		"spin": spin, "downstream": downstream(base), "pooled": pooled(base)}
	for name, handler := range handlers {
		http.HandleFunc("/"+name, handler)
	}
	http.HandleFunc("/slow", slow)
	http.HandleFunc("/hijacked", hijacked)
	go http.Serve(listener, nil)
	go func() {
		for answer := range answers {
			time.Sleep(2 * time.Millisecond)
			close(answer)
		}
	}()
	out, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := trace.Start(out); err != nil {
		panic(err)
	}
	// One kind after the other, so that none waits for the processors of another.
	for name := range handlers {
		var all sync.WaitGroup
		for range 3 {
			all.Add(1)
			go func() {
				defer all.Done()
				client := &http.Client{Transport: &http.Transport{}}
				for range 15 {
					get(client, base+"/"+name)
				}
				client.CloseIdleConnections()
			}()
		}
		all.Wait()
	}
	if conn, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		io.WriteString(conn, "GET /hijacked HTTP/1.1\r\nHost: known\r\n\r\n")
		io.Copy(io.Discard, conn)
		conn.Close()
	}
	// The last ones end with their connections.
	time.Sleep(50 * time.Millisecond)
	trace.Stop()
	out.Close()
	noting.Lock()
	text, err := json.Marshal(map[string]any{"truths": truths, "procs": runtime.GOMAXPROCS(0)})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
