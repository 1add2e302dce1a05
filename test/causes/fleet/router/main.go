// Command router hands requests to its nodes in turn; nodes say where they are, and are told their number.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"net/http/httputil"
	_ "net/http/pprof"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type fleet struct {
	mu    sync.RWMutex
	nodes []string
	turn  atomic.Uint64
}

func (f *fleet) join(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.nodes = append(f.nodes, r.FormValue("at"))
	_ = json.NewEncoder(w).Encode(len(f.nodes))
}

func (f *fleet) next() string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.nodes[f.turn.Add(1)%uint64(len(f.nodes))]
}

func (f *fleet) ready(w http.ResponseWriter, r *http.Request) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if wanted, err := strconv.Atoi(r.FormValue("nodes")); err != nil || len(f.nodes) < wanted {
		http.Error(w, "waiting for nodes", http.StatusServiceUnavailable)
	}
}

func main() {
	f := &fleet{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme = "http"
			p.Out.URL.Host = f.next()
		},
		Transport: &http.Transport{MaxIdleConnsPerHost: 256},
	}
	http.Handle("/work", proxy)
	http.HandleFunc("/join", f.join)
	http.HandleFunc("/ready", f.ready)
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("ROUTER"), nil))
}
