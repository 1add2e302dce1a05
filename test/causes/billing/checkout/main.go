// Command checkout charges a cart, and tries again when that fails.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var (
	checkouts = promauto.NewCounterVec(prometheus.CounterOpts{Name: "checkout_http_requests_total", Help: "Checkouts."}, []string{"code"})
	client    = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 500}}
)

const attempts = 4

func chargeWithRetries(url string) error {
	var err error
	for range attempts {
		if err = chargeOnce(url); err == nil {
			return nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return err
}

func chargeOnce(url string) error {
	answer, err := client.Post(url, "text/plain", nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("payments: %s", answer.Status)
	}
	return nil
}

func main() {
	url := os.Getenv("PAYMENTS_URL") + "/charge"
	http.HandleFunc("POST /checkout", func(w http.ResponseWriter, _ *http.Request) {
		if err := chargeWithRetries(url); err != nil {
			checkouts.WithLabelValues("502").Inc()
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		checkouts.WithLabelValues("200").Inc()
		fmt.Fprintln(w, "thank you")
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}
