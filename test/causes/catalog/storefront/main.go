// Command storefront shows articles with their prices.
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

var served = promauto.NewCounterVec(prometheus.CounterOpts{
	Name: "storefront_requests_total", Help: "Requests by status.",
}, []string{"status"})

// priceBook asks the pricing service, politely: never on more than a few connections.
type priceBook struct {
	base string
	http.Client
}

func newPriceBook(base string) *priceBook {
	return &priceBook{base, http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{MaxConnsPerHost: 6, MaxIdleConnsPerHost: 6, IdleConnTimeout: time.Minute},
	}}
}

func (b *priceBook) Lookup(sku string) ([]byte, error) {
	answer, err := b.Get(b.base + "/price?sku=" + sku)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

func main() {
	book := newPriceBook("http://" + os.Getenv("PRICING"))
	http.HandleFunc("/article/", func(w http.ResponseWriter, r *http.Request) {
		price, err := book.Lookup(r.URL.Path[len("/article/"):])
		if err != nil {
			served.WithLabelValues("502").Inc()
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		served.WithLabelValues("200").Inc()
		fmt.Fprintf(w, "<p>%s</p>\n", price)
	})
	http.Handle("/-/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("BIND"), nil))
}
