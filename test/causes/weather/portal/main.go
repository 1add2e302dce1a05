// Command portal shows the weather; for each reader it calls the station anew.
package main

import (
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	station := os.Getenv("STATION_URL")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	http.HandleFunc("/weather", func(w http.ResponseWriter, r *http.Request) {
		answer, err := client.Get(station + "/now")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		_, _ = io.Copy(w, answer.Body)
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("PORTAL"), nil))
}
