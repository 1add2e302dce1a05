// Command crasher has a bug that its three thousandth request meets.
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

var seen atomic.Int64

func record(totals map[string]int64) { totals["seen"] = seen.Load() }

func main() {
	totals := map[string]int64{}
	http.HandleFunc("/count", func(w http.ResponseWriter, _ *http.Request) {
		n := seen.Add(1)
		if n == 3000 {
			go record(nil)
		}
		fmt.Fprintln(w, n, len(totals))
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("CRASHER"), nil))
}
