// Command loadbalancer is a layer 7 reverse proxy: it hands requests in turn to the downstreams that registered with it.
//
// It is meant to be loaded until it breaks, and to be read while that happens: it logs nothing per request, keeps
// standard error for the runtime's trace lines, and shows profiles and metrics on a port of their own.
// Settings: config. Requests it answers itself: control.
package main

import (
	"context"
	"log/slog"
	"net"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"rampart.dev/compose/internal/admin"
	"rampart.dev/compose/internal/httpmetrics"
	"rampart.dev/compose/internal/process"
	"rampart.dev/compose/internal/serve"
)

func main() { os.Exit(process.Main("loadbalancer", readConfig, run)) }

func run(ctx context.Context, cfg config) error {
	public, adminListener, err := serve.Listen(cfg.ListenAddr, cfg.Admin.Addr)
	if err != nil {
		return err
	}
	cfg.Admin.Apply()
	registry := admin.NewRegistry()
	control := newControl(cfg, registry)

	go control.sweep(ctx)

	slog.Info("serving", "listen", public.Addr().String(), "admin", adminListener.Addr().String())
	service := serve.Service{
		Public: public, PublicHandler: control,
		Admin: adminListener, AdminHandler: admin.Handler(registry),
		DrainTimeout: cfg.ShutdownTimeout,
	}
	return service.Run(ctx)
}

// newControl puts the load balancer together and its metrics into registry.
func newControl(cfg config, registry *prometheus.Registry) *control {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		registry.MustRegister(c)
		return c
	}
	pool := newPool(cfg.evictAfter, counter("loadbalancer_evictions_total",
		"Downstreams forgotten because they missed too many heartbeats."))
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "loadbalancer_downstreams_registered",
		Help: "Downstreams that are registered right now.",
	}, func() float64 { return float64(pool.size()) }))

	transport := &retryingTransport{
		base: newTransport(cfg, counter("loadbalancer_dials_total",
			"Attempts to open a connection to a downstream. Near the request rate means that the idle pool is too small.")),
		pool: pool,
		retries: counter("loadbalancer_retries_total",
			"Requests sent to another downstream because one took no connection, answered 5xx, or not in time."),
		denied: counter("loadbalancer_retries_denied_total",
			"Retries that there would have been but for the retry budget."),
		retry5xx:     cfg.retry5xx,
		retryTimeout: cfg.retryTimeout,
		budget:       newRetryBudget(cfg.retryBudget),
	}
	return &control{
		pool:      pool,
		heartbeat: cfg.heartbeat,
		resolve:   net.DefaultResolver.LookupHost,
		proxy:     httpmetrics.Instrument(registry, newProxy(transport)),
	}
}
