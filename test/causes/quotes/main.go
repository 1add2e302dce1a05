// Command quotes answers with a quote from memory; there is nothing wrong with it.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"strconv"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var quotes = []string{"Simple is better.", "Clear is better than clever.", "Errors are values."}

func main() {
	http.HandleFunc("GET /quote/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil || n < 0 {
			http.Error(w, "no such quote", http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"n": n, "quote": quotes[n%len(quotes)]})
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("QUOTES"), nil))
}
