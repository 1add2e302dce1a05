// Command prices answers from a table that it loads anew every few seconds, and nobody gets an answer while it does.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type table struct {
	mu    sync.RWMutex
	cents map[string]int
}

func (t *table) reloadEvery(ctx context.Context, period time.Duration) {
	ticks := time.NewTicker(period)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			t.reload()
		}
	}
}

func (t *table) reload() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cents = fetchTable()
}

func fetchTable() map[string]int {
	time.Sleep(300 * time.Millisecond)
	return map[string]int{"tea": 250, "coffee": 300}
}

func (t *table) of(drink string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.cents[drink]
}

func main() {
	t := &table{cents: fetchTable()}
	go t.reloadEvery(context.Background(), 3*time.Second)
	http.HandleFunc("GET /price/{drink}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%d\n", t.of(r.PathValue("drink")))
	})
	http.Handle("GET /metrics", promhttp.Handler())
	slog.Error("stopped", "err", http.ListenAndServe(os.Getenv("PRICES_ADDR"), nil))
}
