// Command edge is what clients of the shop talk to.
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"net/http/pprof"
)

type edge struct {
	orders string
	client *http.Client
}

func (e *edge) order(w http.ResponseWriter, r *http.Request) {
	request, err := http.NewRequestWithContext(r.Context(), "GET", e.orders+"/v1/orders/"+r.PathValue("id"), nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := e.client.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

func main() {
	listen := flag.String("listen", ":8000", "")
	debug := flag.String("debug", ":6061", "")
	orders := flag.String("orders", "http://localhost:8081", "")
	flag.Parse()

	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2000
	transport.MaxIdleConns = 0
	e := &edge{*orders, &http.Client{Transport: transport}}

	ops := http.NewServeMux()
	ops.HandleFunc("/debug/pprof/", pprof.Index)
	ops.HandleFunc("/debug/pprof/profile", pprof.Profile)
	go func() { log.Fatal(http.ListenAndServe(*debug, ops)) }()

	public := http.NewServeMux()
	public.HandleFunc("GET /orders/{id}", e.order)
	public.HandleFunc("GET /ping", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "pong\n") })
	log.Printf("edge on %s", *listen)
	log.Fatal(http.ListenAndServe(*listen, public))
}
