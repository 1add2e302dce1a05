// Command shard owns some keys, and reads them from a disk that serves four readers at a time.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	_ "net/http/pprof"
	"net/url"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var reads = promauto.NewHistogram(prometheus.HistogramOpts{Name: "shard_read_seconds", Help: "Reads."})

type disk chan struct{}

func (d disk) read() {
	d <- struct{}{}
	time.Sleep(10 * time.Millisecond)
	<-d
}

func main() {
	d := make(disk, 4)
	listener, err := net.Listen("tcp", os.Getenv("LISTEN_ON"))
	if err != nil {
		slog.Error("shard", "err", err)
		os.Exit(1)
	}
	go announce(context.Background(), os.Getenv("ROUTER_URL"), os.Getenv("MY_NAME"))
	http.HandleFunc("GET /keys/{key}", func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		d.read()
		reads.Observe(time.Since(started).Seconds())
		fmt.Fprintf(w, "%s: …\n", r.PathValue("key"))
	})
	http.Handle("/metrics", promhttp.Handler())
	slog.Error("shard", "err", http.Serve(listener, nil))
}

func announce(ctx context.Context, router, name string) {
	if name == "" {
		name, _ = os.Hostname()
	}
	for ctx.Err() == nil {
		answer, err := http.PostForm(router+"/shards", url.Values{"at": {name + ":7100"}})
		if err == nil {
			_ = answer.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}
