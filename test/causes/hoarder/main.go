// Command hoarder keeps what it is sent until its container's memory is used up.
package main

import (
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type hoard struct {
	sync.Mutex
	things [][]byte
}

func (h *hoard) keep(size int) {
	thing := make([]byte, size)
	for i := range thing {
		thing[i] = byte(i)
	}
	h.Lock()
	defer h.Unlock()
	h.things = append(h.things, thing)
}

func main() {
	h := &hoard{}
	http.HandleFunc("/keep", func(w http.ResponseWriter, _ *http.Request) {
		h.keep(64 << 10)
		_, _ = io.WriteString(w, "kept\n")
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("HOARDER"), nil))
}
