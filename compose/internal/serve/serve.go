// Package serve runs a service's two HTTP servers from start to an orderly end.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Service is a public server, which carries the load, and an admin server, which watches it.
type Service struct {
	Public, Admin net.Listener
	PublicHandler http.Handler
	AdminHandler  http.Handler

	// Leave, if set, runs after the wish to stop and before the listeners close: the moment to tell others to send
	// no more.
	Leave func()
	// DrainTimeout bounds how long requests in flight may take to finish. After it they are cut.
	DrainTimeout time.Duration
}

// Listen opens both listeners before anything is served, so that a taken port is an error at start.
func Listen(publicAddr, adminAddr string) (public, admin net.Listener, err error) {
	if public, err = net.Listen("tcp", publicAddr); err != nil {
		return nil, nil, fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	if admin, err = net.Listen("tcp", adminAddr); err != nil {
		public.Close()
		return nil, nil, fmt.Errorf("PPROF_ADDR: %w", err)
	}
	return public, admin, nil
}

// Run serves until ctx ends, then drains. It returns nil if every request in flight was answered.
func (s *Service) Run(ctx context.Context) error {
	public, admin := newServer(s.PublicHandler), newServer(s.AdminHandler)
	failed := make(chan error, 2)
	go func() { failed <- public.Serve(s.Public) }()
	go func() { failed <- admin.Serve(s.Admin) }()
	// The admin server goes last and at once: the end of a drain is worth watching, a 30 s profile not worth waiting for.
	defer admin.Close()

	select {
	case err := <-failed:
		public.Close()
		return err
	case <-ctx.Done():
	}
	slog.Info("draining", "timeout", s.DrainTimeout.String())
	if s.Leave != nil {
		s.Leave()
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.DrainTimeout)
	defer cancel()
	if err := public.Shutdown(drain); err != nil {
		public.Close()
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("requests were still in flight %v after the stop and were cut", s.DrainTimeout)
		}
		return err
	}
	return nil
}

func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler,
		// Long enough for clients that open connections ahead of need. There is no limit on idle connections and none on
		// the time of an answer: the load generator and the load balancer's own pool decide when a connection ends, and a
		// server that closes first races with the next request on it.
		ReadHeaderTimeout: time.Minute,
		// net/http would log to standard error, which belongs to the runtime's own trace lines.
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
}
