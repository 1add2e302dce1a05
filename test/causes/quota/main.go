// Command quota answers so many requests a second, and tells the others to come back later.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var answers = promauto.NewCounterVec(prometheus.CounterOpts{
	Name: "api_responses_total", Help: "Answers by status code.",
}, []string{"code", "method"})

// bucket fills with one token each interval, up to its size.
type bucket struct {
	mu       sync.Mutex
	tokens   float64
	size     float64
	perSec   float64
	filledAt time.Time
}

func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(b.size, b.tokens+now.Sub(b.filledAt).Seconds()*b.perSec)
	b.filledAt = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

func limited(b *bucket, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		code := http.StatusOK
		if b.take() {
			next(w, r)
		} else {
			code = http.StatusTooManyRequests
			w.Header().Set("Retry-After", "1")
			http.Error(w, "slow down", code)
		}
		answers.WithLabelValues(strconv.Itoa(code), r.Method).Inc()
	}
}

func main() {
	b := &bucket{size: 30, tokens: 30, perSec: 220, filledAt: time.Now()}
	http.HandleFunc("/me", limited(b, func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(time.Millisecond)
		_ = json.NewEncoder(w).Encode(map[string]string{"name": "anna"})
	}))
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("QUOTA_LISTEN"), nil))
}
