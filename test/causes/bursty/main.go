// Command bursty makes a large list now and then, so that garbage is collected in bursts; it has CPU enough for that.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var asked atomic.Int64

func list(n int) []*int {
	numbers := make([]*int, n)
	for i := range numbers {
		numbers[i] = new(int)
	}
	return numbers
}

func main() {
	http.HandleFunc("/numbers", func(w http.ResponseWriter, _ *http.Request) {
		n := 100
		if asked.Add(1)%100 == 0 {
			n = 50_000
		}
		fmt.Fprintln(w, len(list(n)))
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("BURSTY"), nil))
}
