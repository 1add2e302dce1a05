// Command front passes requests on to middle.
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	_ "net/http/pprof"
	"net/url"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	next, err := url.Parse(os.Getenv("NEXT"))
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(next)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 128}
	http.Handle("/", proxy)
	http.Handle("/own/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("AT"), nil))
}
