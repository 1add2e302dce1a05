// Command api answers for orders, which it reads from a database.
package main

import (
	"database/sql"
	"encoding/json"
	"log/slog"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	_ "causes.example/internal/linesql"
)

var latency = promauto.NewHistogramVec(prometheus.HistogramOpts{
	Name: "orders_http_request_duration_seconds",
	Help: "How long requests took.",
}, []string{"handler", "code"})

type orderStore struct{ db *sql.DB }

func (s *orderStore) byID(r *http.Request, id string) (string, error) {
	var row string
	err := s.db.QueryRowContext(r.Context(), "select order", id).Scan(&row)
	return row, err
}

func main() {
	db, err := sql.Open("linesql", os.Getenv("DATABASE"))
	if err != nil {
		slog.Error("database", "err", err)
		os.Exit(1)
	}
	db.SetMaxOpenConns(6)
	db.SetMaxIdleConns(6)
	prometheus.MustRegister(collectors.NewDBStatsCollector(db, "orders"))
	store := &orderStore{db}
	getOrder := func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		row, err := store.byID(r, r.PathValue("id"))
		code := http.StatusOK
		if err != nil {
			code = http.StatusInternalServerError
			http.Error(w, err.Error(), code)
		} else {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]string{"id": r.PathValue("id"), "row": row})
		}
		latency.WithLabelValues("order", http.StatusText(code)).Observe(time.Since(started).Seconds())
	}
	http.HandleFunc("GET /v1/orders/{id}", getOrder)
	http.Handle("/metrics", promhttp.Handler())
	slog.Info("listening", "addr", os.Getenv("ADDR"))
	slog.Error("stopped", "err", http.ListenAndServe(os.Getenv("ADDR"), nil))
}
