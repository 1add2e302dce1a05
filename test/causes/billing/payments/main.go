// Command payments takes money, as long as not too many ask at once: beyond some requests under way it answers 503, as it was told to.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const atOnce = 5

var (
	underWay atomic.Int64
	charges  = promauto.NewCounterVec(prometheus.CounterOpts{Name: "payments_charges_total", Help: "Charges."}, []string{"code"})
)

func charge(w http.ResponseWriter, _ *http.Request) {
	if underWay.Add(1) > atOnce {
		underWay.Add(-1)
		charges.WithLabelValues("503").Inc()
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	defer underWay.Add(-1)
	time.Sleep(20 * time.Millisecond)
	charges.WithLabelValues("200").Inc()
	fmt.Fprintln(w, "charged")
}

func main() {
	http.HandleFunc("/charge", charge)
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}
