// Command thumbnailer renders small pictures, a few at a time.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type renderer struct {
	slots chan struct{}
}

func newRenderer(parallel int) *renderer { return &renderer{make(chan struct{}, parallel)} }

func (r *renderer) Render(_ string) []byte {
	r.slots <- struct{}{}
	defer func() { <-r.slots }()
	return fetchAndScale()
}

// fetchAndScale stands for a read from an object store.
func fetchAndScale() []byte {
	time.Sleep(20 * time.Millisecond)
	return make([]byte, 4096)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	render := newRenderer(4)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /thumb/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/webp")
		_, _ = w.Write(render.Render(r.PathValue("name")))
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /up", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	server := &http.Server{Addr: os.Args[1], Handler: mux}
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		slog.Error("thumbnailer", "err", err)
		os.Exit(1)
	}
}
