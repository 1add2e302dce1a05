// Command hasher stretches passwords, which is meant to cost CPU.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func stretch(password []byte, rounds int) []byte {
	sum := sha256.Sum256(password)
	for range rounds {
		sum = sha256.Sum256(sum[:])
	}
	return sum[:]
}

func main() {
	http.HandleFunc("/stretch", func(w http.ResponseWriter, r *http.Request) {
		password, err := io.ReadAll(io.LimitReader(r.Body, 1024))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, hex.EncodeToString(stretch(password, 40_000)))
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("HASHER"), nil))
}
