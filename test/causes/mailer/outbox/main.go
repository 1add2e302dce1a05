// Command outbox takes letters; rendering one takes some milliseconds of CPU.
package main

import (
	"fmt"
	"hash/crc64"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var (
	letter = make([]byte, 1<<20)
	table  = crc64.MakeTable(crc64.ECMA)
)

func render() (sum uint64) {
	for range 9 {
		sum += crc64.Checksum(letter, table)
	}
	return sum
}

func main() {
	http.HandleFunc("POST /letters", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintln(w, render())
	})
	http.Handle("GET /metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("OUTBOX"), nil))
}
