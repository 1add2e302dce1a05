// Command desk asks the carrier what a parcel costs.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type carrier struct {
	url    string
	client http.Client
}

func (c *carrier) quote(ctx context.Context) (cents int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/quote", nil)
	if err != nil {
		return 0, err
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	return cents, json.NewDecoder(answer.Body).Decode(&cents)
}

func main() {
	c := &carrier{os.Getenv("CARRIER_URL"), http.Client{
		Timeout:   20 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 2000},
	}}
	http.HandleFunc("/parcels", func(w http.ResponseWriter, r *http.Request) {
		cents, err := c.quote(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]int{"cents": cents})
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("DESK"), nil))
}
