// Package admin is what all services show of themselves: profiles and metrics, on a port of their own, so that
// looking at a service never queues behind the load that it is looked at for.
package admin

import (
	"net/http"
	"net/http/pprof"
	"regexp"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rampart.dev/compose/internal/env"
)

// Config is read from:
//
//	PPROF_ADDR              :6060  where /debug/pprof/ and /metrics listen
//	BLOCK_PROFILE_RATE      0      one blocking event is sampled for this many nanoseconds blocked; 0 is off, 1 is all
//	MUTEX_PROFILE_FRACTION  0      one of this many mutex contention events is sampled; 0 is off, 1 is all
type Config struct {
	Addr                 string
	BlockProfileRate     int
	MutexProfileFraction int
}

// ReadConfig reads Config from the environment.
func ReadConfig(r *env.Reader) Config {
	return Config{
		Addr:                 r.Addr("PPROF_ADDR", ":6060"),
		BlockProfileRate:     r.Int("BLOCK_PROFILE_RATE", 0, 0),
		MutexProfileFraction: r.Int("MUTEX_PROFILE_FRACTION", 0, 0),
	}
}

// Apply turns the two profiles on that the runtime leaves off because they cost something at each event.
func (c Config) Apply() {
	runtime.SetBlockProfileRate(c.BlockProfileRate)
	runtime.SetMutexProfileFraction(c.MutexProfileFraction)
}

// NewRegistry returns a registry with everything that the runtime tells about scheduler, GC, CPU and lock waiting, the
// process and the build. A service adds its own metrics to it.
func NewRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(
			collectors.MetricsScheduler,
			collectors.MetricsGC,
			collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile(`^/(cpu/classes|sync/mutex/wait)/`)},
		)),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewBuildInfoCollector(),
	)
	return registry
}

// Handler serves /debug/pprof/ and, of what metrics gathers, /metrics. It has its own mux: http.DefaultServeMux belongs to whoever imports it.
func Handler(metrics prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	mux.Handle("/metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	return mux
}
