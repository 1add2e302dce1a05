// Command resizer scales pictures; a weighted semaphore keeps it from using too much memory.
package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/semaphore"
)

type Resizer struct {
	memory *semaphore.Weighted
	done   prometheus.Counter
}

func (z *Resizer) Resize(ctx context.Context, megapixels int64) error {
	if err := z.memory.Acquire(ctx, megapixels); err != nil {
		return err
	}
	defer z.memory.Release(megapixels)
	time.Sleep(25 * time.Millisecond) // the encoder runs elsewhere
	z.done.Inc()
	return nil
}

func main() {
	registry := prometheus.NewRegistry()
	z := &Resizer{
		memory: semaphore.NewWeighted(24),
		done:   prometheus.NewCounter(prometheus.CounterOpts{Namespace: "resizer", Name: "pictures_total", Help: "Pictures."}),
	}
	registry.MustRegister(z.done)
	http.HandleFunc("PUT /pictures/{id}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := z.Resize(r.Context(), 4); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	http.Handle("GET /prom", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	if err := http.ListenAndServe(os.Getenv("RESIZER_LISTEN"), nil); err != nil {
		slog.Error("listen", "err", err)
		os.Exit(1)
	}
}
