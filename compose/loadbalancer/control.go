package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"rampart.dev/compose/internal/registration"
)

// control answers the four requests that are for the load balancer itself:
//
//	POST   /register               a downstream registers or renews (package registration)
//	DELETE /register               a downstream leaves
//	GET    /healthz                200 once this process serves
//	GET    /readyz?downstreams=N   200 when at least N downstreams (default 1) are registered, else 503
//
// Exactly these pairs of method and path never reach a downstream; any other request does, a GET /register or a
// POST /healthz included.
type control struct {
	pool      *pool
	heartbeat time.Duration
	resolve   func(ctx context.Context, host string) ([]string, error)
	proxy     http.Handler
}

// ServeHTTP compares by hand instead of using http.ServeMux, which would redirect paths such as /a//b before the
// downstream could see them.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == registration.Path && r.Method == http.MethodPost:
		c.register(w, r)
	case r.URL.Path == registration.Path && r.Method == http.MethodDelete:
		c.leave(w, r)
	case r.URL.Path == "/healthz" && r.Method == http.MethodGet:
		fmt.Fprintln(w, "ok")
	case r.URL.Path == "/readyz" && r.Method == http.MethodGet:
		c.ready(w, r)
	default:
		c.proxy.ServeHTTP(w, r)
	}
}

func (c *control) register(w http.ResponseWriter, r *http.Request) {
	addr, host, port, err := readAddr(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	number := c.pool.renew(addr)
	if number == 0 {
		ips, err := c.resolve(r.Context(), host)
		if err != nil || len(ips) == 0 {
			http.Error(w, fmt.Sprintf("cannot resolve the host of %q: %v", addr, err), http.StatusUnprocessableEntity)
			return
		}
		var added bool
		if number, added = c.pool.register(addr, net.JoinHostPort(ips[0], port)); added {
			slog.Info("downstream registered", "addr", addr, "registered", c.pool.size())
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(registration.JSON(registration.Reply{Heartbeat: registration.Duration(c.heartbeat), Number: number}))
}

func (c *control) leave(w http.ResponseWriter, r *http.Request) {
	addr, _, _, err := readAddr(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if c.pool.remove(addr) {
		slog.Info("downstream left", "addr", addr, "registered", c.pool.size())
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *control) ready(w http.ResponseWriter, r *http.Request) {
	want := 1
	if text := r.URL.Query().Get("downstreams"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			http.Error(w, fmt.Sprintf("downstreams must be a whole number of 0 or more, got %q (example: /readyz?downstreams=3)", text), http.StatusBadRequest)
			return
		}
		want = n
	}
	have := c.pool.size()
	if have < want {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	fmt.Fprintf(w, "%d of %d downstreams registered\n", have, want)
}

// sweep evicts silent downstreams until ctx ends.
func (c *control) sweep(ctx context.Context) {
	ticker := time.NewTicker(c.heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			for _, addr := range c.pool.sweep() {
				slog.Warn("downstream evicted", "addr", addr, "registered", c.pool.size())
			}
		}
	}
}

func readAddr(r *http.Request) (addr, host, port string, err error) {
	var request registration.Request
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 4<<10)).Decode(&request); err != nil {
		return "", "", "", fmt.Errorf(`expected JSON such as {"addr":"10.0.0.2:8080"}: %w`, err)
	}
	host, port, err = net.SplitHostPort(request.Addr)
	if err != nil || host == "" || port == "" {
		return "", "", "", fmt.Errorf(`addr must be host:port, got %q (example: "10.0.0.2:8080")`, request.Addr)
	}
	return request.Addr, host, port, nil
}
