// Command downloads sends files of 2 MiB.
package main

import (
	"bytes"
	"log"
	"math/rand/v2"
	"net/http"
	_ "net/http/pprof"
	"os"
	"strconv"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	file := bytes.NewBuffer(nil)
	source := rand.New(rand.NewPCG(3, 4))
	for file.Len() < 2<<20 {
		file.WriteString(strconv.FormatUint(source.Uint64(), 36))
	}
	http.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(file.Len()))
		_, _ = w.Write(file.Bytes())
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("DOWNLOADS"), nil))
}
