// Command downstream is a server whose requests cost what the environment says: waiting, CPU time, garbage, a shared lock,
// blocked threads. Each kind of cost leaves another trace in the Go runtime, and together they stand in for the service
// that a reader has in mind.
//
// It registers with the load balancer and leaves before it stops. Settings: config.
// GET /healthz answers 200 once it serves; every other request is work.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"

	"rampart.dev/compose/internal/admin"
	"rampart.dev/compose/internal/httpmetrics"
	"rampart.dev/compose/internal/process"
	"rampart.dev/compose/internal/serve"
)

func main() { os.Exit(process.Main("downstream", readConfig, run)) }

func run(ctx context.Context, cfg config) error {
	public, adminListener, err := serve.Listen(cfg.ListenAddr, cfg.Admin.Addr)
	if err != nil {
		return err
	}
	self, err := advertised(cfg.advertise, public.Addr())
	if err != nil {
		return err
	}
	cfg.Admin.Apply()
	registry := admin.NewRegistry()
	work := newWork(cfg, self)

	service := serve.Service{
		Public: public, PublicHandler: routes(httpmetrics.Instrument(registry, work)),
		Admin: adminListener, AdminHandler: admin.Handler(registry),
		DrainTimeout: cfg.ShutdownTimeout,
	}
	slog.Info("serving", "as", self, "listen", public.Addr().String(), "admin", adminListener.Addr().String(),
		"burn_iterations", work.burner.iterations, "retained_objects", len(work.retained))

	if cfg.loadBalancer != "" {
		membership := newMembership(cfg.loadBalancer, self)
		work.isFirst = membership.isFirst
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			membership.keep(ctx)
		}()
		service.Leave = func() {
			<-ended // or a heartbeat that is on its way would register us again
			membership.leave()
		}
	}
	return service.Run(ctx)
}

// routes keeps health checks out of the work and out of its metrics.
func routes(work http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path == "/healthz" {
			fmt.Fprintln(w, "ok")
			return
		}
		work.ServeHTTP(w, r)
	})
}

// advertised is the address under which others reach the service that listens on addr.
func advertised(host string, addr net.Addr) (string, error) {
	if host == "" {
		var err error
		if host, err = os.Hostname(); err != nil {
			return "", fmt.Errorf("ADVERTISE_HOST is not set and the host name cannot be read: %w", err)
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(addr.(*net.TCPAddr).Port)), nil
}
