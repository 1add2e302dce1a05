// Command back answers at the end of a chain of proxies.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(5 * time.Millisecond)
		fmt.Fprintln(w, r.URL.Path)
	})
	http.Handle("/own/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("AT"), nil))
}
