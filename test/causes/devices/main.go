// Command devices asks a device for its state, and looks again and again whether it has answered.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type command struct{ answered atomic.Bool }

func send() *command {
	c := &command{}
	time.AfterFunc(200*time.Millisecond, func() { c.answered.Store(true) })
	return c
}

// await looks every 20 us.
func (c *command) await(stop <-chan struct{}) bool {
	for !c.answered.Load() {
		select {
		case <-stop:
			return false
		case <-time.After(20 * time.Microsecond):
		}
	}
	return true
}

func main() {
	http.HandleFunc("/devices/lamp", func(w http.ResponseWriter, r *http.Request) {
		ok := send().await(r.Context().Done())
		_ = json.NewEncoder(w).Encode(map[string]bool{"on": ok})
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("DEVICES_ADDR"), nil))
}
