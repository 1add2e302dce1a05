// Command cluster is a key-value store on etcd's server, embedded: processes that form a cluster by themselves.
//
// Each peer looks for the cluster at the addresses it was given, and volunteers. The leader nominates volunteers until the
// cluster has its ideal size, tells members to leave while it is above, and puts a volunteer in the place of a member that
// is gone. Whoever is no member answers the same requests, by asking those who are.
//
// Settings: config. Requests: front. What the leader decides: plan. Data lives as long as a membership: a peer that comes
// back is a new one, and a cluster that loses more than half of its members at once is lost.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.etcd.io/etcd/client/pkg/v3/logutil"
	"go.uber.org/zap"

	"rampart.dev/compose/internal/admin"
	"rampart.dev/compose/internal/httpmetrics"
	"rampart.dev/compose/internal/process"
	"rampart.dev/compose/internal/serve"
)

func main() { os.Exit(process.Main("cluster", readConfig, run)) }

func run(ctx context.Context, cfg config) error {
	public, adminListener, err := serve.Listen(cfg.ListenAddr, cfg.Admin.Addr)
	if err != nil {
		return err
	}
	self, err := ourselves(cfg)
	if err != nil {
		return err
	}
	logger, err := newLogger(cfg.logLevel)
	if err != nil {
		return err
	}
	cfg.Admin.Apply()
	registry := admin.NewRegistry()
	peer := newPeer(cfg, self, logger)
	front := newFront(peer, func(next http.Handler) http.Handler { return httpmetrics.Instrument(registry, next) })

	slog.Info("serving", "as", self.Name, "listen", public.Addr().String(), "admin", adminListener.Addr().String())
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		peer.keep(ctx)
	}()
	defer peer.close()
	service := serve.Service{
		Public: public, PublicHandler: front,
		Admin: adminListener, AdminHandler: admin.Handler(withMetricsOfEtcd(registry)),
		DrainTimeout: cfg.ShutdownTimeout,
		Leave: func() {
			<-kept
			peer.stop()
		},
	}
	return service.Run(ctx)
}

// ourselves are the addresses under which the others reach us.
func ourselves(cfg config) (registration, error) {
	host := cfg.advertise
	if host == "" {
		var err error
		if host, err = os.Hostname(); err != nil {
			return registration{}, fmt.Errorf("ADVERTISE_HOST is not set and the host name cannot be read: %w", err)
		}
	}
	url := func(addr string) string {
		_, port, _ := net.SplitHostPort(addr) // was checked when it was read
		return "http://" + net.JoinHostPort(host, port)
	}
	return registration{Name: host, PeerURL: url(cfg.peerAddr), ClientURL: url(cfg.clientAddr)}, nil
}

// newLogger is etcd's own, but writes to standard output: standard error belongs to the runtime's trace lines.
func newLogger(level string) (*zap.Logger, error) {
	settings := logutil.DefaultZapLoggerConfig
	settings.OutputPaths, settings.ErrorOutputPaths = []string{"stdout"}, []string{"stdout"}
	settings.Level = zap.NewAtomicLevelAt(logutil.ConvertToZapLevel(level))
	return settings.Build()
}

// withMetricsOfEtcd adds what etcd registers in the default registry of the process, but not what it holds of the Go
// runtime: ours has more of that.
func withMetricsOfEtcd(registry *prometheus.Registry) prometheus.Gatherer {
	prometheus.Unregister(collectors.NewGoCollector())
	prometheus.Unregister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return prometheus.Gatherers{registry, prometheus.DefaultGatherer}
}
