// Package httpmetrics measures how a handler answers.
package httpmetrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// aborted stands in for a status code when the handler cut the connection instead of finishing its answer, for example
// because the other side broke off in the middle of a body.
const aborted = "aborted"

// Instrument adds http_request_duration_seconds (by code) and http_requests_in_flight to registry and returns next,
// measured. Only what it wraps counts: heartbeats and health checks stay outside, or they would dilute the latencies.
func Instrument(registry *prometheus.Registry, next http.Handler) http.Handler {
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_request_duration_seconds",
		Help: "Time from the handler's start to its return, by status code.",
		// 100 us to 13 s, each bound twice the one before: one scale for a fast answer and for a collapse.
		Buckets: prometheus.ExponentialBuckets(100e-6, 2, 18),
	}, []string{"code"})
	inFlight := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "http_requests_in_flight",
		Help: "Requests that are being served right now.",
	})
	registry.MustRegister(duration, inFlight)

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		inFlight.Inc()
		recorder := &recorder{ResponseWriter: w}
		code := aborted // stays so if next panics, which is how net/http handlers abort
		defer func() {
			inFlight.Dec()
			duration.WithLabelValues(code).Observe(time.Since(start).Seconds())
		}()
		next.ServeHTTP(recorder, r)
		code = recorder.code()
	})
}

// recorder remembers the status code. Unwrap lets http.ResponseController reach Flush and Hijack underneath.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	// Informational answers (100 to 199) come before the real one; 101 is final.
	if r.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) code() string {
	if r.status == 0 {
		return "200" // net/http writes it for a handler that wrote no header
	}
	return strconv.Itoa(r.status)
}
