// busy serves itself requests of many kinds for some seconds, and writes an execution trace of that to a file.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/trace"
	"strings"
	"sync"
	"time"
)

var (
	lock   sync.Mutex
	jobs   = make(chan chan int)
	sink   [64][]byte
	asking = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
)

func worker() {
	for answer := range jobs {
		time.Sleep(200 * time.Microsecond)
		answer <- 1
	}
}

func handlers(base string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	mux.HandleFunc("/lock", func(w http.ResponseWriter, _ *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		time.Sleep(300 * time.Microsecond)
	})
	mux.HandleFunc("/work", func(w http.ResponseWriter, _ *http.Request) {
		answer := make(chan int)
		jobs <- answer
		<-answer
	})
	mux.HandleFunc("/garbage", func(w http.ResponseWriter, _ *http.Request) {
		for i := range sink {
			sink[i] = bytes.Repeat([]byte{byte(i)}, 16<<10)
		}
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		read, _ := os.ReadFile(os.Args[0])
		fmt.Fprint(w, len(read))
	})
	mux.HandleFunc("/task", func(w http.ResponseWriter, r *http.Request) {
		ctx, task := trace.NewTask(r.Context(), "a task")
		defer task.End()
		trace.WithRegion(ctx, "a region", func() { trace.Log(ctx, "key", "a \"value\"") })
	})
	mux.HandleFunc("/fan", func(w http.ResponseWriter, r *http.Request) {
		var all sync.WaitGroup
		for range 4 {
			all.Add(1)
			go func() { defer all.Done(); get(base + "/ok") }()
		}
		all.Wait()
	})
	return mux
}

func get(url string) {
	response, err := asking.Get(url)
	if err != nil {
		return
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	base := "http://" + listener.Addr().String()
	go http.Serve(listener, handlers(base))
	for range 2 {
		go worker()
	}
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	length, err := time.ParseDuration(os.Args[2])
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	go func() {
		time.Sleep(length / 8)
		if err := trace.Start(file); err != nil {
			panic(err)
		}
	}()
	var all sync.WaitGroup
	for _, path := range strings.Fields("ok lock lock work work garbage file task fan") {
		all.Add(1)
		go func() {
			defer all.Done()
			for ctx.Err() == nil {
				get(base + "/" + path)
				time.Sleep(time.Millisecond)
			}
		}()
	}
	all.Wait()
	trace.Stop()
	file.Close()
}
