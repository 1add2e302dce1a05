// Command tidy gives memory back after every other request, which someone once thought a good idea.
package main

import (
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"sync/atomic"
)

type node struct{ left, right *node }

func grow(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{grow(depth - 1), grow(depth - 1)}
}

var (
	tree   = grow(19)
	served atomic.Int64
)

func tidyUp() {
	if served.Add(1)%2 == 0 {
		runtime.GC()
	}
}

func main() {
	http.HandleFunc("/lookup", func(w http.ResponseWriter, _ *http.Request) {
		if tree.left != nil {
			_, _ = io.WriteString(w, "found\n")
		}
		tidyUp()
	})
	http.HandleFunc("/healthz", func(http.ResponseWriter, *http.Request) {})
	log.Fatal(http.ListenAndServe(os.Getenv("TIDY_BIND"), nil))
}
