// Command outbox takes letters; rendering one takes a moment of CPU.
package main

import (
	"fmt"
	"hash/crc32"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var letter = make([]byte, 1<<20)

func render() uint32 { return crc32.ChecksumIEEE(letter) + crc32.ChecksumIEEE(letter[1:]) }

func main() {
	http.HandleFunc("POST /letters", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintln(w, render())
	})
	http.Handle("GET /metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("OUTBOX"), nil))
}
